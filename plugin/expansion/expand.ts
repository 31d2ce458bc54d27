import type { JsonLikeMap } from '../../templates/go-yaml/json-like.ts'
import type { TypePermissions } from '../api/render-rules.ts'
import type { GeneratorFact } from '../model/generator-fact.ts'
import type { ReadFact } from '../model/read-fact.ts'
import type { RenderPhase } from '../model/render-phase.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import type { StandIn } from '../model/stand-in.ts'
import { createTurns, inTurns } from '../model/turns.ts'
import type { ClosedObject } from './closed-object.ts'
import { type Collected, collect, type Got } from './collect.ts'
import { dataFromProblems } from './data-from-expressions.ts'
import type { ExpansionWarning } from './expansion-warning.ts'
import {
  creationPolicy,
  deletionPolicy,
  type ExternalSecretInput,
  mergesIntoTarget,
  targetName,
} from './external-secret-input.ts'
import type { StoreReads } from './fetch.ts'
import { fetchInOrder } from './fetch-in-order.ts'
import { generateAll, generatorFacts, generatorWarnings } from './generate.ts'
import type { GeneratorSource } from './generator-source.ts'
import { lostKeys } from './lost-keys.ts'
import { metadataOf } from './metadata.ts'
import type { ObjectBases } from './object-bases.ts'
import { loadObjectTargets, type ObjectTargets } from './object-targets.ts'
import { type Plan, type PlannedEntry, planSteps } from './plan.ts'
import { deadlineIsOver, emptyResult, storeFailure } from './problems.ts'
import { type RandomTools, randomnessOf } from './randomness.ts'
import { readFactSteps } from './read-facts.ts'
import type { RenderedContent, RenderTools, SecretContent, Templated } from './render.ts'
import { secretProblems } from './secret-checks.ts'
import type { SecretManifest } from './secret-manifest.ts'
import { settled } from './settled.ts'
import { standInsOf, standInWarnings } from './stand-ins.ts'
import type { StoreSource } from './store-source.ts'
import { type LongTemplates, Suspension, TemplateRuns } from './template-runs.ts'
import { isTemplated, loadTemplating, type Templating } from './templating.ts'
import { type ExpansionTrace, entryTraces } from './trace.ts'

/** What expansion needs from its surroundings. */
export interface ExpansionPorts
  extends Omit<RenderTools, 'surroundingsOf' | 'runs' | 'shapes' | 'rewrite'>,
    RandomTools,
    Pick<TypePermissions, 'mayHaveArgoCdType'> {
  readonly stores: StoreSource
  /** The object that an ExternalSecret with another target than a Secret merges into; without it there are none. */
  existing?(input: ExternalSecretInput): JsonLikeMap | undefined
  /** Without it there are none. */
  readonly generators?: GeneratorSource
  /** Where templates go that take long; without it they hold up everything else. */
  readonly long?: LongTemplates
  /** Told what is about to be read, once, before it is. */
  readonly onPlan?: (counts: PlanCounts) => void
  /** Told of each ExternalSecret how its Secret came to be, also where it did not. */
  readonly onTrace?: (trace: ExpansionTrace) => void
  /** Told what begins, for the measurement of time. */
  readonly onPhase?: (phase: RenderPhase) => void
}

export interface PlanCounts {
  readonly externalSecrets: number
  readonly stores: number
  /** Distinct remote references. */
  readonly references: number
}

/** One final Secret an ExternalSecret; `undefined` where there is none to make (creationPolicy None, deletionPolicy Delete with nothing left). */
export interface Expansion {
  readonly secrets: ReadonlyMap<ExternalSecretInput, SecretManifest | undefined>
  /** Of those that make another object than a Secret; several that merge into one each have what came before them in theirs. */
  readonly objects: ReadonlyMap<ExternalSecretInput, ClosedObject>
  /** When there is any, nothing of {@link secrets} may be used. */
  readonly problems: readonly SecretError[]
  readonly warnings: readonly ExpansionWarning[]
  /** What was read, also for ExternalSecrets that failed afterwards. */
  readonly reads: readonly ReadFact[]
  /** What made values, also for ExternalSecrets that failed afterwards. */
  readonly generated: readonly GeneratorFact[]
  /** What stands in for values that do not exist, because an author says so. */
  readonly standIns: readonly StandIn[]
}

/**
 * ExternalSecrets in, final Secrets out: plan, fetch, decode, convert, render (design: the flow).
 * Problems that are known before any login end it without one. Never throws.
 */
