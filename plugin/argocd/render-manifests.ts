import { type TemplateEngineName, templateEngineOf } from '../api/annotations.ts'
import { type Expansion, type ExpansionPorts, expand, type PlanCounts } from '../expansion/expand.ts'
import type { GeneratorSource } from '../expansion/generator-source.ts'
import { renamesKeys } from '../expansion/renames-keys.ts'
import type { RenderTools } from '../expansion/render.ts'
import type { StoreSource } from '../expansion/store-source.ts'
import { isTemplated } from '../expansion/templating.ts'
import type { GeneratorFact } from '../model/generator-fact.ts'
import type { ReadFact } from '../model/read-fact.ts'
import type { RenderPhase } from '../model/render-phase.ts'
import { asSecretError, type Place, type SecretError } from '../model/secret-error.ts'
import type { StandIn } from '../model/stand-in.ts'
import { inTurns } from '../model/turns.ts'
import type { GeneratorObject } from '../stores/generator-object.ts'
import type { StoreObject } from '../stores/store-object.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import type { DocumentReading } from '../stream/document-reading.ts'
import type { JsonLineCache } from '../stream/json-line-cache.ts'
import type { ManifestStream, StreamEdits, StreamWarning } from '../stream/manifest-document.ts'
import { type JsonLineTools, printJsonLines } from '../stream/print-json-lines.ts'
import { printStream } from '../stream/print-stream.ts'
import { deletionRefusals } from './argocd-refusals.ts'
import { type CoreObjects, readCoreObjects } from './core-objects.ts'
import { type Inventory, takeInventory } from './inventory.ts'
import type { ObjectSchemas } from './object-schemas.ts'
import { asTheyAre, createLocate, type Locate } from './place-of.ts'
import { placeholderExpansion } from './placeholder-secrets.ts'
import { refusalSteps } from './render-refusals.ts'
import { permissionsOf, type RenderRequest } from './render-request.ts'
import { editSteps } from './stream-edits.ts'
import { existingIn, readTargetObjects, type TargetObjects } from './target-objects.ts'
import { withChecksums } from './workload-checksums.ts'

/** What a render needs from its surroundings. */
export interface RenderPorts {
  readonly schemas: ObjectSchemas
  /** The stores that this render may use. Throws SecretError when none can be had at all. */
  stores(stores: readonly StoreObject[], objects: StreamObjects): Promise<StoreSource>
  /** The generators that this render may use; without it none. */
  generators?(generators: readonly GeneratorObject[], objects: StreamObjects): GeneratorSource
  engine(name: TemplateEngineName): Promise<NonNullable<RenderTools['engines'][TemplateEngineName]>>
  keyRenaming(): Promise<NonNullable<RenderTools['keyRenaming']>>
  readonly budget: RenderTools['budget']
  /** Where templates go that take long; without it they hold up everything else. */
  readonly long?: NonNullable<ExpansionPorts['long']>
  readonly surroundings: ExpansionPorts['surroundings']
  /** Without one the random functions of templates give something else with every render. */
  readonly seed?: ExpansionPorts['seed']
  readonly onPlan?: (counts: PlanCounts) => void
  readonly onTrace?: NonNullable<ExpansionPorts['onTrace']>
  /** Of a warm process, for `output: json`. */
  readonly lines?: JsonLineCache
  /** Where large documents are read; without it they hold up everything else. */
  readonly reading?: (signal: AbortSignal) => DocumentReading
  /** Told what begins, for the measurement of time. */
  readonly onPhase?: (phase: RenderPhase) => void
}

export interface Render {
  /** All of the output; `undefined` when there is a problem. */
  readonly output: Uint8Array | undefined
  readonly problems: readonly SecretError[]
  readonly warnings: readonly StreamWarning[]
  /** What was read, also when nothing came of it. */
  readonly reads: readonly ReadFact[]
  /** What made values, also when nothing came of it. */
  readonly generated: readonly GeneratorFact[]
  /** What stands in for values that do not exist, because an author says so. */
  readonly standIns: readonly StandIn[]
  /** Finds the lines of the fields that a report names. */
  readonly locate: Locate
}

type Said = Pick<Render, 'warnings' | 'locate' | keyof typeof NOTHING_READ>

const NOTHING_READ = { reads: [], generated: [], standIns: [] }

/** Manifests in, manifests out: each ExternalSecret replaced by its final Secret, everything else as it came. Never throws; all or nothing. */
export async function renderManifests(
  streams: readonly ManifestStream[],
  request: RenderRequest,
  ports: RenderPorts,
  signal: AbortSignal,
): Promise<Render> {
  const render = await rendered(streams, request, ports, signal)
  if (ports.reading) await render.locate.prepare(listed(render))
  return render
}

/** R18: the places that a report tells. */
function listed({ problems, warnings }: Render): readonly Place[] {
  return [problems, warnings].flatMap((some) => some.slice(0, MAX_LISTED).map(({ place }) => place))
}

const MAX_LISTED = 50

