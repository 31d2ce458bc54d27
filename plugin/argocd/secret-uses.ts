import type { FieldPath } from '../model/field-path.ts'
import type { ManifestMapping, ManifestObject, ManifestValue } from '../stream/manifest-document.ts'
import { mapping } from './core-objects.ts'

/** A Secret that the containers of a workload use. */
export interface SecretUse {
  readonly secret: string
  /** The only key used; `undefined` for all of them. */
  readonly key: string | undefined
  /** Where in the object it is named. */
  readonly path: FieldPath
}

/** Where a kind has the template of its pods (apps/v1, batch/v1, core/v1, argoproj.io/v1alpha1 Rollout). */
const POD_TEMPLATE: ReadonlyMap<string, FieldPath> = new Map<string, FieldPath>([
  ['Pod', []],
  ['Deployment', ['spec', 'template']],
  ['StatefulSet', ['spec', 'template']],
  ['DaemonSet', ['spec', 'template']],
  ['ReplicaSet', ['spec', 'template']],
  ['Rollout', ['spec', 'template']],
  ['Job', ['spec', 'template']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
])

export const WORKLOAD_KINDS: readonly string[] = [...POD_TEMPLATE.keys()]

/** The path of the pod template, which has `metadata` and `spec`; `undefined` for a kind without pods. */
export function podTemplatePath({ kind }: Pick<ManifestObject, 'kind'>): FieldPath | undefined {
  return POD_TEMPLATE.get(kind)
}

/**
 * Every Secret of its own namespace that the pods of a workload name: environment, volumes, projected volumes and image pull secrets, of all
 * containers, init and ephemeral ones too (core/v1 PodSpec).
 */
export function secretUses(object: ManifestObject): readonly SecretUse[] {
  const template = podTemplatePath(object)
  if (!template) return []
  const path = [...template, 'spec']
  const spec = at(object.value, path)
  const uses: SecretUse[] = []
  const use = (secret: ManifestValue | undefined, key: ManifestValue | undefined, where: FieldPath): void => {
    if (typeof secret === 'string' && secret !== '')
      uses.push({ secret, key: typeof key === 'string' ? key : undefined, path: where })
  }
  for (const field of ['containers', 'initContainers', 'ephemeralContainers']) {
    for (const [container, where] of items(spec, field, path)) usesOfContainer(container, where, use)
  }
  for (const [volume, where] of items(spec, 'volumes', path)) usesOfVolume(volume, where, use)
  for (const [pull, where] of items(spec, 'imagePullSecrets', path)) use(pull['name'], undefined, [...where, 'name'])
  return uses
}

type Use = (secret: ManifestValue | undefined, key: ManifestValue | undefined, where: FieldPath) => void

function usesOfContainer(container: ManifestMapping, path: FieldPath, use: Use): void {
  for (const [variable, where] of items(container, 'env', path)) {
    const ref = mapping(mapping(variable['valueFrom'])?.['secretKeyRef'])
    use(ref?.['name'], ref?.['key'], [...where, 'valueFrom', 'secretKeyRef'])
  }
  for (const [source, where] of items(container, 'envFrom', path))
    use(mapping(source['secretRef'])?.['name'], undefined, [...where, 'secretRef'])
}

function usesOfVolume(volume: ManifestMapping, path: FieldPath, use: Use): void {
  const secret = mapping(volume['secret'])
  if (secret) useItems(secret, secret['secretName'], [...path, 'secret'], use)
  for (const [source, where] of items(mapping(volume['projected']), 'sources', [...path, 'projected'])) {
    const projected = mapping(source['secret'])
    if (projected) useItems(projected, projected['name'], [...where, 'secret'], use)
  }
}

/** Without `items` a volume has all keys. */
function useItems(source: ManifestMapping, name: ManifestValue | undefined, path: FieldPath, use: Use): void {
  const listed = items(source, 'items', path)
  if (listed.length === 0) use(name, undefined, path)
  for (const [item, where] of listed) use(name, item['key'], where)
}

function items(
  parent: ManifestMapping | undefined,
  field: string,
  path: FieldPath,
): readonly (readonly [ManifestMapping, FieldPath])[] {
  const list = parent?.[field]
  if (!Array.isArray(list)) return []
  return list.flatMap((item: ManifestValue, index) => {
    const found = mapping(item)
    return found ? [[found, [...path, field, index]] as const] : []
  })
}

function at(value: ManifestMapping, path: FieldPath): ManifestMapping | undefined {
  return path.reduce<ManifestMapping | undefined>((found, name) => mapping(found?.[name]), value)
}
