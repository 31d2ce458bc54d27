import type { StoreRef } from '../api/external-secret.ts'
import { ALL_ENTRIES, type WhenMissing, type WhenMissingRules, whenMissingOf, whenMissingPath } from '../api/when-missing.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import type { FindQuery } from '../model/find-query.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import { atOnce, type Steps } from '../model/turns.ts'
import { type Entry, entriesOf, type FindEntry, type GeneratorEntry, type ReadEntry, type StoreEntry } from './entry.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import { type FoundGenerator, type GeneratorSource, noGenerators } from './generator-source.ts'
import type { FoundStore, StoreSource } from './store-source.ts'
import { targetTemplates } from './template-from.ts'
import type { TemplateSource } from './template-source.ts'

/** What has to be read for many ExternalSecrets: each remote reference once a store. */
export interface Plan {
  readonly stores: ReadonlyMap<string, StorePlan>
  readonly wanted: ReadonlyMap<ExternalSecretInput, readonly PlannedEntry[]>
  readonly problems: readonly SecretError[]
}

export interface StorePlan {
  readonly store: FoundStore
  /** Distinct; by {@link refId}. */
  readonly refs: ReadonlyMap<string, RemoteRef>
  /** Distinct; by {@link findId}. What they find is read too. */
  readonly finds: ReadonlyMap<string, FindQuery>
}

export type PlannedEntry = PlannedRead | PlannedGeneration

/** An entry and the store that it reads from. */
export type PlannedRead = PlannedRef | PlannedFind

interface PlannedRef extends ReadEntry, MissingFacts {
  readonly identity: string
  /** What of its reference the store is asked for: by its {@link refId} it is found again. */
  readonly read: RemoteRef
  /** Where it is looked for next, in this order, when its store says that it does not exist. */
  readonly fallbacks?: readonly Fallback[]
  /** Where it was looked for already. */
  readonly passedOver?: readonly PassedStore[]
  /** The store, of an entry that has come to one of its {@link fallbacks}. */
  readonly found?: FoundStore
}

interface PlannedFind extends FindEntry, MissingFacts {
  readonly identity: string
  readonly fallbacks?: undefined
  readonly passedOver?: undefined
}

interface MissingFacts {
  /** Whether it may not exist: its author says so. */
  readonly isOptional?: true
}

/** Found and allowed as every other store, and not opened before it is needed. */
export interface Fallback {
  readonly found: FoundStore
  readonly store: StoreRef
  readonly storePath: FieldPath
}

export interface PassedStore {
  readonly identity: string
  readonly store: StoreRef
  readonly read: RemoteRef
}

/** An entry and the generator that it asks, once, for itself alone. */
export interface PlannedGeneration extends GeneratorEntry {
  readonly generator: FoundGenerator
  /** 0 for the first entry of its ExternalSecret that names this generator. */
  readonly occurrence: number
}

/**
 * Collects every remote reference, deduplicated per (store, identity, key, version, value or metadata): references that differ only
 * in their property are one. Problems of one ExternalSecret do not hide those of another; templates that are not there are
 * among them, so that no store is read for nothing.
 */
export function planReads(
  inputs: readonly ExternalSecretInput[],
  stores: StoreSource,
  templates: TemplateSource,
  generators: GeneratorSource = noGenerators,
): Plan {
  return atOnce(planSteps(inputs, stores, templates, generators))
}

/** The same, a step each ExternalSecret and each of its references. */
export function* planSteps(
  inputs: readonly ExternalSecretInput[],
  stores: StoreSource,
  templates: TemplateSource,
  generators: GeneratorSource = noGenerators,
): Steps<Plan> {
  const plans = new Map<string, { store: FoundStore; refs: Map<string, RemoteRef>; finds: Map<string, FindQuery> }>()
  const wanted = new Map<ExternalSecretInput, readonly PlannedEntry[]>()
  const problems: SecretError[] = []

  for (const input of inputs) {
    const planned: PlannedEntry[] = []
    const whenMissing = whenMissingOf(input.resource)
    problems.push(...targetTemplates(input, templates).problems.map((problem) => problem.at(input.place)))
    for (const entry of entriesOrProblem(input, problems)) {
      if (entry.generatorRef) {
        const generator = generatorOrProblem(input, entry, generators, problems)
        if (generator) planned.push({ ...entry, generator, occurrence: occurrenceIn(planned, entry) })
        continue
      }
      const store = storeOrProblem(input, entry, stores, problems)
      if (!store) continue
      const plan = plans.get(store.identity) ?? { store, refs: new Map<string, RemoteRef>(), finds: new Map<string, FindQuery>() }
      plans.set(store.identity, plan)
      const { identity } = store
      if (entry.ref) {
        const read = remoteRefOf(entry.ref, store)
        plan.refs.set(refId(read), read)
        planned.push({ ...entry, identity, read, ...missingFacts(input, entry, whenMissing, stores, problems) })
      } else {
        plan.finds.set(findId(entry.find), entry.find)
        planned.push({ ...entry, identity, ...optionalFact(ruleOf(entry, whenMissing)?.rule) })
      }
      yield
    }
    wanted.set(input, planned)
    yield
  }
  return { stores: plans, wanted, problems: distinct(problems) }
}

