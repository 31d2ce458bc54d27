import { deliveryOf, OWN_PREFIX, TEMPLATE, templateNameOf } from '../api/annotations.ts'
import { API_GROUP, GENERATORS_GROUP } from '../api/api-version.ts'
import type { GeneratorResource } from '../api/generator.ts'
import { GENERATOR_REF_KINDS } from '../api/generator-kinds.ts'
import { namespaceSelection, selectsOthers } from '../api/namespace-selection.ts'
import { readClusterExternalSecret } from '../api/read-cluster-external-secret.ts'
import { readExternalSecret } from '../api/read-external-secret.ts'
import { generatorKindOf, readGenerator } from '../api/read-generator.ts'
import { readStore } from '../api/read-store.ts'
import type { FieldProblem, Reading } from '../api/reading.ts'
import type { Labels } from '../api/selects-namespace.ts'
import { whenMissingOf, whenMissingPath } from '../api/when-missing.ts'
import type { ExternalSecretInput } from '../expansion/external-secret-input.ts'
import type { Generator } from '../generators/generator.ts'
import { fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import type { SecretError } from '../model/secret-error.ts'
import { createTurns } from '../model/turns.ts'
import type { GeneratorObject } from '../stores/generator-object.ts'
import type { namespaceConditions } from '../stores/namespace-conditions.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import type { ManifestDocument, ManifestObject, ManifestStream, StreamWarning } from '../stream/manifest-document.ts'
import { mayHoldOurs } from '../stream/may-hold-ours.ts'
import { asInvalidSpec } from './as-invalid-spec.ts'
import { mapping } from './core-objects.ts'
import { namespaceLabels } from './namespace-labels.ts'
import type { ObjectSchemas } from './object-schemas.ts'
import { placeOf } from './place-of.ts'
import { declaresItsKeys } from './placeholder-secrets.ts'
import { permissionsOf, type RenderRequest } from './render-request.ts'

/** An ExternalSecret of the stream and what becomes of it (R11). */
export interface StreamExternalSecret {
  readonly object: ManifestObject
  readonly input: ExternalSecretInput
  readonly delivery: 'inline' | 'passthrough'
}

export interface StreamStore extends StoreObject {
  readonly object: ManifestObject
}

export interface StreamGenerator extends GeneratorObject {
  readonly object: ManifestObject
}

/** Everything of ours that a stream holds. With a problem it is incomplete, and nothing may be rendered from it. */
export interface Inventory {
  /** All of ours, valid or not: what a place may point to. */
  readonly objects: readonly ManifestObject[]
  readonly externalSecrets: readonly StreamExternalSecret[]
  readonly stores: readonly StreamStore[]
  readonly generators: readonly StreamGenerator[]
  /** Other kinds of the API (PushSecret, ClusterExternalSecret, GeneratorState), which pass through. */
  readonly others: readonly ManifestObject[]
  readonly warnings: readonly StreamWarning[]
  /** What ESO's webhook would refuse: warnings of a render, errors of a strict validation. */
  readonly strictWarnings: readonly StreamWarning[]
  readonly problems: readonly SecretError[]
  /** How many there are, those with a problem too; a ClusterExternalSecret counts as what it makes here. */
  readonly counts: InventoryCounts
}

export interface InventoryCounts {
  readonly externalSecrets: number
  readonly stores: number
  readonly generators: number
}

/** To explain costs a second parse: only for as many problems as a report lists (R18). */
const MAX_EXPLAINED = 50
const OF_THE_API = { groups: [API_GROUP, GENERATORS_GROUP] }
const STORE_KINDS = new Set(['SecretStore', 'ClusterSecretStore'])
const CLUSTER_KINDS = new Set(['ClusterSecretStore', 'ClusterExternalSecret'])
const PUSH_KINDS = new Set(['PushSecret', 'ClusterPushSecret'])
const GENERATOR_KINDS: ReadonlySet<string> = new Set(GENERATOR_REF_KINDS)

/** Reads all documents that may be ours, with every problem of all of them. */
export async function takeInventory(
  streams: readonly ManifestStream[],
  request: RenderRequest,
  schemas: ObjectSchemas,
  reading: DocumentReading = directReading,
): Promise<Inventory> {
  const found = new Collector(request, reading)
  const objects: ManifestObject[] = []
  const turns = createTurns()
  for (const document of streams.flatMap((stream) => stream.documents)) {
    const turn = turns.take()
    if (turn) await turn
    if (mayHoldOurs(document)) for (const object of await found.read(document)) objects.push(object)
  }
  const providerSchemas = await schemas.providers(objects.filter(({ kind }) => STORE_KINDS.has(kind)).map(({ value }) => value))
  const generators = await schemas.generators(objects.filter(isGenerator).map(({ value }) => generatorKindOf(value)))
  const specs = new Map([...generators].map(([kind, { spec }]) => [kind, spec]))
  found.objects = objects
  const pushes = objects.some(isPushed) ? await import('../api/read-push-secret.ts') : undefined
  found.labels = objects.some(isOfManyNamespaces) ? await namespaceLabels(streams, reading) : new Map()
  if (objects.some(hasConditions)) found.conditions = (await import('../stores/namespace-conditions.ts')).namespaceConditions
  for (const object of objects) {
    const turn = turns.take()
    if (turn) await turn
    if (isGenerator(object)) found.generator(object, readGenerator(object.value, specs), generators)
    else if (object.apiVersion.startsWith(`${GENERATORS_GROUP}/`)) found.passedThrough(object)
    else if (object.kind === 'ExternalSecret') found.externalSecret(object, readExternalSecret(object.value))
    else if (STORE_KINDS.has(object.kind)) found.store(object, readStore(object.value, providerSchemas))
    else if (object.kind === 'ClusterExternalSecret') found.clusterExternalSecret(object)
    else if (pushes && isPushed(object)) found.passedThrough(object, pushes.readPushSecret(object.value))
    else found.passedThrough(object)
  }
  return found
}

function isGenerator({ apiVersion, kind }: ManifestObject): boolean {
  return apiVersion.startsWith(`${GENERATORS_GROUP}/`) && GENERATOR_KINDS.has(kind)
}

function isOfManyNamespaces({ kind, apiVersion }: ManifestObject): boolean {
  return CLUSTER_KINDS.has(kind) && apiVersion.startsWith(`${API_GROUP}/`)
}

function hasConditions({ kind, value }: ManifestObject): boolean {
  return kind === 'ClusterSecretStore' && mapping(value['spec'])?.['conditions'] !== undefined
}

function isPushed({ kind, apiVersion }: ManifestObject): boolean {
  return PUSH_KINDS.has(kind) && apiVersion.startsWith(`${API_GROUP}/`)
}

/** Of a ClusterExternalSecret's own annotations: those to Argo CD and to us are for what it makes (R8, R11). */
function isInherited(annotation: string): boolean {
  return annotation.startsWith('argocd.argoproj.io/') || annotation.startsWith(OWN_PREFIX)
}

/** R11, R12: a policy's word first; of uploaded files only what declares its keys can have placeholders. */
function deliveryFor(input: ExternalSecretInput, request: RenderRequest): StreamExternalSecret['delivery'] {
  if (permissionsOf(request).forcePassthrough) return 'passthrough'
  if (request.guard === 'streamed' && !declaresItsKeys(input)) return 'passthrough'
  return deliveryOf(input.resource) ?? request.delivery
}

class Collector implements Inventory {
  objects: readonly ManifestObject[] = []
  readonly externalSecrets: StreamExternalSecret[] = []
  readonly stores: StreamStore[] = []
  readonly generators: StreamGenerator[] = []
  readonly others: ManifestObject[] = []
  readonly warnings: StreamWarning[] = []
  readonly strictWarnings: StreamWarning[] = []
  readonly problems: SecretError[] = []
  readonly counts = { externalSecrets: 0, stores: 0, generators: 0 }
  /** Of the Namespaces among the manifests, where something asks for them. */
  labels: ReadonlyMap<string, Labels> = new Map()
  /** Loaded where a store has some. */
  conditions: typeof namespaceConditions | undefined
  readonly #request: RenderRequest
  readonly #reading: DocumentReading

  constructor(request: RenderRequest, reading: DocumentReading) {
    this.#request = request
    this.#reading = reading
  }

  async read(document: ManifestDocument): Promise<readonly ManifestObject[]> {
    const { objects, warnings, problems } = await this.#reading.objects(document, OF_THE_API)
    this.warnings.push(...warnings)
    for (const problem of problems) {
      const isReported = this.problems.length < MAX_EXPLAINED
      this.problems.push(isReported ? await this.#reading.explain(document, problem) : problem)
    }
    return objects
  }

  externalSecret(object: ManifestObject, reading: Reading<ExternalSecretInput['resource']>): void {
    this.#note(object, reading)
    this.counts.externalSecrets++
    if (!reading.value) return
    this.#add(object, reading.value)
  }

  /** In a render it stands for the ExternalSecret that it makes in the destination namespace, if it is known to select that one. */
  clusterExternalSecret(object: ManifestObject): void {
    const reading = readClusterExternalSecret(object.value, isInherited)
    this.#note(object, reading)
    if (!reading.value) return
    const { resource, child } = reading.value
    const { namespace } = this.#request
    const selection = namespaceSelection(resource, { name: namespace, labels: this.labels.get(namespace) })
    if (selection !== 'selected') {
      this.others.push(object)
      const message =
        selection === 'unknown'
          ? unknownSelection(namespace)
          : `does not select the namespace ${quoteName(namespace)}, and passes through as it is`
      this.warnings.push({ place: placeOf(object), message })
      return
    }
    this.counts.externalSecrets++
    if (this.#add(object, child) === 'inline' && selectsOthers(resource, namespace)) {
      const message = `is rendered for the namespace ${quoteName(namespace)} alone: others that it selects get theirs from their own applications`
      this.warnings.push({ place: placeOf(object), message })
    }
  }

  #add(object: ManifestObject, resource: ExternalSecretInput['resource']): StreamExternalSecret['delivery'] {
    const input = { resource, place: placeOf(object), namespace: resource.metadata.namespace ?? this.#request.namespace }
    const delivery = deliveryFor(input, this.#request)
    this.externalSecrets.push({ object, input, delivery })
    if (delivery === 'passthrough' && templateNameOf(resource) !== undefined) this.#shapeIsLost(object)
    if (delivery === 'passthrough' && whenMissingOf(resource).size > 0) this.#missingIsLost(object)
    return delivery
  }

  store(object: ManifestObject, reading: Reading<StoreObject['resource']>): void {
    this.#note(object, reading)
    this.counts.stores++
    if (!reading.value) return
    const resource = reading.value
    const { conditions, labels } = this
    this.stores.push({
      object,
      resource,
      place: placeOf(object),
      namespace: resource.metadata.namespace ?? this.#request.namespace,
      ...(conditions && { verdictFor: (name) => conditions(resource, { name, labels: labels.get(name) }) }),
    })
  }

  generator(object: ManifestObject, reading: Reading<GeneratorResource>, known: ReadonlyMap<string, Generator>): void {
    this.#note(object, reading)
    this.counts.generators++
    const resource = reading.value
    if (!resource) return
    const namespace = resource.metadata.namespace ?? this.#request.namespace
    this.generators.push({ object, resource, place: placeOf(object), namespace, generator: known.get(resource.kind) })
  }

  /** Known but not acted on is said so (design, facts 9); of what has a schema, whether it fits. */
  passedThrough(object: ManifestObject, reading?: Reading<unknown>): void {
    if (reading) this.#note(object, reading)
    this.others.push(object)
    this.warnings.push({ place: placeOf(object), message: `${object.kind} is not rendered: it passes through as it is` })
  }

  #shapeIsLost(object: ManifestObject): void {
    this.warnings.push({
      place: { ...placeOf(object), field: fieldName(['metadata', 'annotations', TEMPLATE]) },
      message:
        'External Secrets Operator does not know this annotation: its Secret gets the fetched keys as they are (passed through, it needs a template in spec.target.template)',
    })
  }

  #missingIsLost(object: ManifestObject): void {
    this.warnings.push({
      place: { ...placeOf(object), field: fieldName(whenMissingPath()) },
      message:
        'External Secrets Operator does not know this annotation: a value that is missing is an error there, or left out by deletionPolicy (the controller of this program knows it)',
    })
  }

  #note(object: ManifestObject, { problems, warnings }: Reading<unknown>): void {
    const base = placeOf(object)
    for (const problem of problems) this.problems.push(asInvalidSpec(problem, base))
    for (const warning of warnings) {
      const target = warning.strict ? this.strictWarnings : this.warnings
      target.push({ place: { ...base, field: fieldName(warning.path) }, message: warningText(warning) })
    }
  }
}

function unknownSelection(namespace: string): string {
  return `passes through as it is: whether it selects the namespace ${quoteName(namespace)} depends on labels that are not known here (add the Namespace with its labels to the manifests, name it in spec.namespaces, or write an ExternalSecret)`
}

function warningText({ message, remedy }: FieldProblem): string {
  return remedy === undefined ? message : `${message} (${remedy})`
}
