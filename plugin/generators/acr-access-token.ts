import * as z from 'zod'
import { secretKeySelector, serviceAccountSelector } from '../api/selectors.ts'
import { SecretError } from '../model/secret-error.ts'
import type { AzureKvConfig } from '../providers/azurekv/config.ts'
import { obtainToken } from '../providers/azurekv/login/obtain-token.ts'
import { TENANT_ANNOTATION } from '../providers/azurekv/login/workload-identity.ts'
import { borrowedLogin, type FieldNames } from './borrowed-login.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator, GeneratorContext } from './generator.ts'
import { type Party, withParty } from './party.ts'
import { below, hostUrl } from './party-url.ts'

type KnownCloud = 'PublicCloud' | 'USGovernmentCloud' | 'ChinaCloud' | 'GermanCloud'

const acrSpec = z.object({
  auth: z
    .object({
      servicePrincipal: z
        .object({
          secretRef: z
            .object({
              clientId: secretKeySelector.optional().describe('Where the client id of the application is.'),
              clientSecret: secretKeySelector.optional().describe('Where a client secret of it is.'),
            })
            .describe('Where the credentials are.'),
        })
        .optional()
        .describe('An application with a client secret.'),
      managedIdentity: z
        .object({
          identityId: z.string().optional().describe("Client id of a user-assigned identity; the machine's own without it."),
        })
        .optional()
        .describe('The identity of the machine.'),
      workloadIdentity: z
        .object({ serviceAccountRef: serviceAccountSelector.optional().describe('The ServiceAccount; the own one without it.') })
        .optional()
        .describe('An application that a ServiceAccount speaks for.'),
    })
    .describe('How to log in to Entra ID: the first that is there.'),
  tenantId: z.string().optional().describe('Tenant of the identity.'),
  registry: z.string().describe('Host of the registry: example.azurecr.io.'),
  scope: z
    .string()
    .optional()
    .describe('What the token is for, such as repository:app:pull; with it the password is an access token.'),
  environmentType: z
    .enum(['PublicCloud', 'USGovernmentCloud', 'ChinaCloud', 'GermanCloud', 'AzureStackCloud'])
    .default('PublicCloud')
    // The kind has no fields for the endpoints of an Azure Stack, and a registry that Git names must not say where a login goes (R5).
    .refine(
      (cloud): cloud is KnownCloud => cloud !== 'AzureStackCloud',
      'cannot be AzureStackCloud: no field names the endpoints of an Azure Stack',
    )
    .describe('The cloud of the registry.'),
})

type AcrSpec = z.output<typeof acrSpec>

/** What Entra ID's tokens for registries are asked for: the Resource Manager of the cloud (Azure SDK, ContainerRegistryAudience). */
const RESOURCES: Readonly<Record<KnownCloud, string>> = {
  PublicCloud: 'https://management.azure.com',
  USGovernmentCloud: 'https://management.usgovcloudapi.net',
  ChinaCloud: 'https://management.chinacloudapi.cn',
  GermanCloud: 'https://management.microsoftazure.de',
}

/** Says to a registry that the password is a token ("Azure Container Registry integration with Azure Active Directory"). */
const USERNAME = '00000000-0000-0000-0000-000000000000'

/** A login to a registry of Azure: `username` and `password`, a refresh token for all that the identity may, or an access token for `scope`. */
export const acrAccessToken: Generator<AcrSpec> = {
  kind: 'ACRAccessToken',
  spec: acrSpec,
  stability: 'ephemeral',
  keysOf: () => ['username', 'password'],
  async generate(spec, context, signal) {
    const base = hostUrl(spec.registry, 'spec.registry')
    const token = await entraIdToken(spec, context, signal)
    return await withParty('the registry', context, async (registry) => {
      const refreshToken = await exchange(registry, base, spec, token, signal)
      const password = spec.scope ? await accessToken(registry, base, spec.scope, refreshToken, signal) : refreshToken
      return { values: generatedValues({ username: USERNAME, password }) }
    })
  },
}

const remedies = {
  denied:
    'give the identity a role on the registry (AcrPull), and check spec.registry, spec.tenantId and that the registry takes tokens of Entra ID',
  invalid: 'check spec.registry, spec.tenantId and spec.scope',
}

async function exchange(registry: Party, base: URL, { tenantId }: AcrSpec, token: string, signal: AbortSignal): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'access_token', service: base.host, access_token: token })
  if (tenantId) body.set('tenant', tenantId)
  const doing = 'exchange the token of Entra ID for one of the registry'
  const question = { method: 'POST', url: below(base, ['oauth2', 'exchange']), body, doing, remedies } as const
  return (await registry.ask(question, z.object({ refresh_token: z.string().min(1) }), signal)).refresh_token
}

async function accessToken(
  registry: Party,
  base: URL,
  scope: string,
  refreshToken: string,
  signal: AbortSignal,
): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', service: base.host, scope, refresh_token: refreshToken })
  const question = {
    method: 'POST',
    url: below(base, ['oauth2', 'token']),
    body,
    doing: 'get an access token for spec.scope',
    remedies,
  } as const
  return (await registry.ask(question, z.object({ access_token: z.string().min(1) }), signal)).access_token
}

const NAMES: FieldNames = [
  ['spec.provider.azurekv.authSecretRef', 'spec.auth.servicePrincipal.secretRef'],
  ['spec.provider.azurekv.serviceAccountRef', 'spec.auth.workloadIdentity.serviceAccountRef'],
]

async function entraIdToken(spec: AcrSpec, context: GeneratorContext, signal: AbortSignal): Promise<string> {
  const config = await storeOf(spec, context)
  const { value } = await borrowedLogin(NAMES, context, (opening) =>
    obtainToken(config, RESOURCES[spec.environmentType], opening, signal),
  )
  return new TextDecoder().decode(value.reveal())
}

/** The store whose identity is the same. */
async function storeOf(spec: AcrSpec, context: GeneratorContext): Promise<AzureKvConfig> {
  const { auth, tenantId, environmentType } = spec
  const common = { vaultUrl: 'https://vault.azure.net', environmentType, useAzureSDK: false } as const
  if (auth.servicePrincipal) {
    if (!tenantId) {
      throw new SecretError('InvalidSpec', 'the tenant of the application is missing', {
        place: { field: 'spec.tenantId' },
        remedy: 'name it',
      })
    }
    return { ...common, authType: 'ServicePrincipal', tenantId, authSecretRef: auth.servicePrincipal.secretRef }
  }
  if (auth.managedIdentity) return { ...common, authType: 'ManagedIdentity', identityId: auth.managedIdentity.identityId }
  if (!auth.workloadIdentity) {
    const remedy = 'name one: servicePrincipal, managedIdentity or workloadIdentity'
    throw new SecretError('InvalidSpec', 'auth names no way to log in', { place: { field: 'spec.auth' }, remedy })
  }
  const { serviceAccountRef } = auth.workloadIdentity
  // A tenant in an annotation is that of the identity; the one of the spec is what the registry is told.
  const isAnnotated = serviceAccountRef && (await tenantAnnotation(serviceAccountRef, context)) !== undefined
  return { ...common, authType: 'WorkloadIdentity', serviceAccountRef, ...(!isAnnotated && { tenantId }) }
}

async function tenantAnnotation(
  account: z.output<typeof serviceAccountSelector>,
  { credentials }: GeneratorContext,
): Promise<string | undefined> {
  const annotations = await credentials.serviceAccountAnnotations(account, 'spec.auth.workloadIdentity.serviceAccountRef')
  return annotations?.get(TENANT_ANNOTATION)
}
