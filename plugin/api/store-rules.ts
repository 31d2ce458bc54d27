import { parseGoDuration } from './go-duration.ts'
import type { MarkedField } from './pass.ts'
import { NOTHING, type Rule } from './rule.ts'
import type { Store } from './store.ts'

const NO_DURATION = 'is no Go duration; expected a number with a unit, such as 1h30m'
const NEGATIVE = 'must not be negative'

const refreshIntervalIsNoDuration: Rule<Store> = ({ spec: { refreshInterval } }) =>
  typeof refreshInterval === 'string' && refreshInterval !== '' && parseGoDuration(refreshInterval) === undefined
    ? [{ path: ['spec', 'refreshInterval'], message: NO_DURATION }]
    : NOTHING

const refreshIntervalIsNegative: Rule<Store> = ({ spec: { refreshInterval } }) => {
  const amount = typeof refreshInterval === 'string' ? parseGoDuration(refreshInterval) : refreshInterval
  return amount !== undefined && amount < 0 ? [{ path: ['spec', 'refreshInterval'], message: NEGATIVE }] : NOTHING
}

const retryIntervalIsNoDuration: Rule<Store> = ({ spec: { retrySettings } }) =>
  retrySettings?.retryInterval !== undefined && parseGoDuration(retrySettings.retryInterval) === undefined
    ? [{ path: ['spec', 'retrySettings', 'retryInterval'], message: NO_DURATION }]
    : NOTHING

/** What makes a store unusable beyond its types (external-secrets.md 5.1). */
export const storeRules: readonly Rule<Store>[] = [
  refreshIntervalIsNoDuration,
  refreshIntervalIsNegative,
  retryIntervalIsNoDuration,
]

/** A store, and what its provider's configuration says about namespaces. */
export interface MarkedStore {
  readonly store: Store
  readonly marked: readonly MarkedField[]
}

const selectorNamesAForeignNamespace: Rule<MarkedStore> = ({ store, marked }) => {
  const own = store.metadata.namespace
  if (store.kind !== 'SecretStore' || own === undefined) return NOTHING
  return marked
    .filter(({ facts, value }) => facts.storeNamespace && typeof value === 'string' && value !== '' && value !== own)
    .map(({ path }) => ({
      path,
      message:
        'namespace should either be empty or match the namespace of the SecretStore for a namespaced SecretStore; it is ignored',
      strict: true,
    }))
}

const caProviderHasNoNamespace: Rule<MarkedStore> = ({ store, marked }) =>
  store.kind === 'ClusterSecretStore'
    ? marked
        .filter(({ facts, value }) => facts.caProvider && !hasNamespace(value))
        .map(({ path }) => ({ path, message: 'missing namespace on caProvider secret', strict: true }))
    : NOTHING

const conditionsOfOneNamespace: Rule<MarkedStore> = ({ store }) =>
  store.kind === 'SecretStore' && store.spec.conditions?.length
    ? [{ path: ['spec', 'conditions'], message: 'has no effect: only a ClusterSecretStore has conditions' }]
    : NOTHING

/** What ESO's admission webhook refuses in a store (external-secrets.md 5.3), and what has no effect: warnings. */
export const storeAdmissionRules: readonly Rule<MarkedStore>[] = [
  selectorNamesAForeignNamespace,
  caProviderHasNoNamespace,
  conditionsOfOneNamespace,
]

function hasNamespace(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'namespace') === 'string'
}
