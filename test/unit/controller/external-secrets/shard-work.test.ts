import assert from 'node:assert/strict'
import { test } from 'node:test'
import { externalSecretsParts } from '../../../../plugin/cli/controller/external-secrets-parts.ts'
import { externalSecretsSettings } from '../../../../plugin/cli/controller/external-secrets-settings.ts'
import type { DetectionSchedule } from '../../../../plugin/controller/detection/detection-schedule.ts'
import { ExternalSecretsController } from '../../../../plugin/controller/external-secrets/external-secrets-controller.ts'
import type { ObjectMetrics } from '../../../../plugin/controller/external-secrets/tell-outcome.ts'
import {
  CLUSTER_EXTERNAL_SECRETS,
  CLUSTER_SECRET_STORES,
  EXTERNAL_SECRETS,
  SECRET_STORES,
} from '../../../../plugin/controller/resources.ts'
import { type KubeObject, keyText } from '../../../../plugin/kube/kube-object.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { controllerMetrics } from '../../../../plugin/observability/controller-metrics.ts'
import { freshStores, type StoreOpener } from '../../../../plugin/stores/open-store.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../../../support/eventually.ts'
import { memoryProvider } from '../../../support/memory-provider.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

const KEY = { namespace: 'shop', name: 'database' }
const STORE = { namespace: 'shop', name: 'demo' }
const spec = {
  secretStoreRef: { name: STORE.name },
  refreshInterval: '1h',
  data: [{ secretKey: 'password', remoteRef: { key: 'db' } }],
}

/** Whose series there are. */
class ToldObjects implements ObjectMetrics {
  readonly names = new Set<string>()
  readonly #add = ({ metadata }: KubeObject): void => void this.names.add(keyText(metadata))
  readonly reconciled = this.#add
  readonly failed = this.#add
  readonly conditions = this.#add

  deleted({ metadata }: KubeObject): void {
    this.names.delete(keyText(metadata))
  }
}

/** Who waits at it, until it is opened. */
class Gate {
  waiting = 0
  readonly #opened = Promise.withResolvers<void>()

  async pass(): Promise<void> {
    this.waiting++
    await this.#opened.promise
  }

  open(): void {
    this.#opened.resolve()
  }
}

function watchersOf(watchers: Set<string>): DetectionSchedule {
  return {
    watch: (watcher) => void watchers.add(watcher),
    unwatch: (watcher) => void watchers.delete(watcher),
    check: () => undefined,
    isAway: () => false,
    nextLook: () => undefined,
    run: async () => undefined,
    stores: () => [],
  }
}

/** A controller at work on one cluster; what `gates` names stands still in its provider. */
async function startWork(
  gates: { readonly fetch?: () => Promise<void>; readonly validate?: (store: string) => Promise<void> },
  stores: readonly string[] = [STORE.name],
) {
  const clock = new VirtualClock()
  const resources = [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES, CLUSTER_EXTERNAL_SECRETS]
  const kube = await startKubeEmulator({ resources, clock })
  const client = kube.localClient({ clock })
  for (const name of stores) kube.put(SECRET_STORES, { metadata: { namespace: 'shop', name }, spec: { provider: { fake: {} } } })
  const memory = memoryProvider({ db: 'value' })
  const provider = { ...memory.provider, detect: () => Promise.reject(new Error('nobody looks')) }
  const providers = new Map([['fake', async () => provider]])
  const environment = new Map<string, string>()
  const tools = { environment, clock, random: systemRandom, logger: silentLogger, callTimeoutMs: 1_000, concurrency: 4 }
  const fresh = freshStores(providers, tools)
  const opener: StoreOpener = {
    async open(store, ...others) {
      const { resource } = store
      const { reader } = await fresh.open(store, ...others)
      return {
        provider,
        reader: {
          async fetch(refs, signal) {
            await gates.fetch?.()
            return reader.fetch(refs, signal)
          },
          async validate() {
            await gates.validate?.(resource.metadata.name)
            return { result: 'ready' }
          },
          close: () => reader.close(),
        },
      }
    },
  }
  const sources = { flags: {}, environment, file: {} }
  const metrics = controllerMetrics({ shards: () => [], detectors: () => [], staleness: () => [], partial: () => new Map() })
  const parts = externalSecretsParts(sources, client, { clock, random: systemRandom, logger: silentLogger, metrics })
  const told = {
    ExternalSecret: new ToldObjects(),
    SecretStore: new ToldObjects(),
    ClusterSecretStore: new ToldObjects(),
    ClusterExternalSecret: new ToldObjects(),
  }
  const watchers = new Set<string>()
  const ports = {
    ...parts.ports,
    opener,
    providers,
    metrics: told,
    detection: { createSchedule: () => watchersOf(watchers), openDetector: async () => undefined },
  }
  const stop = new AbortController()
  const controller = new ExternalSecretsController(ports, externalSecretsSettings(sources), 1, stop.signal)
  const working = controller.run(0, client, stop.signal, async () => undefined)
  return {
    kube,
    clock,
    memory,
    told,
    watchers,
    controller,
    /** Lets time go on until `look` says yes. */
    until: (look: () => boolean) =>
      eventually(async () => {
        await clock.run(100)
        return look() || undefined
      }),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await working
      const closing = parts.close()
      await clock.run(10_000)
      await closing
      await kube.close()
    },
  }
}