async function rendered(
  streams: readonly ManifestStream[],
  request: RenderRequest,
  ports: RenderPorts,
  signal: AbortSignal,
): Promise<Render> {
  const reading = ports.reading?.(signal)
  const printing = { output: request.output, ...(ports.lines && { cache: ports.lines }), ...(reading && { reading }) }
  if (request.guard === 'hydrator')
    return printed(streams, new Map(), printing, { ...NOTHING_READ, warnings: [], locate: asTheyAre })
  ports.onPhase?.('read')
  const inventory = await takeInventory(streams, request, ports.schemas, reading)
  const locate = createLocate(inventory.objects, reading)
  const said = { warnings: [...inventory.warnings, ...inventory.strictWarnings], ...NOTHING_READ, locate }
  if (inventory.problems.length > 0) return failed(inventory.problems, said)

  const inline = inventory.externalSecrets.filter(({ delivery }) => delivery === 'inline')
  if (inline.length === 0) return printed(streams, await inTurns(editSteps({ inventory, request })), printing, said)

  const core = await readCoreObjects(streams, request.namespace, reading)
  const saidOfAll = { ...said, warnings: [...said.warnings, ...core.warnings] }
  const inputs = inline.map(({ input }) => input)
  const permissions = permissionsOf(request)
  const all = inventory.externalSecrets.map(({ input }) => input)
  const others = await readTargetObjects(streams, request.namespace, all, reading)
  const refused = await inTurns(refusalSteps(inventory, core, others, request))
  if (refused.length > 0) return failed(refused, saidOfAll)

  const expansion =
    request.guard === 'streamed'
      ? placeholderExpansion(inputs)
      : await expansionOf(inventory, core, { ports, others, tools: await renderTools(inline, ports, request) }, signal)
  const { reads, generated, standIns } = expansion
  const saidAtLast = { ...saidOfAll, warnings: [...saidOfAll.warnings, ...expansion.warnings], reads, generated, standIns }
  ports.onPhase?.('print')
  const problems = [...expansion.problems, ...(permissions.honourDeletion ? [] : deletionRefusals(expansion))]
  if (problems.length > 0) return failed(problems, saidAtLast)
  const edits = await inTurns(editSteps({ inventory, request, expansion, core, others }))
  const { guard, checksums } = request
  if (!checksums || guard === 'streamed') return printed(streams, edits, printing, saidAtLast)
  const checked = await withChecksums(streams, edits, request.namespace, checksums, reading)
  return printed(streams, checked.edits, printing, { ...saidAtLast, warnings: [...saidAtLast.warnings, ...checked.warnings] })
}

async function expansionOf(
  { externalSecrets, stores, generators }: Inventory,
  core: CoreObjects,
  {
    ports,
    others,
    tools,
  }: {
    readonly ports: RenderPorts
    readonly others: TargetObjects
    readonly tools: Omit<ExpansionPorts, 'templates' | 'stores'>
  },
  signal: AbortSignal,
): Promise<Expansion> {
  const inputs = externalSecrets.filter(({ delivery }) => delivery === 'inline').map(({ input }) => input)
  try {
    const found = await ports.stores(stores, core)
    const made = ports.generators && { generators: ports.generators(generators, core) }
    const listener = {
      ...(ports.onPlan && { onPlan: ports.onPlan }),
      ...(ports.onTrace && { onTrace: ports.onTrace }),
      ...(ports.onPhase && { onPhase: ports.onPhase }),
    }
    return await expand(inputs, { ...tools, ...listener, ...made, ...existingIn(others), stores: found, templates: core }, signal)
  } catch (thrown) {
    return { secrets: new Map(), objects: new Map(), problems: [asSecretError(thrown)], warnings: [], ...NOTHING_READ }
  }
}

/** Only what is asked for is loaded. */
export async function renderTools(
  inline: Inventory['externalSecrets'],
  ports: RenderPorts,
  request: RenderRequest,
): Promise<Omit<ExpansionPorts, 'templates' | 'stores'>> {
  const permissions = permissionsOf(request)
  const inputs = inline.map(({ input }) => input)
  const languages = new Set(inputs.filter(isTemplated).map(({ resource }) => templateEngineOf(resource)))
  const engines = await Promise.all(Array.from(languages, async (name) => [name, await ports.engine(name)] as const))
  const withNewKeys = inputs.some(({ resource }) => resource.spec.dataFrom?.some(({ rewrite }) => renamesKeys(rewrite)))
  return {
    engines: Object.fromEntries(engines),
    keyRenaming: withNewKeys ? await ports.keyRenaming() : undefined,
    budget: ports.budget,
    ...(ports.long && { long: ports.long }),
    surroundings: { ...ports.surroundings, ...(request.mode === 'argocd' && { unstable: 'refused' }) },
    ...(ports.seed && { seed: ports.seed }),
    metadataFromValues: permissions.metadataFromValues ? 'allowed' : 'refused',
    mayHaveArgoCdType: permissions.mayHaveArgoCdType,
  }
}

async function printed(
  streams: readonly ManifestStream[],
  edits: StreamEdits,
  { output, ...tools }: Pick<RenderRequest, 'output'> & JsonLineTools,
  said: Said,
): Promise<Render> {
  try {
    if (output === 'yaml') return { ...said, output: printStream(streams, edits), problems: [] }
    const { bytes, problems } = await printJsonLines(streams, edits, tools)
    return problems.length > 0 ? failed(problems, said) : { ...said, output: bytes, problems: [] }
  } catch (thrown) {
    return failed([asSecretError(thrown)], said)
  }
}

function failed(problems: readonly SecretError[], said: Said): Render {
  return { ...said, output: undefined, problems }
}
