import { GENERATORS_GROUP } from '../api/api-version.ts'
import type { GeneratorRef } from '../api/external-secret.ts'
import type { Generator } from '../generators/generator.ts'
import { NOT_IMPLEMENTED } from '../model/not-implemented.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { GeneratorObject } from './generator-object.ts'

const GENERATORS_NAMED = 5
const ESO_MAKES_IT = 'let External Secrets Operator make it (delivery: passthrough)'

export type UsableGenerator = GeneratorObject & { readonly generator: Generator }

/** Finds the generator that a reference from `namespace` means. Throws SecretError InvalidSpec when there is none, or none that this program can ask. */
export type GeneratorLookup = (ref: GeneratorRef, namespace: string) => UsableGenerator

/** A ClusterGenerator by its name alone, all others in the ExternalSecret's own namespace (external-secrets.md 5.3, 6.4). */
export function generatorLookup(generators: readonly GeneratorObject[]): GeneratorLookup {
  const byId = new Map(generators.map((generator) => [generatorName(generator), generator]))
  return (ref, namespace) => {
    checkGroup(ref)
    const found = byId.get(generatorId(ref.kind, namespace, ref.name))
    if (!found) throw notFound(ref, namespace, generators)
    const { generator, resource } = found
    if (!generator) throw notImplemented(found)
    const problem = foreignClass(resource.spec)
    if (problem) throw problem
    return { ...found, generator }
  }
}

/** `Password default/database`, `ClusterGenerator database`. */
export function generatorName({ resource: { objectKind, metadata }, namespace }: GeneratorObject): string {
  return generatorId(objectKind, namespace, metadata.name)
}

/** The same of a reference from `namespace`. */
export function generatorId(kind: string, namespace: string, name: string): string {
  return kind === 'ClusterGenerator' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}

/** external-secrets.md 6.4. Throws SecretError InvalidSpec. */
export function checkGroup({ apiVersion }: GeneratorRef): void {
  const group = apiVersion.split('/', 1)[0] ?? ''
  if (group === GENERATORS_GROUP) return
  throw new SecretError('InvalidSpec', `generatorRef may only reference the generators group, but got ${quoteName(group)}`, {
    remedy: `remove apiVersion, or write ${GENERATORS_GROUP}/v1alpha1`,
  })
}

function notFound({ kind, name }: GeneratorRef, namespace: string, generators: readonly GeneratorObject[]): SecretError {
  const where = kind === 'ClusterGenerator' ? '' : ` in namespace ${quoteName(namespace)}`
  const known = generators.slice(0, GENERATORS_NAMED).map(generatorName)
  const more = generators.length > GENERATORS_NAMED ? ` and ${generators.length - GENERATORS_NAMED} more` : ''
  return new SecretError('InvalidSpec', `there is no ${kind} ${quoteName(name)}${where} in this stream`, {
    remedy: known.length > 0 ? `the stream has ${known.join(', ')}${more}` : 'add the generator to the stream: it has none',
  })
}

function notImplemented(found: GeneratorObject): SecretError {
  const { kind } = found.resource
  return new SecretError('InvalidSpec', `the generator ${generatorName(found)} is of kind ${kind}, which ${NOT_IMPLEMENTED}`, {
    remedy: ESO_MAKES_IT,
  })
}

/** As with stores: ESO leaves such an ExternalSecret to the controller of that class (external-secrets.md 4.18); a render must not drop it. */
function foreignClass(spec: unknown): SecretError | undefined {
  const controller: unknown =
    typeof spec === 'object' && spec !== null && Object.hasOwn(spec, 'controller') ? Reflect.get(spec, 'controller') : undefined
  if (typeof controller !== 'string' || controller === '' || controller === 'default') return undefined
  return new SecretError('InvalidSpec', `the generator belongs to the controller class ${quoteName(controller)}`, {
    remedy: 'deliver the ExternalSecret by passthrough, or remove spec.controller from the generator',
  })
}

/** Two generators of one kind and name: which one is meant would depend on the order of files. Each Conflict names both places. */
export function generatorConflicts(generators: readonly GeneratorObject[]): readonly SecretError[] {
  const first = new Map<string, GeneratorObject>()
  return generators.flatMap((generator) => {
    const id = generatorName(generator)
    const other = first.get(id)
    if (!other) {
      first.set(id, generator)
      return []
    }
    return [
      new SecretError('Conflict', `${id} is also defined in ${other.place.file ?? '-'}:${other.place.line ?? 1}`, {
        place: { ...generator.place, field: 'metadata.name' },
        remedy: 'remove one of them, or give it another name',
      }),
    ]
  })
}
