import { SecretError } from '../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../plugin/model/secret-value.ts'
import type { CredentialSource } from '../../../plugin/providers/credential-source.ts'
import type { Provider } from '../../../plugin/providers/provider.ts'
import type { Outcome } from '../../../plugin/providers/secret-reader.ts'
import type { StoreObject } from '../../../plugin/stores/store-object.ts'
import { memoryProvider } from '../../support/memory-provider.ts'
import { ScriptedBackend } from '../../support/scripted-backend.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'

/** A key of a store, and how a render uses it. */
export interface UsedSecret {
  readonly store: string
  readonly key: string
  /** Something stands in for it while it is missing. */
  readonly isOptional: boolean
}

/** What a key was from a time on; undefined: it did not exist. */
export interface Entry {
  readonly version: string | undefined
  readonly atMs: number
}

export const WATCHED_STORES = ['ClusterSecretStore vault', 'ClusterSecretStore cloud'] as const
/** A store of Git, that the controller cannot watch. */
export const GIT_STORE = 'SecretStore shop/git'
export const STORES = [...WATCHED_STORES, GIT_STORE] as const
const READ_MS = 100

export function secretId({ store, key }: Pick<UsedSecret, 'store' | 'key'>): string {
  return `${store} ${key}`
}

/** A secret manager for each store; a value is the name of its version. */
export class SecretManagers {
  readonly backends: ReadonlyMap<string, ScriptedBackend>
  readonly provider: Provider
  readonly #clock: VirtualClock
  readonly #entries = new Map<string, Entry[]>()

  constructor(clock: VirtualClock) {
    this.#clock = clock
    this.backends = new Map(STORES.map((store) => [store, new ScriptedBackend({ batchSize: 5, latencyMs: 50 }, clock)]))
    this.provider = { ...memoryProvider().provider, open: async (config) => this.#reader((config as { store: string }).store) }
  }

  put(store: string, key: string, version: string | undefined): void {
    this.backendOf(store).put(key, version)
    const id = secretId({ store, key })
    this.#entries.set(id, [...this.entriesOf(id), { version, atMs: this.#clock.now() }])
  }

  /** In their order. */
  entriesOf(id: string): readonly Entry[] {
    return this.#entries.get(id) ?? []
  }

  backendOf(store: string): ScriptedBackend {
    const backend = this.backends.get(store)
    if (!backend) throw new Error(`no store ${store}`)
    return backend
  }

  #reader(store: string): Awaited<ReturnType<Provider['open']>> {
    const backend = this.backendOf(store)
    return {
      fetch: async (refs, signal) => {
        // As it is when the call comes, and not when its answer does.
        const outcomes = refs.map(({ key }): Outcome => outcomeOf(backend.read(key)))
        await this.#clock.sleep(READ_MS, signal)
        if (backend.outage) throw backend.outage
        return outcomes
      },
      close: async () => undefined,
    }
  }
}

function outcomeOf(version: string | undefined): Outcome {
  if (version === undefined) return { ok: false, error: new SecretError('NotFound', 'no such secret') }
  return { ok: true, secret: { value: SecretValue.fromText(version), version } }
}

/** `ClusterSecretStore vault` as an object. */
export function storeObjectOf(store: string): StoreObject {
  const [kind = '', path = ''] = store.split(' ')
  const name = path.split('/').at(-1) ?? ''
  const isShared = kind === 'ClusterSecretStore'
  return {
    resource: {
      apiVersion: 'external-secrets.io/v1',
      kind: isShared ? 'ClusterSecretStore' : 'SecretStore',
      metadata: isShared ? { name } : { name, namespace: 'shop' },
      spec: { provider: { fake: { store } } },
    },
    place: {},
    namespace: isShared ? '' : 'shop',
  }
}

const absent = async (): Promise<never> => {
  throw new SecretError('AccessDenied', 'no such credential')
}

/** These secret managers ask for no login. */
export const noCredentials: CredentialSource = {
  secretKey: absent,
  labelledSecret: absent,
  caBundle: absent,
  serviceAccountAnnotations: async () => undefined,
  serviceAccountToken: absent,
}
