import { createHash } from 'node:crypto'
import { gjsonGet } from '../../json/gjson.ts'
import { jsonToSecretMap } from '../../json/secret-map.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { ChangeDetector } from '../change-detector.ts'
import type { PropertyRef, Provider } from '../provider.ts'
import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { FetchedSecret, Outcome, SecretReader, Validation } from '../secret-reader.ts'
import { type FakeConfig, fakeConfig } from './config.ts'
import { fakeTenancy } from './tenancy.ts'

/** Values written in the store itself, for tests and demos (external-secrets.md 7.6). */
export const fake: Provider<FakeConfig> = {
  id: 'fake',
  config: fakeConfig,
  tenancy: fakeTenancy,
  open: async (config) => openFake(config),
  detect: async (config) => detectFake(config),
  select: selectProperty,
  extract: (secret, ref) => jsonToSecretMap(selectProperty(secret, ref).reveal()),
  // Here a property that is missing counts as a secret that is missing, and metadataPolicy means nothing.
  meansAbsent: () => true,
  convertsFoundNames: true,
  checkSearch,
  versionsTellOfValues: true,
}

function openFake(config: FakeConfig): SecretReader {
  function outcome(ref: RemoteRef, values: FakeValues): Outcome {
    const value = values.find(ref)
    if (value !== undefined) return { ok: true, secret: { value: SecretValue.fromText(value), version: versionOf(value) } }
    const remedy = 'the key and the version must be exactly as in spec.provider.fake.data'
    return { ok: false, error: new SecretError('NotFound', 'the fake store has no such key and version', { remedy }) }
  }

  return {
    async fetch(refs, signal) {
      throwIfOver(signal)
      const values = new FakeValues(config)
      return refs.map((ref) => outcome(ref, values))
    },
    async list(search, signal) {
      throwIfOver(signal)
      return foundIn(config, search)
    },
    validate: async () => validationOf(config),
    close: async () => undefined,
  }
}

/** What the author wishes (external-secrets.md 7.6). */
function validationOf({ validationResult = 0 }: FakeConfig): Validation {
  if (validationResult === 0) return { result: 'ready' }
  const place = { field: 'spec.provider.fake.validationResult' }
  const error = new SecretError('InvalidSpec', 'the store says of itself that it cannot be validated', { place })
  if (validationResult === 1) return { result: 'unknown', error }
  throw error
}

/** By name alone; of each the version that is the highest as text (external-secrets.md 7.6). */
function foundIn(config: FakeConfig, search: SecretSearch): readonly FoundSecret[] {
  checkSearch(config, search)
  const highest = new Map<string, string>()
  for (const { key, version = '' } of config.data) {
    const known = highest.get(key)
    if (search.matchesName?.(key) && (known === undefined || version > known)) highest.set(key, version)
  }
  return [...highest].map(([key, version]) => ({ name: key, ref: { key, part: 'value', ...(version && { version }) } }))
}

function checkSearch(_config: FakeConfig, { matchesName }: SecretSearch): void {
  if (matchesName) return
  throw new SecretError('InvalidSpec', 'the fake store finds secrets by their name alone', { remedy: 'set find.name.regexp' })
}

function detectFake(config: FakeConfig): ChangeDetector {
  return {
    lagMs: 0,
    comparable: true,
    batchSize: Number.POSITIVE_INFINITY,
    async versions(queries, signal) {
      throwIfOver(signal)
      const values = new FakeValues(config)
      return queries.map((query) => {
        const value = values.find(query)
        return value === undefined ? { state: 'absent' } : { state: 'version', version: versionOf(value) }
      })
    },
    close: async () => undefined,
  }
}

class FakeValues {
  readonly #values: ReadonlyMap<string, FakeConfig['data'][number]>

  constructor({ data }: FakeConfig) {
    this.#values = new Map(data.map((entry) => [entry.key + (entry.version ?? ''), entry]))
  }

  /** Key and version are looked up as one name, and the version must be exactly that of the entry. */
  find({ key, version = '' }: { readonly key: string; readonly version?: string | undefined }): string | undefined {
    const entry = this.#values.get(key + version)
    return entry && (entry.version ?? '') === version ? entry.value : undefined
  }
}

/** The value stands in the SecretStore for all who can read this: a digest of it tells nothing more, and is the same in every process. */
function versionOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url').slice(0, 16)
}

function throwIfOver(signal: AbortSignal): void {
  if (signal.aborted) throw new SecretError('Deadline', 'the time given for the whole render is over')
}

/** gjson alone decides: no property is taken literally first (external-secrets.md 3.5). */
function selectProperty({ value }: FetchedSecret, { property }: PropertyRef): SecretValue {
  if (property === undefined || property === '') return value
  const selected = gjsonGet(new TextDecoder().decode(value.reveal()), property)
  if (selected === undefined) {
    throw new SecretError('NotFound', 'the secret has no such property', {
      remedy: 'the property is a path: write a dot in a name as \\.',
    })
  }
  return SecretValue.fromText(selected)
}
