import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { type MemoryProvider, memoryProvider } from '../../support/memory-provider.ts'
import { runs } from '../../support/property-runs.ts'
import { objectsOf, portsOf, renderText } from '../../support/render.ts'

const STORES = ['first', 'second', 'third'] as const
const PROVIDERS = { first: 'fake', second: 'vault', third: 'aws' } as const

type Outcome = 'value' | 'missing' | 'denied'

interface Entry {
  /** At each store. */
  readonly outcomes: readonly Outcome[]
  /** How many further stores its rule names. */
  readonly further: number
  readonly last: 'nothing' | 'default' | 'optional'
}

const entry: fc.Arbitrary<Entry> = fc.record({
  outcomes: fc.array(fc.constantFrom<Outcome>('value', 'missing', 'missing', 'missing', 'denied'), {
    minLength: 3,
    maxLength: 3,
  }),
  further: fc.nat({ max: 2 }),
  last: fc.constantFrom('nothing', 'default', 'optional'),
})

function manifests(entries: readonly Entry[]): string {
  const rules = entries.map(({ further, last }, index) => [
    `k${index}`,
    {
      ...(further > 0 && { stores: STORES.slice(1, 1 + further).map((name) => ({ name })) }),
      ...(last === 'default' && { default: 'default' }),
      ...(last === 'optional' && { optional: true }),
    },
  ])
  const externalSecret = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: {
      name: 'app',
      annotations: { 'argocd-external-secrets.io/when-missing': JSON.stringify(Object.fromEntries(rules)) },
    },
    spec: {
      secretStoreRef: { name: 'first' },
      // Something is always there: an empty Secret is another matter (R7).
      data: [...entries.map((_, index) => `k${index}`), 'always'].map((key) => ({ secretKey: key, remoteRef: { key } })),
    },
  }
  const stores = STORES.map((name) => ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name },
    spec: { provider: { [PROVIDERS[name]]: {} } },
  }))
  return [...stores, externalSecret].map((document) => JSON.stringify(document)).join('\n---\n')
}

function backends(entries: readonly Entry[]): Readonly<Record<(typeof STORES)[number], MemoryProvider>> {
  const made = { first: memoryProvider({ always: 'there' }), second: memoryProvider(), third: memoryProvider() }
  for (const [index, { outcomes }] of entries.entries()) {
    for (const [at, name] of STORES.entries()) {
      if (outcomes[at] === 'value') made[name].values.set(`k${index}`, name)
      if (outcomes[at] === 'denied') made[name].failures.set(`k${index}`, new SecretError('AccessDenied', 'no'))
    }
  }
  return made
}

/** What becomes of one entry, read off its rule: store after store, and nothing but `missing` goes on. */
function expected({ outcomes, further, last }: Entry): {
  readonly asked: number
  readonly end: string | undefined
  readonly fails: boolean
} {
  const chain = outcomes.slice(0, 1 + further)
  const stop = chain.findIndex((outcome) => outcome !== 'missing')
  if (stop !== -1) return { asked: stop + 1, end: STORES[stop], fails: chain[stop] === 'denied' }
  return { asked: chain.length, end: last === 'default' ? 'default' : undefined, fails: last === 'nothing' }
}

test('stores are asked in their order and no further than needed, and nothing but what is missing is excused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 4 }), async (entries) => {
      const at = backends(entries)
      const ports = portsOf(at.first, 'local', { vault: at.second, aws: at.third })
      const render = await renderText(manifests(entries), at.first, {}, undefined, ports)
      const all = entries.map(expected)
      for (const [index, name] of STORES.entries()) {
        const keys = all.flatMap(({ asked }, number) => (asked > index ? [`k${number}`] : []))
        assert.deepEqual(at[name].fetches.flat().toSorted(), [...keys, ...(name === 'first' ? ['always'] : [])].toSorted())
        assert.equal(at[name].opened, keys.length > 0 || name === 'first' ? 1 : 0)
        assert.equal(at[name].closed, at[name].opened)
      }
      if (all.some(({ fails }) => fails)) {
        assert.equal(render.output, undefined)
        assert.equal(render.problems.length, all.filter(({ fails }) => fails).length)
        return
      }
      const ends = all.flatMap(({ end }, number) => (end === undefined ? [] : [[`k${number}`, end] as const]))
      assert.deepEqual(objectsOf(render)[0]?.values, { always: 'there', ...Object.fromEntries(ends) })
      const standing = all.filter(({ asked, end }) => asked > 1 || end === undefined || end === 'default')
      assert.equal(render.standIns.length, standing.length)
    }),
    { numRuns: runs(200) },
  )
})
