import { canonicalUrl, configFacts, urlHost } from '../config-facts.ts'
import type { StoreTenancy } from '../provider.ts'
import type { GcpSmConfig } from './config.ts'
import { secretName } from './resource-names.ts'

const FEDERATION = 'auth.workloadIdentityFederation'

export const gcpSmTenancy: StoreTenancy<GcpSmConfig> = {
  // References to credentials are bound by the rule's `credentials`.
  facts: (config) =>
    configFacts(config, {
      harmless: [
        'auth.secretRef',
        'auth.workloadIdentity.serviceAccountRef',
        `${FEDERATION}.serviceAccountRef`,
        `${FEDERATION}.awsSecurityCredentials.awsCredentialsSecretRef`,
        'secretVersionSelectionPolicy',
      ],
      given: [`${FEDERATION}.credConfig`],
      canonical: { [`${FEDERATION}.externalTokenEndpoint`]: canonicalUrl },
    }),
  defaults: {},
  hosts({ auth }) {
    const url = auth?.workloadIdentityFederation?.externalTokenEndpoint
    return url === undefined ? [] : [urlHost(url)]
  },
  /** In the order of auth/choose-login.ts; a credential configuration may name whatever this process has. */
  usesAmbientIdentity({ auth }) {
    const { secretRef, workloadIdentity, workloadIdentityFederation: federation } = auth ?? {}
    if (secretRef?.secretAccessKeySecretRef || workloadIdentity) return false
    return !federation?.serviceAccountRef && !federation?.awsSecurityCredentials
  },
  /** The secret's id: project and location are the store's facts. */
  canonicalKey(_config, { key }) {
    try {
      secretName({ project: 'p', location: undefined }, key)
      return key
    } catch {
      return undefined
    }
  },
}
