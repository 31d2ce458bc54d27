import { GENERATORS_GROUP } from '../../api/api-version.ts'
import type { GeneratorRef } from '../../api/external-secret.ts'
import { GENERATORS_API_VERSION, type GeneratorResource } from '../../api/generator.ts'
import { generatorKindOf, readGenerator } from '../../api/read-generator.ts'
import type { FoundGenerator, GeneratorSource } from '../../expansion/generator-source.ts'
import type { Generator } from '../../generators/generator.ts'
import type { LoadGenerator } from '../../generators/registry.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { Resource } from '../../kube/resource.ts'
import { fieldName } from '../../model/field-path.ts'
import { NOT_IMPLEMENTED } from '../../model/not-implemented.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import { checkGroup, generatorId } from '../../stores/generator-lookup.ts'
import { foundGenerator, type GeneratorTools } from '../../stores/stream-generators.ts'
import { clusterCredentials } from '../stores/cluster-credentials.ts'
import type { ClusterObjectReads } from '../stores/cluster-objects.ts'

export interface UsableGeneratorsOptions {
  readonly client: Pick<KubeClient, 'get'>
  readonly known: ReadonlyMap<string, LoadGenerator>
  readonly tools: GeneratorTools
  readonly objects: ClusterObjectReads
  readonly controllerClass: string
}

/** What a pass found. */
export interface GeneratorsFound extends GeneratorSource {
  /** One of them belongs to another controller: the ExternalSecret is left to that (external-secrets.md 4.2, 5). */
  readonly hasForeign: boolean
  /** What was found, for whoever takes back later what it made: as a generator of its own, also out of a ClusterGenerator. */
  snapshotOf(ref: GeneratorRef, namespace: string): object
}

export interface UsableGenerators {
  /** Looks for those that `refs` name. What cannot be used is said when it is looked for. */
  sourceFor(refs: readonly GeneratorRef[], namespace: string): Promise<GeneratorsFound>
}

type Found =
  | { readonly ok: true; readonly resource: GeneratorResource; readonly generator: Generator }
  | { readonly ok: false; readonly error: SecretError }

/**
 * The generators of a cluster. They are asked for at each pass that needs them, as ESO does (external-secrets.md 4.1): a change is seen at the next
 * refresh. Credentials are those of the ExternalSecret's namespace, whatever a selector says, also for a ClusterGenerator (5.3).
 */
export function usableGenerators(options: UsableGeneratorsOptions): UsableGenerators {
  return {
    async sourceFor(refs, namespace) {
      const found = new Map<string, Found>()
      for (const ref of refs) {
        const id = idOf(ref, namespace)
        if (!found.has(id)) found.set(id, await look(ref, namespace, options))
      }
      return {
        hasForeign: found.values().some((one) => one.ok && !isOfClass(one.resource, options.controllerClass)),
        snapshotOf: (ref, own) => snapshot(found.get(idOf(ref, own)), ref, own),
        find: (ref, consumer) => usable(ref, consumer, found.get(idOf(ref, consumer)), options),
      }
    },
  }
}

function usable(
  { name }: GeneratorRef,
  namespace: string,
  found: Found | undefined,
  { tools, objects }: UsableGeneratorsOptions,
): FoundGenerator {
  if (!found) throw asSecretError(new RangeError(`${name} was not looked for`))
  if (!found.ok) throw found.error
  const { resource, generator } = found
  const place = {}
  return foundGenerator({ resource, generator, place, namespace }, namespace, {
    tools,
    credentials: (own) => clusterCredentials({ storeKind: 'SecretStore', namespace: own }, objects),
  })
}

function snapshot(found: Found | undefined, { name }: GeneratorRef, namespace: string): object {
  if (!found?.ok) throw new RangeError(`${name} was not found`)
  const { kind, spec } = found.resource
  return { apiVersion: GENERATORS_API_VERSION, kind, metadata: { name, namespace }, spec }
}

async function look(ref: GeneratorRef, namespace: string, options: UsableGeneratorsOptions): Promise<Found> {
  try {
    checkGroup(ref)
    if (ref.kind !== 'ClusterGenerator' && !options.known.has(ref.kind)) throw notImplemented(ref, ref.kind)
    const object = { ...(await read(ref, namespace, options)), apiVersion: GENERATORS_API_VERSION, kind: ref.kind }
    const kind = String(generatorKindOf(object))
    const generator = await options.known.get(kind)?.()
    if (!generator) throw notImplemented(ref, kind)
    const { value: resource, problems } = readGenerator(object, new Map([[kind, generator.spec]]))
    if (resource) return { ok: true, resource, generator }
    const said = problems.map(({ path, message }) => `${fieldName(path)} ${message}`).join('; ')
    throw new SecretError('InvalidSpec', `${idOf(ref, namespace)} cannot be used: ${said}`)
  } catch (thrown) {
    return { ok: false, error: asSecretError(thrown) }
  }
}

async function read(ref: GeneratorRef, namespace: string, { client }: UsableGeneratorsOptions): Promise<KubeObject> {
  const id = idOf(ref, namespace)
  try {
    const resource = generatorResource(ref.kind)
    return await client.get<KubeObject>(resource, { ...(resource.isNamespaced && { namespace }), name: ref.name })
  } catch (thrown) {
    if (!isKubeError(thrown)) throw thrown
    if (thrown.reason === 'NotFound') throw new SecretError('NotFound', `unable to get generator: there is no ${id}`)
    const kind = thrown.status === 403 ? 'AccessDenied' : 'Unavailable'
    throw new SecretError(kind, `unable to get generator ${id}: ${thrown.reason}`, {
      ...(kind === 'AccessDenied' && { remedy: 'let the controller read it: see its ClusterRole' }),
    })
  }
}

/** Kinds of one group, named as ESO names them (external-secrets.md 1). */
export function generatorResource(kind: string): Resource {
  return {
    group: GENERATORS_GROUP,
    version: 'v1alpha1',
    plural: `${kind.toLowerCase()}s`,
    kind,
    isNamespaced: kind !== 'ClusterGenerator',
  }
}

function idOf({ kind, name }: GeneratorRef, namespace: string): string {
  return generatorId(kind, namespace, name)
}

function isOfClass({ spec }: GeneratorResource, controllerClass: string): boolean {
  const controller: unknown = typeof spec === 'object' && spec !== null ? Reflect.get(spec, 'controller') : undefined
  return typeof controller !== 'string' || ['', controllerClass].includes(controller)
}

function notImplemented({ kind, name }: GeneratorRef, asked: string): SecretError {
  return new SecretError('InvalidSpec', `${kind} ${name} is a generator of kind ${asked}, which ${NOT_IMPLEMENTED}`)
}
