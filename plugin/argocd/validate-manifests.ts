import { templateEngineOf } from '../api/annotations.ts'
import { dataFromProblems } from '../expansion/data-from-expressions.ts'
import { creationPolicy, type ExternalSecretInput } from '../expansion/external-secret-input.ts'
import type { GeneratorSource } from '../expansion/generator-source.ts'
import { shapeProblems } from '../expansion/library-shape.ts'
import { lostKeys } from '../expansion/lost-keys.ts'
import { objectPathProblems } from '../expansion/object-paths.ts'
import { type Plan, planReads } from '../expansion/plan.ts'
import { renamesKeys } from '../expansion/renames-keys.ts'
import type { RewriteTools } from '../expansion/rewrite.ts'
import type { StoreSource } from '../expansion/store-source.ts'
import { templateProblemSteps } from '../expansion/template-problems.ts'
import { SecretError } from '../model/secret-error.ts'
import { inTurns } from '../model/turns.ts'
import type { Provider } from '../providers/provider.ts'
import { generatorLookup, generatorName } from '../stores/generator-lookup.ts'
import { storeLookup } from '../stores/store-lookup.ts'
import type { ManifestStream, StreamWarning } from '../stream/manifest-document.ts'
import { byApiServer } from './by-api-server.ts'
import { type CoreObjects, readCoreObjects } from './core-objects.ts'
import { impossibleSearch } from './impossible-search.ts'
import { type Inventory, type InventoryCounts, takeInventory } from './inventory.ts'
import type { ObjectSchemas } from './object-schemas.ts'
import { orderProblems } from './order-problems.ts'
import { createLocate, type Locate } from './place-of.ts'
import type { RenderPorts } from './render-manifests.ts'
import { refusalSteps } from './render-refusals.ts'
import type { RenderRequest } from './render-request.ts'
import { readTargetObjects } from './target-objects.ts'
import { untypedObjects } from './untyped-objects.ts'

export interface Validation {
  /** What an API server with ESO's definitions refuses, and documents that are no object: these decide. */
  readonly problems: readonly SecretError[]
  /**
   * What such a server takes: what can never work all the same (a template or an expression that cannot be read), what depends on
   * other objects, what is for ESO's webhook to refuse. Decides only a strict validation.
   */
  readonly doubts: readonly SecretError[]
  /** Unknown fields, duplicate keys: never decide. */
  readonly warnings: readonly StreamWarning[]
  readonly counts: InventoryCounts
  readonly locate: Locate
}

/** What templates are read with; none is run. */
export type TemplatePorts = Pick<RenderPorts, 'engine' | 'keyRenaming' | 'budget' | 'surroundings'>

/** Everything that can be said about the manifests without asking a provider. Never throws. */
export async function validateManifests(
  streams: readonly ManifestStream[],
  request: RenderRequest,
  schemas: ObjectSchemas,
  templates: TemplatePorts,
): Promise<Validation> {
  const inventory = await takeInventory(streams, request, schemas)
  const core = await readCoreObjects(streams, request.namespace)
  const all = inventory.externalSecrets.map(({ input }) => input)
  const others = await readTargetObjects(streams, request.namespace, all)
  const inputs = producing(inventory)
  const plan = planned(inputs, inventory, core, await schemas.implemented(inventory.stores.map(({ resource }) => resource)))
  const { refused, doubted } = await byApiServer(inventory, schemas)
  return {
    problems: [...refused, ...untypedObjects(streams, inventory.objects)],
    doubts: [
      ...doubted,
      ...inputs.flatMap(shapeProblems),
      ...inputs.flatMap(objectPathProblems),
      ...(await dataFromProblems(inputs, await rewriteTools(inputs, templates))),
      ...(await unreadTemplates(inputs, core, templates.engine)),
      ...inventory.strictWarnings.map(asDoubt),
      ...(await inTurns(refusalSteps(inventory, core, others, request))),
      ...plan.problems,
      ...orderProblems(streams, inventory, request.namespace),
    ],
    warnings: [
      ...inventory.warnings,
      ...core.warnings,
      ...[...plan.wanted].flatMap(([input, entries]) => lostKeys(input, entries)),
    ],
    counts: inventory.counts,
    locate: createLocate(inventory.objects),
  }
}

/** What passes through or makes nothing needs no store and no template. */
function producing({ externalSecrets }: Inventory): readonly ExternalSecretInput[] {
  return externalSecrets
    .filter(({ delivery, input }) => delivery === 'inline' && creationPolicy(input) !== 'None')
    .map(({ input }) => input)
}

async function rewriteTools(
  inputs: readonly ExternalSecretInput[],
  { keyRenaming, budget, surroundings }: TemplatePorts,
): Promise<RewriteTools> {
  const withNewKeys = inputs.some(({ resource }) => resource.spec.dataFrom?.some(({ rewrite }) => renamesKeys(rewrite)))
  return { keyRenaming: withNewKeys ? await keyRenaming() : undefined, budget, surroundings }
}

/** Only the languages that are used are loaded. */
async function unreadTemplates(
  inputs: readonly ExternalSecretInput[],
  core: CoreObjects,
  engine: RenderPorts['engine'],
): Promise<readonly SecretError[]> {
  const templated = inputs.filter(({ resource }) => resource.spec.target.template)
  const languages = new Set(templated.map(({ resource }) => templateEngineOf(resource)))
  const engines = await Promise.all(Array.from(languages, async (name) => [name, await engine(name)] as const))
  return inTurns(templateProblemSteps(templated, core, Object.fromEntries(engines)))
}

/** What a render finds out before it asks a store. */
function planned(
  inputs: readonly ExternalSecretInput[],
  { stores, generators }: Inventory,
  core: CoreObjects,
  providers: ReadonlyMap<string, Provider>,
): Plan {
  const lookUp = storeLookup(stores)
  const source: StoreSource = {
    find(ref, namespace) {
      const store = lookUp(ref, namespace)
      const { name } = store.resource.metadata
      return {
        identity: name,
        name,
        place: store.place,
        searchRefusal: (query) => impossibleSearch(query, store, providers),
        open: () => Promise.reject(new Error('a validation opens no store')),
      }
    },
  }
  return planReads(inputs, source, core, knownGenerators(generators))
}

function knownGenerators(generators: Inventory['generators']): GeneratorSource {
  const lookUp = generatorLookup(generators)
  return {
    find(ref, namespace) {
      const found = lookUp(ref, namespace)
      const keys = found.generator.keysOf?.(found.resource.spec)
      return {
        name: generatorName(found),
        stability: found.generator.stability,
        ...(keys && { keys }),
        generate: () => Promise.reject(new Error('a validation asks no generator')),
      }
    },
  }
}

function asDoubt({ place, message }: StreamWarning): SecretError {
  return new SecretError('InvalidSpec', message, { place })
}
