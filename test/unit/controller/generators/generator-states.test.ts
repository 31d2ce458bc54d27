import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import {
  GENERATOR_STATES,
  type GeneratorStateObject,
  ownerLabel,
  STATE_FINALIZER,
} from '../../../../plugin/controller/generators/generator-state-object.ts'
import { sweepOnce } from '../../../../plugin/controller/generators/sweep-states.ts'
import { generatorResource } from '../../../../plugin/controller/generators/usable-generators.ts'
import { ClusterObjectReads } from '../../../../plugin/controller/stores/cluster-objects.ts'
import type { Generator } from '../../../../plugin/generators/generator.ts'
import type { LoadGenerator } from '../../../../plugin/generators/registry.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { NAMESPACE, OBJECT, type ReconcileWorld, reconcileWorld } from '../../../support/reconcile-world.ts'

/** A party that gives tokens away and takes them back; it stands in for Grafana. */
class Party {
  readonly given: number[] = []
  readonly lasting = new Set<number>()
  failure: SecretError | undefined

  readonly generator: Generator = {
    kind: 'Grafana',
    spec: z.object({ url: z.string() }),
    stability: 'ephemeral',
    generate: async () => {
      const id = this.given.length + 1
      this.given.push(id)
      this.lasting.add(id)
      return { values: new Map([['token', SecretValue.fromText(`token ${id}`)]]), state: { id } }
    },
    revoke: async (_, state) => {
      if (this.failure) throw this.failure
      this.lasting.delete(z.object({ id: z.int() }).parse(state).id)
    },
  }

  get known(): ReadonlyMap<string, LoadGenerator> {
    return new Map([['Grafana', async () => this.generator]])
  }
}

const ENTRY = { sourceRef: { generatorRef: { kind: 'Grafana', name: 'gen' } } }
const HOUR = 3_600_000

async function worldOf(party: Party, dataFrom: readonly object[] = [ENTRY]): Promise<ReconcileWorld> {
  const world = await reconcileWorld({ generators: party.known })
  const generator: { metadata: object & { name: string; namespace: string }; spec: object } = {
    metadata: { name: 'gen', namespace: NAMESPACE },
    spec: { url: 'https://grafana.example.com' },
  }
  world.emulator.put(generatorResource('Grafana'), generator)
  world.want({ secretStoreRef: undefined, refreshInterval: '1h', dataFrom })
  return world
}

const statesOf = ({ emulator }: ReconcileWorld): readonly GeneratorStateObject[] =>
  emulator.list(GENERATOR_STATES).flatMap(({ metadata }) => {
    const state: GeneratorStateObject | undefined = emulator.get(GENERATOR_STATES, metadata)
    return state ?? []
  })

const idsOf = (world: ReconcileWorld): readonly unknown[] =>
  statesOf(world).map(({ spec = {} }) => [spec.state, spec.garbageCollectionDeadline !== undefined])

async function refresh(world: ReconcileWorld): Promise<void> {
  world.clock.advance(HOUR + 60_000)
  await world.reconcile()
}

async function sweep({ emulator, clock }: ReconcileWorld, party: Party): Promise<void> {
  const client = emulator.localClient({ clock })
  const tools = {
    environment: new Map<string, string>(),
    clock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: 1_000,
  }
  const objects = new ClusterObjectReads(client, clock, 0)
  const given = { client, clock, logger: silentLogger, namespace: undefined, known: party.known, tools, objects }
  await sweepOnce(given, new AbortController().signal)
}

test('the label of an owner is the one that External Secrets Operator writes', () => {
  assert.deepEqual(ownerLabel('default', 'my-es', 0), [
    'generators.external-secrets.io/owner-key',
    '9915f96d753b27b8e9efddd3a0d8653f0950199e3e1da6e83e967b73',
  ])
})