export async function expand(
  inputs: readonly ExternalSecretInput[],
  ports: ExpansionPorts,
  signal: AbortSignal,
): Promise<Expansion> {
  const producing = inputs.filter((input) => creationPolicy(input) !== 'None')
  ports.onPhase?.('plan')
  const turns = createTurns()
  const { plan: planned, templating, targets, problems: known } = await prepare(producing, ports)
  if (known.length > 0) {
    for (const [input, entries] of planned.wanted)
      ports.onTrace?.({
        input,
        entries: entryTraces(entries, planned, NOTHING_GOT, undefined),
        defaulted: [],
        standIns: [],
        problems: [],
      })
    return { ...NOTHING_MADE, problems: known, warnings: [], reads: [], generated: [], standIns: [] }
  }

  const references = [...planned.stores.values()].reduce((sum, store) => sum + store.refs.size, 0)
  ports.onPlan?.({ externalSecrets: inputs.length, stores: planned.stores.size, references })
  ports.onPhase?.('fetch')
  const { plan, reads } = await fetchInOrder(planned, signal)
  const got = { stores: reads, generations: await generateAll(plan, reads, ports.seed, signal) }
  ports.onPhase?.('render')
  const facts = { reads: await inTurns(readFactSteps(plan, reads)), generated: generatorFacts(plan, got.generations) }
  const loaded = { templating, shapes: templating?.shapes, rewrite: await loadRewrite(plan.wanted) }

  const problems = storeProblems(reads, plan.wanted)
  const warnings: ExpansionWarning[] = []
  const standIns: StandIn[] = []
  const secrets = new Map<ExternalSecretInput, SecretManifest | undefined>()
  const objects = new Map<ExternalSecretInput, ClosedObject>()
  const others = targets && { targets, bases: new targets.ObjectBases(ports) }
  const endedBefore = signal.aborted
  for (const input of producing) {
    const turn = turns.take()
    if (turn) await turn
    if (signal.aborted && !endedBefore)
      return { ...NOTHING_MADE, problems: [...problems, deadlineIsOver(input)], warnings, ...facts, standIns }
    const entries = plan.wanted.get(input) ?? []
    const randomness = randomnessOf(input, ports)
    const { surroundingsOf } = randomness
    const runs = ports.long && templating && new TemplateRuns(ports.long, input, ports, surroundingsOf)
    const tools = { ...ports, ...loaded, others, surroundingsOf, ...(runs && { runs }) }
    const made = await settled(() => makeSecret(input, entries, got, tools), runs, signal)
    const generations = entries.filter((entry) => entry.generatorRef !== undefined)
    warnings.push(...lostKeys(input, entries), ...generatorWarnings(input, generations, ports.seed), ...randomness.warnings())
    for (const problem of randomness.problems()) problems.push(problem)
    const standing = made.ok && made.collected ? standInsOf(input, made.collected, plan) : []
    ports.onTrace?.({ ...traceOf(input, made, plan, got), standIns: standing })
    standIns.push(...standing)
    warnings.push(...standInWarnings(input, standing))
    if (made.ok && made.object) objects.set(input, others?.bases.keep(input, made.object) ?? made.object)
    else if (made.ok) secrets.set(input, made.secret)
    else for (const problem of made.problems) problems.push(problem)
  }
  return { secrets, objects, problems, warnings, ...facts, standIns }
}

const NOTHING_MADE = { secrets: new Map(), objects: new Map() }
const NOTHING_GOT: Got = { stores: new Map(), generations: new Map() }

interface Prepared {
  readonly plan: Plan
  readonly templating: Templating | undefined
  readonly targets: ObjectTargets | undefined
  readonly problems: readonly SecretError[]
}

/** What is known before any login. */
async function prepare(producing: readonly ExternalSecretInput[], ports: ExpansionPorts): Promise<Prepared> {
  const plan = await inTurns(planSteps(producing, ports.stores, ports.templates, ports.generators))
  const templating = await loadTemplating(producing)
  const targets = await loadObjectTargets(producing)
  const problems = [
    ...producing.flatMap((input) => templating?.shapes?.shapeProblems(input) ?? []),
    ...producing.flatMap((input) => targets?.objectPathProblems(input) ?? []),
    ...plan.problems,
    ...(await dataFromProblems(producing, ports)),
    ...(templating ? await inTurns(templating.templateProblemSteps(producing, ports.templates, ports.engines)) : []),
  ]
  return { plan, templating, targets, problems }
}

/** Whether a problem of `input` is known before any login, which ends the expansion of all. */
export async function isRefusedUnread(input: ExternalSecretInput, ports: ExpansionPorts): Promise<boolean> {
  return (await prepare([input], ports)).problems.length > 0
}

function traceOf(input: ExternalSecretInput, made: Made, plan: Plan, got: Got): Omit<ExpansionTrace, 'standIns'> {
  const { collected, templated } = made
  return {
    input,
    entries: entryTraces(plan.wanted.get(input) ?? [], plan, got, collected),
    defaulted: collected?.defaulted ?? [],
    ...(templated && { templated }),
    ...(made.ok ? { ...(made.secret && { secret: made.secret }), ...(made.object && { object: made.object }) } : {}),
    problems: made.ok ? [] : made.problems,
  }
}