const failure = new SecretError('AccessDenied', 'may not read')
for (const [what, failed] of [
  ['succeeds', undefined],
  ['fails', failure],
] as const) {
  test(`of an ExternalSecret that is deleted during a pass that ${what} nothing is told any more, and nothing watched`, async () => {
    const gate = new Gate()
    await using work = await startWork({ fetch: () => gate.pass() })
    if (failed) work.memory.failures.set('db', failed)
    work.kube.put(EXTERNAL_SECRETS, { metadata: KEY, spec })
    await work.until(() => gate.waiting > 0)
    work.kube.remove(EXTERNAL_SECRETS, KEY)
    await work.until(() => Array.from(work.controller.facts().externalSecrets).length === 0)
    gate.open()
    await work.until(() => work.memory.fetches.length > 0)
    await work.clock.run(60_000)
    assert.deepEqual(Array.from(work.told.ExternalSecret.names), [])
    assert.deepEqual(Array.from(work.watchers), [])
  })
}

test('of an ExternalSecret that is made again during a pass over the former one the new one is told', async () => {
  const gate = new Gate()
  await using work = await startWork({ fetch: () => gate.pass() })
  work.kube.put(EXTERNAL_SECRETS, { metadata: KEY, spec })
  await work.until(() => gate.waiting > 0)
  work.kube.remove(EXTERNAL_SECRETS, KEY)
  work.kube.put(EXTERNAL_SECRETS, { metadata: KEY, spec })
  gate.open()
  await work.until(() => work.memory.fetches.length > 1)
  await work.clock.run(60_000)
  assert.deepEqual(Array.from(work.told.ExternalSecret.names), ['shop/database'])
  assert.deepEqual(Array.from(work.watchers), ['shop/database'])
})

test('of a store that is deleted while it is looked at nothing is told any more', async () => {
  const gate = new Gate()
  await using work = await startWork({ validate: () => gate.pass() })
  await work.until(() => gate.waiting > 0)
  work.kube.remove(SECRET_STORES, STORE)
  await work.until(() => Array.from(work.controller.facts().stores).length === 0)
  gate.open()
  await work.until(() => work.memory.closed > 0)
  await work.clock.run(60_000)
  assert.deepEqual(Array.from(work.told.SecretStore.names), [])
})

test('a store that is not ready is looked at once at the start, however long that takes, and those that hang hold up no other', async () => {
  const gate = new Gate()
  const looks: string[] = []
  const hanging = Array.from({ length: 10 }, (_, index) => `hangs-${index}`)
  const validate = async (store: string): Promise<void> => {
    looks.push(store)
    if (store !== 'well') await gate.pass()
  }
  await using work = await startWork({ validate }, [...hanging, 'well'])
  work.kube.put(EXTERNAL_SECRETS, { metadata: KEY, spec: { ...spec, secretStoreRef: { name: 'well' } } })
  await work.until(() => work.memory.fetches.length > 0)
  await work.clock.run(60_000)
  gate.open()
  await work.clock.run(60_000)
  assert.deepEqual(looks.toSorted(), [...hanging, 'well'])
  assert.equal(work.told.SecretStore.names.size, looks.length)
})
