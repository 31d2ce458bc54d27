import * as z from 'zod'
import { inCrd } from '../../api/crd-facts.ts'
import { secretKeySelector, serviceAccountSelector } from '../../api/selectors.ts'
import { checkAzureKvConfig } from './config-rules.ts'

const authSecretRef = z
  .object({
    clientId: secretKeySelector.optional().describe('The client id of the application.'),
    tenantId: secretKeySelector.optional().describe('Its tenant; only for WorkloadIdentity with a serviceAccountRef.'),
    clientSecret: secretKeySelector.optional().describe('A client secret of the application.'),
    clientCertificate: secretKeySelector
      .optional()
      .describe('A certificate of the application with its private key: PEM, or PKCS#12 without a password.'),
  })
  .describe('Where the credentials of an application registration are.')

const customCloudConfig = z
  .object({
    activeDirectoryEndpoint: z.string().describe('URL of the Entra ID or AD FS that gives the tokens.'),
    keyVaultEndpoint: z
      .string()
      .optional()
      .describe('The resource that tokens are asked for, such as `https://vault.local.example`.'),
    keyVaultDNSSuffix: z
      .string()
      .optional()
      .describe('The DNS suffix of the vaults; names the resource when keyVaultEndpoint does not.'),
    resourceManagerEndpoint: z.string().optional().describe('Not needed for reading secrets.'),
  })
  .describe('The endpoints of an Azure Stack.')

/** Everything that `spec.provider.azurekv` may hold (external-secrets.md 7.2), and what its fields must be together. */
export const azureKvConfig = z
  .object({
    vaultUrl: z.string().describe('URL of the vault, such as `https://my-vault.vault.azure.net`.'),
    authType: z
      .enum(['ServicePrincipal', 'ManagedIdentity', 'WorkloadIdentity'])
      .default('ServicePrincipal')
      .describe('Who reads: an application with a secret or certificate, the machine, or a Kubernetes service account.'),
    tenantId: z.string().optional().describe('The Entra ID tenant of the application.'),
    authSecretRef: authSecretRef.optional(),
    serviceAccountRef: serviceAccountSelector
      .optional()
      .describe('The service account of a WorkloadIdentity; the own one without it.'),
    identityId: z
      .string()
      .optional()
      .describe('Client id of a user-assigned managed identity; the system-assigned one without it.'),
    environmentType: inCrd(
      z
        .enum(['PublicCloud', 'USGovernmentCloud', 'ChinaCloud', 'GermanCloud', 'AzureStackCloud'])
        .default('PublicCloud')
        .describe('The cloud of the vault.'),
      { inV1beta1: { enum: ['PublicCloud', 'USGovernmentCloud', 'ChinaCloud', 'GermanCloud'] } },
    ),
    useAzureSDK: inCrd(
      z
        .boolean()
        .default(false)
        .describe(
          'Which of the clients of the External Secrets Operator to behave like: metadata has no attributes with the newer one.',
        ),
      { v1Only: true },
    ),
    customCloudConfig: inCrd(customCloudConfig.optional(), { v1Only: true }),
  })
  .superRefine((config, context) => {
    for (const { path, message } of checkAzureKvConfig(config)) context.addIssue({ code: 'custom', path: [...path], message })
  })

export type AzureKvConfig = z.output<typeof azureKvConfig>