/** Equal for references that read the same thing of a store. */
export function refId(ref: RemoteRef): string {
  return JSON.stringify([ref.key, ref.version ?? '', ref.part, ref.property ?? ''])
}

/** Equal for searches that find the same in a store. */
export function findId({ path, name, tags }: FindQuery): string {
  return JSON.stringify([path ?? '', name, Object.entries(tags).toSorted(([one], [other]) => (one < other ? -1 : 1))])
}

/** What a store is asked for of a reference. */
export function remoteRefOf(
  { key, version, part, property }: RemoteRef,
  store: Pick<FoundStore, 'sendsProperty'> = {},
): RemoteRef {
  const sent = store.sendsProperty && property ? { property } : {}
  return { key, part, ...(version !== undefined && { version }), ...sent }
}

/** What the author says of an entry that does not exist. */
function ruleOf(entry: StoreEntry, rules: WhenMissingRules): { readonly name: string; readonly rule: WhenMissing } | undefined {
  const named = entry.use.kind === 'data' ? entry.use.secretKey : `dataFrom[${entry.path.at(-1) ?? 0}]`
  const name = rules.has(named) ? named : ALL_ENTRIES
  const rule = rules.get(name)
  return rule && { name, rule }
}

function optionalFact(rule: WhenMissing | undefined): MissingFacts {
  return rule && (rule.optional === true || rule.default !== undefined) ? { isOptional: true } : {}
}

function missingFacts(
  input: ExternalSecretInput,
  entry: ReadEntry,
  rules: WhenMissingRules,
  stores: StoreSource,
  problems: SecretError[],
): Pick<PlannedRef, 'isOptional' | 'fallbacks'> {
  const said = ruleOf(entry, rules)
  if (!said) return {}
  const fallbacks = (said.rule.stores ?? []).flatMap((store, index) => {
    const storePath = whenMissingPath(said.name, 'stores', index)
    const found = fallbackOrProblem(input, { ...entry, path: storePath, store, storePath }, stores, problems)
    return found ? [{ found, store, storePath }] : []
  })
  return { ...optionalFact(said.rule), ...(fallbacks.length > 0 && { fallbacks }) }
}

function entriesOrProblem(input: ExternalSecretInput, problems: SecretError[]): readonly Entry[] {
  try {
    return entriesOf(input.resource.spec)
  } catch (thrown) {
    problems.push(asSecretError(thrown).at(input.place))
    return []
  }
}

function generatorOrProblem(
  input: ExternalSecretInput,
  { generatorRef, path }: GeneratorEntry,
  generators: GeneratorSource,
  problems: SecretError[],
): FoundGenerator | undefined {
  try {
    return generators.find(generatorRef, input.namespace)
  } catch (thrown) {
    problems.push(asSecretError(thrown).at({ ...input.place, field: fieldName([...path, 'sourceRef', 'generatorRef']) }))
    return undefined
  }
}

function occurrenceIn(planned: readonly PlannedEntry[], { generatorRef: { kind, name } }: GeneratorEntry): number {
  return planned.filter((entry) => entry.generatorRef?.kind === kind && entry.generatorRef.name === name).length
}

function storeOrProblem(
  input: ExternalSecretInput,
  entry: StoreEntry,
  stores: StoreSource,
  problems: SecretError[],
): FoundStore | undefined {
  try {
    const wanted = entry.ref ? remoteRefOf(entry.ref) : entry.find
    const store = stores.find(entry.store, input.namespace, wanted)
    const refused = entry.ref ? store.refusal?.(remoteRefOf(entry.ref, store)) : store.searchRefusal?.(entry.find)
    if (!refused) return store
    problems.push(refused.at({ ...input.place, field: fieldName(entry.path) }))
    return undefined
  } catch (thrown) {
    problems.push(asSecretError(thrown).at({ ...input.place, field: fieldName(entry.storePath) }))
    return undefined
  }
}

/** Whether it may be used is a problem in any case; that it is away just now matters only when it is asked. */
function fallbackOrProblem(
  input: ExternalSecretInput,
  entry: StoreEntry,
  stores: StoreSource,
  problems: SecretError[],
): FoundStore | undefined {
  const own: SecretError[] = []
  const found = storeOrProblem(input, entry, stores, own)
  const [away] = own
  if (away?.kind !== 'Unavailable') {
    problems.push(...own)
    return found
  }
  const name = `${entry.store.kind ?? 'SecretStore'} ${entry.store.name ?? ''}`
  return { identity: `${name} is away for ${input.namespace}`, name, place: away.place, open: () => Promise.reject(away) }
}

/** One ExternalSecret with ten entries of one missing store has one problem. */
function distinct(problems: readonly SecretError[]): readonly SecretError[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify([problem.place, problem.message]), problem]))
  return [...seen.values()]
}
