import { setImmediate } from 'node:timers/promises'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import type { Provider } from '../../../../plugin/providers/provider.ts'
import type { Outcome } from '../../../../plugin/providers/secret-reader.ts'
import type { StoreObject } from '../../../../plugin/stores/store-object.ts'
import { memoryProvider } from '../../../support/memory-provider.ts'

/** A provider whose reads wait until the test lets them go, and that logs in with a Secret named `login`. */
export interface GatedProvider {
  readonly provider: Provider
  readonly values: Map<string, string>
  /** The keys of each fetch, in the order of their beginning. */
  readonly fetches: string[][]
  /** Fetches that ended because nobody waited any more. */
  readonly ended: string[][]
  /** The ids of each search that was made, in the order of their beginning. */
  readonly searches: string[]
  readonly keyFailures: Map<string, SecretError>
  opened: number
  closed: number
  /** Whether credentials are asked at the opening, or with the first read, as providers that log in lazily do. */
  login: 'open' | 'read' | 'none'
  openFailure: SecretError | undefined
  readFailure: SecretError | undefined
  listFailure: SecretError | undefined
  isOpen: boolean
  /** Lets all reads that wait go. */
  release(): void
}

export function gatedProvider(values: Readonly<Record<string, string>> = {}): GatedProvider {
  const waiting = new Set<() => void>()
  const self: GatedProvider = {
    values: new Map(Object.entries(values)),
    fetches: [],
    ended: [],
    searches: [],
    keyFailures: new Map(),
    opened: 0,
    closed: 0,
    login: 'none',
    openFailure: undefined,
    readFailure: undefined,
    listFailure: undefined,
    isOpen: true,
    release() {
      for (const go of waiting) go()
      waiting.clear()
    },
    provider: {
      ...memoryProvider().provider,
      async open(_config, { credentials }) {
        self.opened++
        const logIn = () => credentials.secretKey({ name: 'login', key: 'password' }, 'auth')
        if (self.login === 'open') await logIn()
        if (self.openFailure) throw self.openFailure
        return {
          async fetch(refs, signal) {
            const keys = refs.map(({ key }) => key)
            self.fetches.push(keys)
            if (self.login === 'read') await logIn()
            if (!self.isOpen) await gate(signal, waiting).catch(() => self.ended.push(keys))
            if (signal.aborted) throw new SecretError('Deadline', 'over')
            if (self.readFailure) throw self.readFailure
            return keys.map((key) => outcome(self, key))
          },
          async list({ id }, signal) {
            self.searches.push(id)
            if (self.login === 'read') await logIn()
            if (!self.isOpen) await gate(signal, waiting).catch(() => self.ended.push([id]))
            if (signal.aborted) throw new SecretError('Deadline', 'over')
            if (self.listFailure) throw self.listFailure
            return Array.from(self.values.keys(), (key) => ({ name: key, ref: { key, part: 'value' } }))
          },
          async close() {
            self.closed++
          },
        }
      },
    },
  }
  return self
}

function gate(signal: AbortSignal, waiting: Set<() => void>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  waiting.add(resolve)
  signal.addEventListener('abort', () => reject(new Error('ended')), { once: true })
  return promise
}

function outcome({ values, keyFailures }: GatedProvider, key: string): Outcome {
  const text = values.get(key)
  const error = keyFailures.get(key) ?? new SecretError('NotFound', 'no such secret')
  if (text === undefined || keyFailures.has(key)) return { ok: false, error }
  return { ok: true, secret: { value: SecretValue.fromText(text), version: text } }
}

/** Somebody whose Secret `login` holds this password; without one there is none. */
export function someone(password?: string): CredentialSource {
  const absent = async (): Promise<never> => {
    throw new SecretError('AccessDenied', 'no such credential')
  }
  return {
    secretKey: password === undefined ? absent : async () => SecretValue.fromText(password),
    labelledSecret: absent,
    caBundle: absent,
    serviceAccountAnnotations: async () => undefined,
    serviceAccountToken: absent,
  }
}

export function storeNamed(name: string, config: unknown = {}): StoreObject {
  return {
    resource: {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ClusterSecretStore',
      metadata: { name },
      spec: { provider: { fake: config } },
    },
    place: {},
    namespace: '',
  }
}

/** Long enough for everything that waits for turns of the event loop. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await setImmediate()
}
