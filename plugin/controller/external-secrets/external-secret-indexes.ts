import type { VersionedKind } from '../../kube/find-resource.ts'
import type { ObjectKey } from '../../kube/kube-object.ts'
import type { IndexFunctions } from '../../kube/object-cache.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import { kindId } from './generic-targets.ts'
import { readSpecOf } from './read-spec-of.ts'
import { storeRefsOf } from './steps/check-classes.ts'

export type ExternalSecretIndex = 'target' | 'kind' | 'store' | 'owner'

/** By the Secret or other object that an ExternalSecret makes, by the kind of that other object, by the stores that it reads, and by who controls it (external-secrets.md 4.1). */
export const externalSecretIndexes: IndexFunctions<ExternalSecretObject, ExternalSecretIndex> = {
  target(object) {
    const { value } = readSpecOf(object)
    const { namespace, name } = object.metadata
    if (!value) return []
    const key = { namespace, name: value.spec.target.name ?? name }
    const { manifest } = value.spec.target
    return [manifest ? objectIndexValue(manifest, key) : targetIndexValue(key)]
  },
  kind(object) {
    const manifest = readSpecOf(object).value?.spec.target.manifest
    return manifest ? [kindId(manifest)] : []
  },
  owner: ({ metadata }) => (metadata.ownerReferences ?? []).flatMap(({ controller, uid }) => (controller === true ? [uid] : [])),
  store(object) {
    const { value } = readSpecOf(object)
    const refs = value ? storeRefsOf(value) : []
    return refs.map((ref) =>
      storeIndexValue({
        namespace: ref.kind === 'ClusterSecretStore' ? undefined : object.metadata.namespace,
        name: ref.name ?? '',
      }),
    )
  },
}

/** Of a target that is no Secret: of the very version that an ExternalSecret names. */
export function objectIndexValue(kind: VersionedKind, key: ObjectKey): string {
  return `${kindId(kind)} ${targetIndexValue(key)}`
}

export function targetIndexValue({ namespace = '', name }: ObjectKey): string {
  return `${namespace}/${name}`
}

/** A ClusterSecretStore has no namespace. */
export function storeIndexValue({ namespace = '', name }: ObjectKey): string {
  return `${namespace}/${name}`
}
