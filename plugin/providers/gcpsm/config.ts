import * as z from 'zod'
import { inCrd } from '../../api/crd-facts.ts'
import { dataKeySchema, namespaceSchema, objectNameSchema } from '../../api/names.ts'
import { secretKeySelector, serviceAccountSelector } from '../../api/selectors.ts'

const secretRef = z
  .object({
    secretAccessKeySecretRef: secretKeySelector
      .optional()
      .describe('Key of a Secret that holds the key file (JSON) of a Google service account.'),
  })
  .describe('Logs in as a Google service account, by its key.')

const workloadIdentity = z
  .object({
    serviceAccountRef: serviceAccountSelector.describe(
      'The Kubernetes ServiceAccount to log in as; its annotation iam.gke.io/gcp-service-account names a Google one to act as.',
    ),
    clusterLocation: z.string().optional().describe("Region or zone of the GKE cluster; the metadata server's word without it."),
    clusterName: z.string().optional().describe("Name of the GKE cluster; the metadata server's word without it."),
    clusterProjectID: z.string().optional().describe("Project of the GKE cluster; the store's projectID without it."),
  })
  .describe('Workload Identity Federation for GKE.')

const namespace = namespaceSchema.optional().describe('Namespace of the object. Only a ClusterSecretStore may name one.')

const workloadIdentityFederation = z
  .object({
    credConfig: z
      .object({
        name: objectNameSchema.describe('Name of the ConfigMap.'),
        key: dataKeySchema.describe('Its key that holds the configuration as JSON.'),
        namespace,
      })
      .optional()
      .describe('A ConfigMap with an external_account credential configuration.'),
    serviceAccountRef: serviceAccountSelector
      .optional()
      .describe('The Kubernetes ServiceAccount whose token is exchanged; its cluster is the identity provider.'),
    awsSecurityCredentials: z
      .object({
        region: z
          .string()
          .min(1)
          .max(50)
          .regex(/^[a-z0-9-]+$/, 'must be an AWS region: lower-case letters, digits and "-"')
          .describe('AWS region whose STS vouches for the caller.'),
        awsCredentialsSecretRef: z
          .object({ name: objectNameSchema.describe('Name of the Secret.'), namespace })
          .describe('A Secret with the keys aws_access_key_id, aws_secret_access_key and perhaps aws_session_token.'),
      })
      .optional()
      .describe('AWS credentials whose owner is exchanged.'),
    audience: z
      .string()
      .optional()
      .describe('Full resource name of the workload identity provider: //iam.googleapis.com/projects/N/locations/global/…'),
    externalTokenEndpoint: z.string().optional().describe('The credential_source.url that credConfig must have, if it has one.'),
    gcpServiceAccountEmail: z
      .string()
      .min(1)
      // ESO's "^.*@.*" means the same, and takes long with many of them.
      .regex(/^[^@\n]*@[^\n]*\.iam\.gserviceaccount\.com$/, 'must be the email of a Google service account')
      .optional()
      .describe('A Google service account to act as.'),
  })
  .describe('Workload identity federation: a token of somebody else is exchanged for one of Google. Exactly one source.')

/** `spec.provider.gcpsm` (external-secrets.md 7.3). Rules between its fields are checked when a login is chosen (auth/choose-login.ts). */
export const gcpSmConfig = z
  .object({
    auth: z
      .object({
        secretRef: secretRef.optional(),
        workloadIdentity: workloadIdentity.optional(),
        workloadIdentityFederation: inCrd(workloadIdentityFederation.optional(), { v1Only: true }),
      })
      .optional()
      .describe(
        'How to log in: the first of secretRef, workloadIdentity, workloadIdentityFederation; Application Default Credentials without.',
      ),
    projectID: z.string().optional().describe('Project whose secrets are read.'),
    location: z
      .string()
      .optional()
      .describe('Region whose regional secrets are read, at its own endpoint; global secrets without it.'),
    secretVersionSelectionPolicy: inCrd(
      z
        .enum(['LatestOrFail', 'LatestOrFetch'])
        .default('LatestOrFail')
        .describe(
          'What is read without a version when the newest one is disabled or destroyed: an error, or the newest enabled one.',
        ),
      // ESO's CRD takes any word.
      { instead: { type: 'string', default: 'LatestOrFail' }, v1Only: true },
    ),
  })
  .describe('Google Cloud Secret Manager.')

export type GcpSmConfig = z.output<typeof gcpSmConfig>
type GcpSmAuth = NonNullable<GcpSmConfig['auth']>
export type WorkloadIdentity = NonNullable<GcpSmAuth['workloadIdentity']>
export type Federation = NonNullable<GcpSmAuth['workloadIdentityFederation']>
