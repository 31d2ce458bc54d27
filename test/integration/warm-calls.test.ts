import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemClock } from '../../plugin/model/clock.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import type { CredentialSource } from '../../plugin/providers/credential-source.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { processKeyRing } from '../../plugin/stores/keys/open-key-ring.ts'
import { ADMINISTRATOR, freshStores } from '../../plugin/stores/open-store.ts'
import type { StoreObject } from '../../plugin/stores/store-object.ts'
import { noFloors } from '../../plugin/stores/warm/version-floors.ts'
import { silentWarmListener } from '../../plugin/stores/warm/warm-listener.ts'
import { DEFAULT_CACHE, DEFAULT_READERS, type WarmStores, warmStores } from '../../plugin/stores/warm/warm-stores.ts'
import { startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { startVaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { seededRandom } from '../support/seeded-random.ts'

const LATENCY_MS = 20
/** As many renders as a daemon has under way at once. */
const AT_ONCE = 32

interface Daemon {
  readonly stores: WarmStores
  /** References that were really read. */
  readonly read: () => number
}

function startDaemon(environment: Readonly<Record<string, string>>): Daemon {
  let read = 0
  const random = seededRandom('warm')
  const opener = freshStores(providers, {
    environment: new Map(Object.entries(environment)),
    clock: systemClock,
    random,
    logger: silentLogger,
    callTimeoutMs: 10_000,
    concurrency: 32,
  })
  const stores = warmStores({
    opener,
    providers,
    ring: processKeyRing(random),
    lastGood: undefined,
    patienceMs: 10_000,
    floors: noFloors,
    // However slow the machine is: each key is read once.
    cache: { ...DEFAULT_CACHE, ttlMs: 600_000 },
    readers: DEFAULT_READERS,
    clock: systemClock,
    listener: { ...silentWarmListener, onFetch: ({ refs }) => void (read += refs) },
  })
  return { stores, read: () => read }
}

function storeOf(provider: StoreObject['resource']['spec']['provider']): StoreObject {
  const resource = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterSecretStore',
    metadata: { name: 'store' },
    spec: { provider },
  }
  return { resource: resource as StoreObject['resource'], place: {}, namespace: '' }
}

/** Renders of so many applications; the failures. */
async function renderAll(
  { stores }: Daemon,
  store: StoreObject,
  credentials: CredentialSource,
  applications: readonly (readonly string[])[],
): Promise<number> {
  const waiting = [...applications]
  let failures = 0

  async function worker(): Promise<void> {
    for (let keys = waiting.shift(); keys; keys = waiting.shift()) {
      const { reader } = await stores.open(store, 'app', credentials, { owner: ADMINISTRATOR })
      const refs = keys.map((key) => ({ key, part: 'value' }) as const)
      const outcomes = await reader.fetch(refs, new AbortController().signal)
      await reader.close()
      failures += outcomes.filter((outcome) => !outcome.ok).length
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return failures
}

function credentialsOf(token: string): CredentialSource {
  const absent = (): never => {
    throw new Error('not asked')
  }
  return {
    secretKey: async () => SecretValue.fromText(token),
    labelledSecret: absent,
    caBundle: absent,
    serviceAccountAnnotations: absent,
    serviceAccountToken: absent,
  }
}

describe('calls of one daemon, with a store of 20 ms', () => {
  test('500 applications of 10 ExternalSecrets over 300 shared keys: each key once, in batches well filled', async () => {
    const aws = await startAwsEmulator()
    const daemon = startDaemon({
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
    })
    try {
      const random = seededRandom('applications')
      for (let key = 0; key < 300; key++) aws.putSecret(`app/key-${key}`, 'value')
      aws.control.latencyMs = LATENCY_MS
      const store = storeOf({ aws: { service: 'SecretsManager', region: 'us-east-1' } })
      const applications = Array.from({ length: 500 }, () => [
        ...new Set(Array.from({ length: 10 }, () => `app/key-${Math.floor(random.fraction() * 300)}`)),
      ])
      const distinct = new Set(applications.flat()).size
      assert.equal(await renderAll(daemon, store, credentialsOf(''), applications), 0)
      assert.equal(daemon.read(), distinct)
      const least = Math.ceil(distinct / 20)
      assert.ok(aws.control.calls <= 3 * least, `${aws.control.calls} calls, the least number is ${least}`)
    } finally {
      await daemon.stores.close()
      await aws.close()
    }
  })

  test('61 applications of 20 references over 10 keys: 10, of a provider that reads one by one', async () => {
    const vault = await startVaultEmulator()
    const daemon = startDaemon({})
    try {
      const engine = vault.root.enableKv2('secret')
      const keys = Array.from({ length: 10 }, (_, key) => `app/key-${key}`)
      for (const key of keys) engine.put(key, '{"a":"b"}')
      vault.control.latencyMs = LATENCY_MS
      const auth = { tokenSecretRef: { name: 'vault', key: 'token' } }
      const store = storeOf({ vault: { server: vault.url, path: 'secret', version: 'v2', auth } })
      const applications = Array.from({ length: 61 }, () => keys)
      assert.equal(await renderAll(daemon, store, credentialsOf(vault.rootToken), applications), 0)
      assert.deepEqual([vault.control.calls, daemon.read()], [10, 10])
    } finally {
      await daemon.stores.close()
      await vault.close()
    }
  })
})
