import type { StoreRef } from '../../api/external-secret.ts'
import { collect } from '../../expansion/collect.ts'
import type { ExternalSecretInput } from '../../expansion/external-secret-input.ts'
import type { StoreReads } from '../../expansion/fetch.ts'
import { fetchInOrder } from '../../expansion/fetch-in-order.ts'
import { type Generations, generateAll } from '../../expansion/generate.ts'
import { type PlannedEntry, type PlannedRead, planReads, refId } from '../../expansion/plan.ts'
import { refsRead } from '../../expansion/refs-read.ts'
import type { RenderTools } from '../../expansion/render.ts'
import { standInsOf } from '../../expansion/stand-ins.ts'
import type { StoreSource } from '../../expansion/store-source.ts'
import type { TemplateSource } from '../../expansion/template-source.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import type { StandIn } from '../../model/stand-in.ts'
import type { MadeState } from '../generators/generator-states.ts'
import type { GeneratorsFound } from '../generators/usable-generators.ts'
import { problemText } from './problem-text.ts'
import { SyncFailure } from './sync-failure.ts'

/** What the provider gave for one ExternalSecret, before templates. */
export interface Values {
  readonly data: ReadonlyMap<string, SecretValue>
  /** Nothing of it was read earlier; milliseconds since the epoch. */
  readonly readAfterMs: number
  /** Which versions of what they come from. */
  readonly held: readonly HeldVersion[]
  /** `spec.dataFrom[0]`, `spec.dataFrom[1] (key=password)`: what does not exist, in ESO's words (external-secrets.md 4.15). */
  readonly absent: readonly string[]
  /** What its author has put in the place of what does not exist. */
  readonly standIns: readonly StandIn[]
}

/** A reference and the version of it that an ExternalSecret has. */
export interface HeldVersion {
  readonly store: StoreRef
  readonly ref: RemoteRef
  /** Undefined for what does not exist. */
  readonly version: string | undefined
}

export type ValueTools = Pick<RenderTools, 'keyRenaming' | 'engines' | 'budget' | 'surroundingsOf'>

export interface ValueSources {
  readonly stores: StoreSource
  readonly generators: GeneratorsFound
  /** Told what generators made that lasts, once it is known whether all values could be read. */
  readonly onMade: (made: readonly MadeState[], isWhole: boolean) => Promise<void>
}

/**
 * Plans, fetches and collects as every render does (external-secrets.md 3). Templates are for later: what is wrong with them is another failure.
 * Throws SyncFailure `fetch`.
 */
export async function readValues(
  input: ExternalSecretInput,
  { stores, generators, onMade }: ValueSources,
  tools: ValueTools,
  signal: AbortSignal,
): Promise<Omit<Values, 'readAfterMs'>> {
  const bare = withoutTemplate(input)
  const planned = planReads([bare], stores, NO_TEMPLATES, generators)
  failOn(planned.problems)
  const { plan, reads } = await fetchInOrder(planned, signal)
  failOn([...reads.values()].flatMap((store) => (store.ok ? [] : [store.error])))
  const entries = plan.wanted.get(bare) ?? []
  const rewrites = entries.some(({ use }) => use.kind !== 'data' && use.rewrite.length > 0)
  const rewrite = rewrites ? (await import('../../expansion/rewrite.ts')).rewrite : undefined
  const generations = await generateAll(plan, reads, undefined, signal)
  const collected = collect(bare, entries, { stores: reads, generations }, { ...tools, rewrite })
  const made = entries.flatMap((entry) => madeStates(entry, input, generators, generations))
  if (made.length > 0) await onMade(made, collected.problems.length === 0)
  failOn(collected.problems)
  return {
    data: collected.data,
    held: entries.flatMap((entry) => heldVersions(entry, reads)),
    absent: collected.leftOut.map(absentText),
    standIns: standInsOf(bare, collected, plan),
  }
}

function madeStates(
  entry: PlannedEntry,
  { namespace }: ExternalSecretInput,
  found: GeneratorsFound,
  generations: Generations,
): readonly MadeState[] {
  if (!entry.generatorRef) return []
  const generation = generations.get(entry)
  if (!generation?.ok || generation.state === undefined) return []
  const { generatorRef: ref, path } = entry
  const { state } = generation
  return [{ ref, index: Number(path.at(-1)), resource: found.snapshotOf(ref, namespace), state, namespace }]
}

/** An ExternalSecret has many problems; one event tells of all. */
function failOn(problems: readonly SecretError[]): void {
  if (problems.length === 0) return
  const waits = problems.flatMap(({ retryAfterMs }) => retryAfterMs ?? [])
  throw new SyncFailure('fetch', problemText(problems), waits.length > 0 ? Math.max(...waits) : undefined)
}

function heldVersions(entry: PlannedEntry, reads: ReadonlyMap<string, StoreReads>): readonly HeldVersion[] {
  if (entry.generatorRef) return []
  const store = reads.get(entry.identity)
  return refsRead(entry, reads).map((ref) => {
    const outcome = store?.ok ? store.outcomes.get(refId(ref)) : undefined
    return { store: entry.store, ref, version: outcome?.ok ? outcome.secret.version : undefined }
  })
}

/** Entries of `data` are numbered as if they stood in dataFrom (external-secrets.md 4.15). */
function absentText({ path, ref, use }: PlannedRead): string {
  const place = `spec.dataFrom[${path.at(-1) ?? 0}]`
  return use.kind === 'data' ? `${place} (key=${ref?.key ?? ''})` : place
}

function withoutTemplate(input: ExternalSecretInput): ExternalSecretInput {
  const { spec } = input.resource
  const { template: _, ...target } = spec.target
  return { ...input, resource: { ...input.resource, spec: { ...spec, target } } }
}

const NO_TEMPLATES: TemplateSource = {
  configMap: () => {
    throw asSecretError(new TypeError('templates are not looked for here'))
  },
  secret: () => {
    throw asSecretError(new TypeError('templates are not looked for here'))
  },
}
