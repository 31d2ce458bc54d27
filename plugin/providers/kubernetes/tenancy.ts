import { canonicalUrl, configFacts } from '../config-facts.ts'
import type { StoreTenancy } from '../provider.ts'
import { type KubernetesConfig, serverOf } from './config-schema.ts'
import { isSecretName } from './secret-name.ts'
import { serverUrl } from './server-url.ts'

export const kubernetesTenancy: StoreTenancy<KubernetesConfig> = {
  facts: (config) => {
    // Where a kubeconfig says whom to ask, the store's own server is not looked at: the fact is that there is one.
    const { server: _, ...byKubeconfig } = config
    return configFacts(config.authRef ? byKubeconfig : { ...config, server: serverOf(config) }, {
      harmless: ['auth'],
      given: ['server.caBundle', 'server.caProvider', 'authRef'],
      canonical: { 'server.url': (text) => canonicalUrl(serverUrl(text)?.href ?? text) },
    })
  },
  // None: whose cluster and which namespace it is, a rule has to say.
  defaults: {},
  hosts: (config) => {
    const url = config.authRef ? undefined : serverUrl(serverOf(config).url)
    return url ? [url.host] : []
  },
  // The token of this process's own Pod is none of its ways to log in (R4).
  usesAmbientIdentity: () => false,
  canonicalKey: (_config, { key }) => (isSecretName(key) ? key : undefined),
}
