import { SecretError } from '../../model/secret-error.ts'
import type { OpenContext } from '../provider.ts'
import type { AzureKvConfig } from './config.ts'

/** Where tokens are had, and what they are asked for. Both come from here and never from what a vault's challenge names (R5). */
export interface Cloud {
  /** URL without a slash at its end. */
  readonly authority: string
  /** The resource of the vault; its scope is this and `/.default`. No slash at its end. */
  readonly vaultResource: string
}

type KnownCloud = Exclude<AzureKvConfig['environmentType'], 'AzureStackCloud'>

/** "Azure Key Vault security worlds and DNS suffixes" and the national clouds' login hosts (Microsoft identity platform, "National clouds"). */
export const CLOUDS: Readonly<Record<KnownCloud, Cloud>> = {
  PublicCloud: { authority: 'https://login.microsoftonline.com', vaultResource: 'https://vault.azure.net' },
  USGovernmentCloud: { authority: 'https://login.microsoftonline.us', vaultResource: 'https://vault.usgovcloudapi.net' },
  ChinaCloud: { authority: 'https://login.chinacloudapi.cn', vaultResource: 'https://vault.azure.cn' },
  GermanCloud: { authority: 'https://login.microsoftonline.de', vaultResource: 'https://vault.microsoftazure.de' },
}

/**
 * The cloud of a store. `AZURE_AUTHORITY_HOST` replaces the login host, as in the SDKs, with one exception: a pod's identity webhook sets
 * it to the host of the pod's own cloud, which must not bend a store that names another cloud.
 * Nobody is asked whether an authority is a known one ("instance discovery"): the administrator's word is enough.
 * Throws SecretError InvalidSpec for an AZURE_AUTHORITY_HOST that is not an https URL.
 */
export function cloudOf(config: AzureKvConfig, environment: ReadonlyMap<string, string>): Cloud {
  if (config.environmentType === 'AzureStackCloud') return azureStack(config)
  const own = CLOUDS[config.environmentType]
  const wished = environment.get('AZURE_AUTHORITY_HOST')
  if (!wished) return own
  const authority = authorityFrom(wished)
  const isACloudsOwn = Object.values(CLOUDS).some((cloud) => cloud.authority === authority)
  return isACloudsOwn && config.environmentType !== 'PublicCloud' ? own : { ...own, authority }
}

function azureStack({ customCloudConfig: custom, vaultUrl }: AzureKvConfig): Cloud {
  if (!custom) throw new SecretError('InvalidSpec', 'customCloudConfig is required for the environmentType AzureStackCloud')
  const { keyVaultEndpoint, keyVaultDNSSuffix, activeDirectoryEndpoint } = custom
  const suffix = keyVaultDNSSuffix?.replace(/^\./, '') ?? domainOf(vaultUrl)
  return {
    authority: withoutSlash(activeDirectoryEndpoint),
    vaultResource: withoutSlash(keyVaultEndpoint ?? `https://${suffix}`),
  }
}

/** The host of a vault is its name and the resource's host. */
function domainOf(vaultUrl: string): string {
  return new URL(vaultUrl).host.replace(/^[^.]*\./, '')
}

function authorityFrom(host: string): string {
  const url = URL.parse(host.includes('://') ? host : `https://${host}`)
  if (url?.protocol !== 'https:') {
    throw new SecretError('InvalidSpec', 'AZURE_AUTHORITY_HOST is not an https URL', {
      remedy: 'correct it in the environment of this process',
    })
  }
  return withoutSlash(url.href)
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

/** A login host that the process's own environment names is the administrator's; the vault, and an Azure Stack's endpoints, are the store's. */
export function guardOf(
  { environmentType }: Pick<AzureKvConfig, 'environmentType'>,
  { authority }: Cloud,
  { mayConnect }: OpenContext,
): OpenContext['mayConnect'] {
  if (!mayConnect || environmentType === 'AzureStackCloud') return mayConnect
  const { host: own } = new URL(authority)
  return (host, address) => host === own || mayConnect(host, address)
}
