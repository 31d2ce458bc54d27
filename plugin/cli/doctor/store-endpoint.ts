import { endpointFor } from '../../providers/aws/endpoints.ts'
import { endpointsFor } from '../../providers/gcpsm/endpoints.ts'
import { serverUrl } from '../../providers/kubernetes/server-url.ts'
import { fixedOrigin } from '../../providers/webhook/fixed-origin.ts'
import type { StoreObject } from '../../stores/store-object.ts'
import { storeProvider } from '../../stores/store-provider.ts'

/** What a store's requests go to. */
export interface StoreEndpoint {
  readonly url: URL
  /** The store names authorities of its own: a certificate that the system does not trust may be right. */
  readonly hasOwnAuthority: boolean
}

/** The endpoint of a store's provider, from its configuration and the process's environment, as the provider takes it; `undefined` where nobody is asked. */
export function storeEndpoint({ resource }: StoreObject, environment: ReadonlyMap<string, string>): StoreEndpoint | undefined {
  const { id, config } = storeProvider(resource)
  const trusting = id === 'kubernetes' ? fieldOf(config, 'server') : config
  const hasOwnAuthority = ['caBundle', 'caProvider'].some((name) => fieldOf(trusting, name) !== undefined)
  const url = URL.parse(endpointOf(id, config, environment) ?? '')
  return url ? { url, hasOwnAuthority } : undefined
}

function endpointOf(id: string, config: unknown, environment: ReadonlyMap<string, string>): string | undefined {
  const field = (name: string): string | undefined => textOf(config, name)
  if (id === 'vault') return field('server')
  if (id === 'kubernetes') return kubernetesServer(config)
  if (id === 'webhook') return fixedOrigin(field('url') ?? '')
  if (id === 'azurekv') return field('vaultUrl')
  if (id === 'gcpsm') return endpointsFor(field('location') || undefined, environment).secretManager.href
  if (id === 'aws') return awsEndpoint(field('service'), field('region') ?? '', environment)
  return undefined
}

/** "AWS service endpoints": a partition has its own domain. */
function awsEndpoint(service: string | undefined, region: string, environment: ReadonlyMap<string, string>): string | undefined {
  const [kind, name] =
    service === 'ParameterStore' ? (['ParameterStore', 'ssm'] as const) : (['SecretsManager', 'secretsmanager'] as const)
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return endpointFor(kind, environment) ?? `https://${name}.${region}.${domain}`
}

/** Where a kubeconfig says whom to ask, it stands in a Secret. */
function kubernetesServer(config: unknown): string | undefined {
  if (fieldOf(config, 'authRef') !== undefined) return undefined
  return serverUrl(textOf(fieldOf(config, 'server'), 'url') ?? '')?.href
}

function textOf(config: unknown, name: string): string | undefined {
  const value = fieldOf(config, name)
  return typeof value === 'string' ? value : undefined
}

function fieldOf(config: unknown, name: string): unknown {
  if (typeof config !== 'object' || config === null) return undefined
  return Object.entries(config).find(([key]) => key === name)?.[1]
}
