import type { ExternalSecret, StoreRef } from '../../../api/external-secret.ts'
import { otherStoresOf } from '../../../api/when-missing.ts'
import type { PassStep, SpecRead } from '../pass-state.ts'

/** What belongs to another controller is left to it without a word (external-secrets.md 4.2, 4 and 5; 4.18). */
export const checkClasses: PassStep<SpecRead, SpecRead> = (state, { stores, settings }) => {
  const { spec } = state.input.resource
  const { namespace } = state.targetKey
  if (spec.secretStoreRef?.kind === 'ClusterSecretStore' && !settings.reconcilesClusterStores) return { end: { kind: 'ignored' } }
  const isForeign = storeRefsOf(state.input.resource).some((ref) => stores.classOf(ref, namespace) === 'foreign')
  return isForeign ? { end: { kind: 'ignored' } } : { state }
}

/** Every store that the ExternalSecret names, as often as it names it; those too that are asked only where something is missing. */
export function storeRefsOf(resource: ExternalSecret): readonly StoreRef[] {
  const { secretStoreRef, data = [], dataFrom = [] } = resource.spec
  const own = [...data, ...dataFrom].flatMap(({ sourceRef }) => sourceRef?.storeRef ?? [])
  return [...(secretStoreRef ? [secretStoreRef] : []), ...own, ...otherStoresOf(resource)]
}
