import { whenMissingOf } from '../api/when-missing.ts'
import { fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import type { PropertyRef, Provider } from '../providers/provider.ts'
import type { FetchedSecret } from '../providers/secret-reader.ts'
import { convertKeys } from './convert.ts'
import { decode } from './decode.ts'
import type { ExtractUse, FindEntry, FindUse, GeneratorUse } from './entry.ts'
import { deletionPolicy, type ExternalSecretInput } from './external-secret-input.ts'
import type { StoreReads } from './fetch.ts'
import type { Generations } from './generate.ts'
import { KeyCollisions } from './key-collisions.ts'
import { checkNullBytes } from './null-bytes.ts'
import { findId, type PlannedEntry, type PlannedGeneration, type PlannedRead, refId } from './plan.ts'
import type { SurroundingsOf } from './randomness.ts'
import type { RewriteOperation, RewriteTools, rewrite } from './rewrite.ts'
import { RewriteError } from './rewrite-error.ts'
import { rewriteProblem } from './rewrite-problem.ts'
import { validateKeys } from './validate-keys.ts'

/** What renames keys; the surroundings are those of one entry. */
export interface CollectTools extends Omit<RewriteTools, 'surroundings' | 'onCollision'> {
  readonly surroundingsOf: SurroundingsOf
  /** Only there when an ExternalSecret of the render rewrites. */
  readonly rewrite: typeof rewrite | undefined
}

/** What the entries of a render came to. */
export interface Got {
  readonly stores: ReadonlyMap<string, StoreReads>
  readonly generations: Generations
}

/** The keys and values of one ExternalSecret, before templates. */
export interface Collected {
  readonly data: ReadonlyMap<string, SecretValue>
  readonly problems: readonly SecretError[]
  /** What each entry gave, in the order in which they were merged. */
  readonly given: readonly Given[]
  /** Entries that do not exist at the provider, and need not. */
  readonly leftOut: readonly PlannedRead[]
  /** Keys that nothing gave and that have the value of the author's. */
  readonly defaulted: readonly string[]
}

/** The values of one entry under the names that they have at each step; a step that leaves a value as it is passes on the same object. */
export interface Given {
  readonly entry: PlannedEntry
  /** As the provider names them: what a search found, the members of an object; of a single value the key that its author chose. */
  readonly read: ReadonlyMap<string, SecretValue>
  /** Rewritten or converted. */
  readonly named: ReadonlyMap<string, SecretValue>
  readonly decoded: ReadonlyMap<string, SecretValue>
}

/**
 * Merges what the entries give, in their order, later ones over earlier ones (external-secrets.md 3.1). What does not exist at the provider
 * is left out under deletionPolicy Merge and Delete, and a problem under Retain (R7), unless its author says that it is optional; nothing else is
 * ever left out. Last of all the keys that are still missing get their defaults.
 * Entries of a store that failed as a whole are passed over: that failure is reported once, for the store. So are those of a generator that was
 * not asked because of it.
 */
export function collect(input: ExternalSecretInput, entries: readonly PlannedEntry[], got: Got, tools: CollectTools): Collected {
  const data = new Map<string, SecretValue>()
  const problems: SecretError[] = []
  const given: Given[] = []
  const leftOut: PlannedRead[] = []
  for (const entry of entries) {
    if (entry.generatorRef) {
      try {
        const values = generatedValues(entry, got, tools)
        if (values) given.push(values)
        for (const [key, value] of values?.decoded ?? []) data.set(key, value)
      } catch (thrown) {
        problems.push(asSecretError(thrown).at({ ...input.place, field: fieldName(entry.path) }))
      }
      continue
    }
    const store = got.stores.get(entry.identity)
    if (!store?.ok) continue
    try {
      const values = valuesOf(entry, store, tools)
      given.push(values)
      for (const [key, value] of values.decoded) data.set(key, value)
    } catch (thrown) {
      const failure = thrown instanceof EntryFailure ? thrown : new EntryFailure(asSecretError(thrown), 'transform')
      if (mayBeLeftOut(failure, entry, store.provider, deletionPolicy(input))) leftOut.push(entry)
      else problems.push(explain(failure.error, entry, failure.ref).at({ ...input.place, field: fieldName(entry.path) }))
    }
  }
  const defaults = [...whenMissingOf(input.resource)].flatMap(([key, { default: text }]) => {
    return text === undefined || data.has(key) ? [] : [[key, SecretValue.fromText(text)] as const]
  })
  for (const [key, value] of defaults) data.set(key, value)
  return { data, problems, given, leftOut, defaulted: defaults.map(([key]) => key) }
}

type FailedStep = 'fetch' | 'select' | 'transform'

/** Which step of an entry failed decides whether NotFound may mean "it does not exist" (external-secrets.md 7). */
class EntryFailure extends Error {
  readonly error: SecretError
  readonly step: FailedStep
  /** Of several that an entry reads, the one that failed. */
  readonly ref: PropertyRef | undefined

  constructor(error: SecretError, step: FailedStep, ref?: PropertyRef) {
    super(error.message)
    this.error = error
    this.step = step
    this.ref = ref
  }
}

function mayBeLeftOut(
  { error, step }: EntryFailure,
  entry: PlannedRead,
  provider: Provider,
  policy: ReturnType<typeof deletionPolicy>,
): boolean {
  if (error.kind !== 'NotFound' || step === 'transform') return false
  if (entry.isOptional) return true
  if (policy === 'Retain') return false
  if (!entry.ref) return step === 'fetch'
  return provider.meansAbsent
    ? provider.meansAbsent(entry.ref, step, entry.use.kind)
    : step === 'fetch' && entry.ref.part === 'value'
}

type Reads = StoreReads & { readonly ok: true }

function fetched(ref: RemoteRef, store: Reads): FetchedSecret {
  const outcome = store.outcomes.get(refId(ref))
  if (!outcome) throw new EntryFailure(asSecretError(new RangeError('no outcome')), 'fetch', ref)
  if (!outcome.ok) throw new EntryFailure(outcome.error, 'fetch', ref)
  return outcome.secret
}

/** Rewritten and checked, nothing else (external-secrets.md 3.1). */
function generatedValues(entry: PlannedGeneration, { generations }: Got, tools: CollectTools): Given | undefined {
  const generated = generations.get(entry)
  if (!generated) return undefined
  if (!generated.ok) throw generated.error
  const named = validateKeys(keysMade(entry, entry.use, generated.values, tools), keyRemedy(entry.use))
  return { entry, read: generated.values, named, decoded: named }
}

function valuesOf(entry: PlannedRead, store: Reads, tools: CollectTools): Given {
  if (!entry.ref) {
    const found = foundValues(entry, store)
    const { conversionStrategy } = entry.use
    return manyKeys(
      entry,
      entry.use,
      found,
      tools,
      store.provider.convertsFoundNames ? convertKeys(conversionStrategy, found) : found,
    )
  }
  const { ref, read, use } = entry
  if (use.kind === 'data') {
    const value = selecting(() => store.select(fetched(read, store), ref))
    const values = new Map([[use.secretKey, value]])
    return { entry, read: values, named: values, decoded: new Map([[use.secretKey, decoded(entry, use.secretKey, value)]]) }
  }
  return manyKeys(
    entry,
    use,
    selecting(() => store.provider.extract(fetched(read, store), ref)),
    tools,
  )
}

function manyKeys(
  entry: PlannedRead,
  use: ExtractUse | FindUse,
  read: ReadonlyMap<string, SecretValue>,
  tools: CollectTools,
  values = read,
): Given {
  const named = validateKeys(keysMade(entry, use, values, tools), keyRemedy(use))
  return { entry, read, named, decoded: new Map([...named].map(([key, value]) => [key, decoded(entry, key, value)])) }
}

function keysMade(
  entry: PlannedEntry,
  use: ExtractUse | FindUse | GeneratorUse,
  values: ReadonlyMap<string, SecretValue>,
  tools: CollectTools,
): ReadonlyMap<string, SecretValue> {
  if (use.rewrite.length > 0) return rewritten(entry, use.rewrite, values, tools)
  return use.kind === 'generator' ? values : convertKeys(use.conversionStrategy, values)
}

/** After a rewrite, and for a generator, there is no conversion of keys (external-secrets.md 3.1). */
function keyRemedy({ kind, rewrite: operations }: ExtractUse | FindUse | GeneratorUse): string {
  if (operations.length > 0) return 'correct rewrite: what it makes of the keys is not converted'
  if (kind === 'generator') return 'change the keys with rewrite'
  return 'change the keys with rewrite or conversionStrategy, or name them in data'
}

/** What is gone since it was listed, or was deleted and is listed all the same, was not found. */
function foundValues({ find }: FindEntry, store: Reads): ReadonlyMap<string, SecretValue> {
  const found = store.found.get(findId(find))
  if (!found) throw new EntryFailure(asSecretError(new RangeError('no outcome')), 'fetch')
  if (!found.ok) throw new EntryFailure(found.error, 'fetch')
  const { provider, outcomes, select } = store
  const values = new Map<string, SecretValue>()
  for (const { name, ref } of found.secrets) {
    const outcome = outcomes.get(refId(ref))
    if (outcome?.ok === false && outcome.error.kind === 'NotFound' && provider.meansAbsent?.(ref, 'fetch', 'find') !== false)
      continue
    const secret = fetched(ref, store)
    values.set(
      name,
      selecting(() => select(secret, ref)),
    )
  }
  return values
}

function rewritten(
  { path }: PlannedEntry,
  operations: readonly RewriteOperation[],
  values: ReadonlyMap<string, SecretValue>,
  tools: CollectTools,
): ReadonlyMap<string, SecretValue> {
  if (!tools.rewrite) throw new TypeError('keys are rewritten without what rewrites them')
  const collisions = new KeyCollisions()
  try {
    const named = tools.rewrite(operations, values, {
      ...tools,
      surroundings: tools.surroundingsOf([...path, 'rewrite'], values),
      onCollision: (operation, key) => collisions.note(operation, key),
    })
    collisions.check([...path, 'rewrite'])
    return named ?? new Map()
  } catch (thrown) {
    if (!(thrown instanceof RewriteError)) throw thrown
    throw rewriteProblem(thrown, path)
  }
}

function selecting<T>(step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (thrown instanceof EntryFailure) throw thrown
    throw new EntryFailure(asSecretError(thrown), 'select')
  }
}

