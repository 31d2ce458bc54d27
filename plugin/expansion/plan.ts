import { fieldName } from '../model/field-path.ts'
import type { FindQuery } from '../model/find-query.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import { atOnce, type Steps } from '../model/turns.ts'
import { type Entry, entriesOf, type FindEntry, type GeneratorEntry, type ReadEntry, type StoreEntry } from './entry.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import { type FoundGenerator, type GeneratorSource, noGenerators } from './generator-source.ts'
import type { FoundStore, StoreSource } from './store-source.ts'
import { sourcedTemplates } from './template-from.ts'
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

interface PlannedRef extends ReadEntry {
  readonly identity: string
  /** What of its reference the store is asked for: by its {@link refId} it is found again. */
  readonly read: RemoteRef
}

interface PlannedFind extends FindEntry {
  readonly identity: string
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
    problems.push(...sourcedTemplates(input, templates).problems.map((problem) => problem.at(input.place)))
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
        const read = remoteRef(entry.ref, store)
        plan.refs.set(refId(read), read)
        planned.push({ ...entry, identity, read })
      } else {
        plan.finds.set(findId(entry.find), entry.find)
        planned.push({ ...entry, identity })
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

function remoteRef({ key, version, part, property }: RemoteRef, store: Pick<FoundStore, 'sendsProperty'> = {}): RemoteRef {
  const sent = store.sendsProperty && property ? { property } : {}
  return { key, part, ...(version !== undefined && { version }), ...sent }
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
    const wanted = entry.ref ? remoteRef(entry.ref) : entry.find
    const store = stores.find(entry.store, input.namespace, wanted)
    const refused = entry.ref ? store.refusal?.(remoteRef(entry.ref, store)) : store.searchRefusal?.(entry.find)
    if (!refused) return store
    problems.push(refused.at({ ...input.place, field: fieldName(entry.path) }))
    return undefined
  } catch (thrown) {
    problems.push(asSecretError(thrown).at({ ...input.place, field: fieldName(entry.storePath) }))
    return undefined
  }
}

/** One ExternalSecret with ten entries of one missing store has one problem. */
function distinct(problems: readonly SecretError[]): readonly SecretError[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify([problem.place, problem.message]), problem]))
  return [...seen.values()]
}