describe('what a generator made that lasts', () => {
  test('is kept with the generator as it was, an owner and a finalizer', async () => {
    const party = new Party()
    await using world = await worldOf(party)
    await world.reconcile()
    const [state, ...more] = statesOf(world)
    assert.ok(state)
    assert.deepEqual(more, [])
    assert.match(state.metadata.name, /^gen-grafana-gen-[0-9a-f]{8}$/)
    assert.deepEqual(state.metadata.labels, Object.fromEntries([ownerLabel(NAMESPACE, OBJECT.name, 0)]))
    assert.deepEqual(state.metadata.finalizers, [STATE_FINALIZER])
    assert.deepEqual(
      state.metadata.ownerReferences?.map(({ kind, name, uid }) => [kind, name, uid]),
      [['ExternalSecret', OBJECT.name, world.object().metadata.uid]],
    )
    assert.deepEqual(state.spec, {
      resource: {
        apiVersion: 'generators.external-secrets.io/v1alpha1',
        kind: 'Grafana',
        metadata: { name: 'gen', namespace: NAMESPACE },
        spec: { url: 'https://grafana.example.com' },
      },
      state: { id: 1 },
    })
  })

  test('is in use until the generation after the next, and then for two minutes', async () => {
    const party = new Party()
    await using world = await worldOf(party)
    for (let round = 0; round < 3; round++) await refresh(world)
    assert.deepEqual(
      new Set(idsOf(world)),
      new Set(
        [
          [{ id: 1 }, true],
          [{ id: 2 }, false],
          [{ id: 3 }, false],
        ].map((one) => one),
      ),
    )
    await sweep(world, party)
    assert.deepEqual([...party.lasting], [1, 2, 3])
    world.clock.advance(121_000)
    await sweep(world, party)
    await sweep(world, party)
    assert.deepEqual([...party.lasting], [2, 3])
    assert.equal(statesOf(world).length, 2)
  })

  test('is taken back when a later entry fails, and nothing is kept', async () => {
    const party = new Party()
    await using world = await worldOf(party, [
      ENTRY,
      {
        sourceRef: { generatorRef: { kind: 'Grafana', name: 'gen' } },
        rewrite: [{ regexp: { source: 'token', target: 'a/b' } }],
      },
    ])
    await world.reconcile()
    assert.match(world.ready(), /^False/)
    assert.equal(party.given.length, 2)
    assert.deepEqual([[...party.lasting], statesOf(world)], [[], []])
  })

  test('that cannot be taken back at once is tried again later', async () => {
    const party = new Party()
    party.failure = new SecretError('Unavailable', 'away')
    await using world = await worldOf(party, [{ ...ENTRY, rewrite: [{ regexp: { source: 'token', target: 'a/b' } }] }])
    await world.reconcile()
    assert.deepEqual(idsOf(world), [[{ id: 1 }, true]])
    await sweep(world, party)
    await sweep(world, party)
    assert.equal(statesOf(world).length, 1)
    party.failure = undefined
    await sweep(world, party)
    assert.deepEqual([[...party.lasting], statesOf(world)], [[], []])
  })

  test('is taken back when its state is deleted, as with the ExternalSecret', async () => {
    const party = new Party()
    await using world = await worldOf(party)
    await world.reconcile()
    const [state] = statesOf(world)
    assert.ok(state)
    await world.emulator.localClient({ clock: world.clock }).delete(GENERATOR_STATES, state.metadata)
    assert.equal(statesOf(world).length, 1, 'the finalizer holds it')
    await sweep(world, party)
    assert.deepEqual([[...party.lasting], statesOf(world)], [[], []])
  })

  test('that nobody can take back any more lets its namespace go after ten minutes', async () => {
    const party = new Party()
    await using world = await worldOf(party)
    await world.reconcile()
    party.failure = new SecretError('InvalidSpec', 'its credentials are gone')
    const [state] = statesOf(world)
    assert.ok(state)
    await world.emulator.localClient({ clock: world.clock }).delete(GENERATOR_STATES, state.metadata)
    await sweep(world, party)
    assert.equal(statesOf(world).length, 1)
    world.clock.advance(11 * 60_000)
    await sweep(world, party)
    assert.deepEqual(statesOf(world), [])
  })
})

test('where there are no GeneratorStates in the cluster, nothing is swept', async () => {
  const party = new Party()
  await using world = await reconcileWorld({ generators: party.known })
  await sweep(world, party)
})
