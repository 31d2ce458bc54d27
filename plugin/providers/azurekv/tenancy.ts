import { canonicalUrl, configFacts, urlHost } from '../config-facts.ts'
import type { StoreTenancy } from '../provider.ts'
import type { AzureKvConfig } from './config.ts'
import { parseObjectRef } from './object-ref.ts'

export const azureKvTenancy: StoreTenancy<AzureKvConfig> = {
  // References to credentials are bound by the rule's `credentials`.
  facts: (config) =>
    configFacts(config, {
      harmless: ['authSecretRef', 'serviceAccountRef', 'useAzureSDK'],
      canonical: {
        vaultUrl: canonicalUrl,
        'customCloudConfig.activeDirectoryEndpoint': canonicalUrl,
        'customCloudConfig.keyVaultEndpoint': canonicalUrl,
        'customCloudConfig.resourceManagerEndpoint': canonicalUrl,
      },
    }),
  defaults: { authType: 'ServicePrincipal', environmentType: 'PublicCloud' },
  hosts: ({ vaultUrl, customCloudConfig }) =>
    [vaultUrl, customCloudConfig?.activeDirectoryEndpoint].flatMap((url) => (url === undefined ? [] : [urlHost(url)])),
  usesAmbientIdentity: ({ authType, serviceAccountRef }) =>
    authType === 'ManagedIdentity' || (authType === 'WorkloadIdentity' && !serviceAccountRef),
  /** `secret/name`, `key/name`, `cert/name`: names are the same in upper and lower case ("About keys, secrets and certificates"). */
  canonicalKey(_config, ref) {
    try {
      const { type, name } = parseObjectRef(ref)
      return `${type}/${name.toLowerCase()}`
    } catch {
      return undefined
    }
  },
}
