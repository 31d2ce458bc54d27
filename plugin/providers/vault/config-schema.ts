import * as z from 'zod'
import { inCrd } from '../../api/crd-facts.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from '../../api/selectors.ts'
import { awsIamAuth, gcpAuth } from './cloud-auth.ts'

const mount = (path: string): z.ZodDefault<z.ZodString> =>
  z.string().default(path).describe(`Where the auth method is mounted: auth/<path>.`)

const appRole = z.object({
  path: mount('approle'),
  roleId: z.string().optional().describe('The role id.'),
  roleRef: secretKeySelector.optional().describe('Where the role id is, instead of roleId.'),
  secretRef: secretKeySelector.describe('Where the secret id is.'),
})

const kubernetes = z.object({
  mountPath: mount('kubernetes'),
  role: z.string().describe('Role of the auth method.'),
  serviceAccountRef: serviceAccountSelector.optional().describe('Account whose token logs in.'),
  secretRef: secretKeySelector
    .optional()
    .describe("Where the token is, key token unless named; without it and serviceAccountRef the pod's own token is taken."),
})

const password = (
  path: string,
): z.ZodObject<{
  path: z.ZodDefault<z.ZodString>
  username: z.ZodString
  secretRef: z.ZodOptional<typeof secretKeySelector>
}> =>
  z.object({
    path: mount(path),
    username: z.string().describe('Name of the user.'),
    secretRef: secretKeySelector.optional().describe('Where the password is.'),
  })

const jwt = z.object({
  path: mount('jwt'),
  role: z.string().optional().describe("Role of the auth method; the method's default role without it."),
  secretRef: secretKeySelector.optional().describe('Where the token is.'),
  kubernetesServiceAccountToken: z
    .object({
      serviceAccountRef: serviceAccountSelector.describe('Account whose token logs in.'),
      audiences: z.array(z.string()).optional().describe('Audiences of the token; vault without them.'),
      expirationSeconds: z.int().optional().describe('How long a token that is asked for is good.'),
    })
    .optional()
    .describe('A token of a ServiceAccount, instead of secretRef.'),
})

const cert = z.object({
  path: inCrd(mount('cert'), { v1Only: true }),
  vaultRole: inCrd(z.string().optional().describe('Role of the auth method; Vault tries all without it.'), { v1Only: true }),
  clientCert: secretKeySelector.optional().describe('Where the client certificate is, as PEM.'),
  secretRef: secretKeySelector.optional().describe('Where its private key is, as PEM.'),
})

/** The first of these that is there logs in, in the order of external-secrets.md 7.4. */
const auth = z.object({
  namespace: z.string().optional().describe('Namespace of the login; that of the store without it.'),
  tokenSecretRef: secretKeySelector.optional().describe('Where a token is; it is used as it is and never revoked.'),
  appRole: appRole.optional().describe('Login by role id and secret id.'),
  kubernetes: kubernetes.optional().describe('Login by the token of a ServiceAccount, checked by its cluster.'),
  ldap: password('ldap').optional().describe('Login by a user of a directory.'),
  userPass: password('userpass').optional().describe('Login by a user of Vault.'),
  jwt: jwt.optional().describe('Login by a signed token.'),
  cert: cert.optional().describe('Login by a TLS client certificate.'),
  iam: awsIamAuth.optional().describe('Login by an identity of AWS.'),
  gcp: inCrd(gcpAuth.optional().describe('Login by an identity of Google Cloud.'), { v1Only: true }),
})

/** Everything that `spec.provider.vault` may hold (external-secrets.md 7.4), field by field. */
export const vaultFields = z.object({
  server: z.string().describe('Address of Vault, http or https.'),
  path: z.string().optional().describe('Where the secrets engine is mounted; without it keys begin with the mount.'),
  version: z.enum(['v1', 'v2']).default('v2').describe('Version of the KV secrets engine.'),
  namespace: z.string().optional().describe('Namespace of Vault Enterprise or OpenBao.'),
  headers: z.record(z.string(), z.string()).optional().describe('Sent with every request.'),
  readYourWrites: z.boolean().optional().describe('Reads see at least the state of the cluster that earlier answers told of.'),
  forwardInconsistent: z
    .boolean()
    .optional()
    .describe('With readYourWrites: a node that is behind asks the active node instead of failing.'),
  // In a cluster it is base64, as ESO's CRD wants it.
  caBundle: inCrd(z.string().optional().describe("The server's authorities, PEM or base64 of PEM."), {
    beside: { format: 'byte' },
  }),
  caProvider: caProvider.optional().describe("Where the server's authorities are; caBundle wins."),
  tls: z
    .object({
      certSecretRef: secretKeySelector.optional().describe('Where the client certificate is, key tls.crt unless named.'),
      keySecretRef: secretKeySelector.optional().describe('Where its private key is, key tls.key unless named.'),
    })
    .optional()
    .describe('A client certificate for the connection.'),
  checkAndSet: inCrd(
    z
      .object({ required: z.boolean().optional().describe('Writes say which version they replace; for PushSecret.') })
      .optional()
      .describe('How secrets are written; nothing here writes.'),
    { v1Only: true },
  ),
  auth: auth.optional().describe('How to log in; without it requests carry no token, as for a Vault agent that adds it.'),
})

export type VaultConfig = z.output<typeof vaultFields>
export type VaultAuth = z.output<typeof auth>
