import type { ObjectKey } from '../../kube/kube-object.ts'
import type { IndexFunctions } from '../../kube/object-cache.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import { readSpecOf } from './read-spec-of.ts'
import { storeRefsOf } from './steps/check-classes.ts'

export type ExternalSecretIndex = 'target' | 'store' | 'owner'

/** By the Secret that an ExternalSecret makes, by the stores that it reads, and by who controls it (external-secrets.md 4.1). */
export const externalSecretIndexes: IndexFunctions<ExternalSecretObject, ExternalSecretIndex> = {
  target(object) {
    const { value } = readSpecOf(object)
    const { namespace, name } = object.metadata
    return value && !value.spec.target.manifest ? [targetIndexValue({ namespace, name: value.spec.target.name ?? name })] : []
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

export function targetIndexValue({ namespace = '', name }: ObjectKey): string {
  return `${namespace}/${name}`
}

/** A ClusterSecretStore has no namespace. */
export function storeIndexValue({ namespace = '', name }: ObjectKey): string {
  return `${namespace}/${name}`
}
