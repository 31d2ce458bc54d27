import { endpointFor } from '../../providers/aws/endpoints.ts'
import { endpointsFor } from '../../providers/gcpsm/endpoints.ts'
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
  const hasOwnAuthority = ['caBundle', 'caProvider'].some(
    (name) => typeof config === 'object' && config !== null && name in config,
  )
  const url = URL.parse(endpointOf(id, (name) => textOf(config, name), environment) ?? '')
  return url ? { url, hasOwnAuthority } : undefined
}

function endpointOf(
  id: string,
  field: (name: string) => string | undefined,
  environment: ReadonlyMap<string, string>,
): string | undefined {
  if (id === 'vault') return field('server')
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

function textOf(config: unknown, name: string): string | undefined {
  if (typeof config !== 'object' || config === null) return undefined
  const value: unknown = Object.entries(config).find(([key]) => key === name)?.[1]
  return typeof value === 'string' ? value : undefined
}
