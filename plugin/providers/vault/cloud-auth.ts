import * as z from 'zod'
import { inCrd } from '../../api/crd-facts.ts'
import { secretKeySelector, serviceAccountSelector } from '../../api/selectors.ts'

/** ESO's CRD has neither a default nor a pattern for it. */
const PLAIN_STRING = { instead: { type: 'string' } } as const

/** `auth.iam` (external-secrets.md 7.4). Credentials in this order: jwt, secretRef, those of the process. */
export const awsIamAuth = z.object({
  path: inCrd(z.string().default('aws').describe('Where the auth method is mounted: auth/<path>; aws without it.'), PLAIN_STRING),
  region: inCrd(
    z
      .string()
      // It becomes part of a host's name.
      .regex(/^[a-z0-9-]+$/, 'must be an AWS region: lower-case letters, digits and "-"')
      .default('us-east-1')
      .describe('Region of the STS endpoint that Vault is set up to ask; us-east-1 without it.'),
    PLAIN_STRING,
  ),
  vaultRole: z.string().describe('Role of the auth method.'),
  role: z.string().optional().describe('ARN of a role of AWS to assume first.'),
  externalID: z.string().optional().describe('External id for assuming it.'),
  vaultAwsIamServerID: z.string().optional().describe('Value of the header X-Vault-AWS-IAM-Server-ID.'),
  secretRef: z
    .object({
      accessKeyIDSecretRef: secretKeySelector.optional().describe('Where the access key id is.'),
      secretAccessKeySecretRef: secretKeySelector.optional().describe('Where the secret access key is.'),
      sessionTokenSecretRef: secretKeySelector.optional().describe('Where the session token is, for temporary keys.'),
    })
    .optional()
    .describe('Static keys.'),
  jwt: z
    .object({
      serviceAccountRef: serviceAccountSelector.optional().describe('Account whose token assumes the role of its annotation.'),
    })
    .optional()
    .describe('Web identity of a ServiceAccount (IRSA).'),
})

/** `auth.gcp` (external-secrets.md 7.4). Known, not implemented: a render that needs it says so. */
export const gcpAuth = z.object({
  path: z.string().default('gcp').describe('Where the auth method is mounted: auth/<path>.'),
  role: z.string().describe('Role of the auth method.'),
  projectID: z.string().optional().describe('Project of the identity.'),
  location: z.string().optional().describe('Location of the project.'),
  secretRef: z
    .object({ secretAccessKeySecretRef: secretKeySelector.optional().describe('Where the service account key is.') })
    .optional()
    .describe('A service account key.'),
  workloadIdentity: z
    .object({
      serviceAccountRef: serviceAccountSelector.describe('Account whose token is exchanged.'),
      clusterLocation: z.string().optional().describe('Location of the cluster.'),
      clusterName: z.string().optional().describe('Name of the cluster.'),
      clusterProjectID: z.string().optional().describe('Project of the cluster.'),
    })
    .optional()
    .describe('Workload identity of a cluster.'),
  serviceAccountRef: serviceAccountSelector.optional().describe('Account of a federated identity.'),
})

export type AwsIamAuth = z.output<typeof awsIamAuth>