function decoded(entry: PlannedRead, key: string, value: SecretValue): SecretValue {
  const plain = decode(entry.decodingStrategy, value)
  checkNullBytes(entry.nullBytePolicy, key, plain)
  return plain
}

/**
 * The failure with what its reader needs to find it at the provider, as far as the provider has not said it: store, key, property, version. A field
 * of the store is named in its words, since the place is the ExternalSecret's.
 */
function explain(error: SecretError, entry: PlannedRead, failed: PropertyRef | undefined): SecretError {
  const ref = entry.ref ?? failed
  const { field, ...elsewhere } = error.place
  const isOfStore = field?.startsWith('spec.provider.') === true
  const names: readonly (readonly [string, string | undefined])[] = [
    ['key', ref?.key],
    ['property', ref?.property],
    ['version', ref?.version],
    [entry.store.kind ?? 'SecretStore', entry.store.name],
    ...(entry.passedOver ?? []).map(({ store }) => [`nor in ${store.kind ?? 'SecretStore'}`, store.name] as const),
  ]
  const missing = names.flatMap(([what, name]) => {
    if (name === undefined || error.message.includes(quoteName(name))) return []
    return [`${what} ${quoteName(name)}`]
  })
  const words = isOfStore ? [...missing, field] : missing
  const message = words.length > 0 ? `${error.message} (${words.join(', ')})` : error.message
  return new SecretError(error.kind, message, {
    place: isOfStore ? elsewhere : error.place,
    ...(error.remedy !== undefined && { remedy: error.remedy }),
    ...(error.lasting && { lasting: true }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  })
}