/** Loaded when some entry rewrites: a plain ExternalSecret does not wait for it. */
async function loadRewrite(wanted: Plan['wanted']): Promise<RenderTools['rewrite']> {
  const rewrites = wanted.values().some((entries) => entries.some(({ use }) => use.kind !== 'data' && use.rewrite.length > 0))
  return rewrites ? (await import('./rewrite.ts')).rewrite : undefined
}

interface MakeTools extends RenderTools, Pick<TypePermissions, 'mayHaveArgoCdType'> {
  readonly templating: Templating | undefined
  /** Only there when an ExternalSecret makes another object than a Secret. */
  readonly others: { readonly targets: ObjectTargets; readonly bases: ObjectBases } | undefined
}

type Made = Pick<ExpansionTrace, 'templated'> & { readonly collected?: Collected } & (
    | { readonly ok: true; readonly secret: SecretManifest | undefined; readonly object?: ClosedObject }
    | { readonly ok: false; readonly problems: readonly SecretError[] }
  )

function makeSecret(input: ExternalSecretInput, entries: readonly PlannedEntry[], got: Got, tools: MakeTools): Made {
  const collected = collect(input, entries, got, tools)
  const { data, problems } = collected
  if (problems.length > 0) return { ok: false, problems, collected }
  if (entries.some((entry) => wasNotAsked(entry, got))) return { ok: false, problems: [], collected }
  if (data.size === 0 && deletionPolicy(input) === 'Retain') return { ok: false, problems: [emptyResult(input)], collected }
  if (data.size === 0 && deletionPolicy(input) === 'Delete') return { ok: true, secret: undefined, collected }
  const { others } = tools
  const isOther = others && input.resource.spec.target.manifest
  const render = (): Made => (isOther ? renderOther(input, data, tools, others) : renderSecret(input, data, tools))
  return { ...refusing(input, render), collected }
}

function refusing(input: ExternalSecretInput, render: () => Made): Made {
  try {
    return render()
  } catch (thrown) {
    if (thrown instanceof Suspension) throw thrown
    return { ok: false, problems: [asSecretError(thrown).at(input.place)] }
  }
}

function renderOther(
  input: ExternalSecretInput,
  data: SecretManifest['data'],
  tools: MakeTools,
  { targets, bases }: NonNullable<MakeTools['others']>,
): Made {
  const rendered = targets.renderObject(input, data, bases.of(input), tools)
  if (!rendered.ok) return { ok: false, problems: rendered.problems.map((problem) => problem.at(input.place)) }
  const { object, templated } = rendered
  const problems = targets.objectProblems(input, object)
  return problems.length > 0 ? { ok: false, problems, templated } : { ok: true, secret: undefined, object, templated }
}

/** The failure of a store is already among the problems: nothing can be said about an ExternalSecret that needs it, or a generator after it. */
function wasNotAsked(entry: PlannedEntry, { stores, generations }: Got): boolean {
  return entry.generatorRef ? !generations.has(entry) : stores.get(entry.identity)?.ok === false
}

function renderSecret(input: ExternalSecretInput, data: SecretManifest['data'], tools: MakeTools): Made {
  const rendered: RenderedContent =
    tools.templating && isTemplated(input)
      ? tools.templating.render(input, data, tools)
      : { ok: true, content: { ...metadataOf(input.resource), data }, templated: UNTEMPLATED }
  if (!rendered.ok) return { ok: false, problems: rendered.problems.map((problem) => problem.at(input.place)) }
  const secret = secretOf(input, rendered.content)
  const problems = secretProblems(secret, input.resource, tools.mayHaveArgoCdType).map((problem) => problem.at(input.place))
  return problems.length > 0 ? { ok: false, problems } : { ok: true, secret, templated: rendered.templated }
}

const UNTEMPLATED: Templated = { keepsFetched: true, names: [] }

function secretOf(input: ExternalSecretInput, content: SecretContent): SecretManifest {
  const { metadata, spec } = input.resource
  return {
    name: targetName(input),
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    // A Secret that others made keeps its type.
    ...(mergesIntoTarget(input) ? {} : { type: 'Opaque' }),
    ...content,
    ...(spec.target.immutable && { immutable: true }),
  }
}

/** One problem a store that could not be read at all, whoever needs it. */
function storeProblems(
  reads: ReadonlyMap<string, StoreReads>,
  wanted: ReadonlyMap<ExternalSecretInput, readonly PlannedEntry[]>,
): SecretError[] {
  const users = new Map<string, Set<ExternalSecretInput>>()
  for (const [input, entries] of wanted) {
    for (const { identity } of entries.filter((entry) => entry.generatorRef === undefined))
      users.set(identity, (users.get(identity) ?? new Set()).add(input))
  }
  return [...reads].flatMap(([identity, store]) =>
    store.ok ? [] : [storeFailure(store.error, [...(users.get(identity) ?? [])])],
  )
}
