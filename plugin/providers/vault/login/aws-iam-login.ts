import { SecretError } from '../../../model/secret-error.ts'
import { createHttpClient } from '../../http-client.ts'
import type { OpenContext } from '../../provider.ts'
import type { AwsIdentitySource } from '../aws-identity.ts'
import type { AwsIamAuth } from '../cloud-auth.ts'
import { authMount, escapedPath } from '../paths.ts'
import type { LoginMethod } from './login-method.ts'
import { full, type StoreCredentials } from './store-credentials.ts'

/** The annotation of EKS that names the role of a ServiceAccount. */
const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn'
const STS_AUDIENCE = 'sts.amazonaws.com'

/** Vault's HTTP API, "AWS auth method", type iam: the login is a signed GetCallerIdentity request that Vault sends on to AWS. */
export function awsIamLogin(auth: AwsIamAuth, credentials: StoreCredentials, context: OpenContext): LoginMethod {
  const field = full('auth.iam')
  const mount = authMount(auth.path, field)
  return {
    field,
    mount,
    async prepare(signal) {
      const identity = await identityOf(auth, credentials)
      const { signCallerIdentity } = await import('../sdk-aws.ts')
      const { environment, extraCa } = context
      const http = createHttpClient({ environment, ...(extraCa !== undefined && { extraCa }) })
      try {
        const { region, role: assumedRole, externalID: externalId, vaultAwsIamServerID: serverId } = auth
        const signed = await signCallerIdentity({
          identity,
          region,
          assumedRole,
          externalId,
          serverId,
          environment,
          http,
          signal,
        })
        return { path: escapedPath(`${mount}/login`), fields: { role: auth.vaultRole, ...signed } }
      } finally {
        http.close()
      }
    },
  }
}

/** jwt, secretRef, or what the process has, in this order (external-secrets.md 7.4). */
async function identityOf({ jwt, secretRef }: AwsIamAuth, credentials: StoreCredentials): Promise<AwsIdentitySource> {
  if (jwt?.serviceAccountRef) return webIdentity(jwt.serviceAccountRef, credentials)
  const { accessKeyIDSecretRef: id, secretAccessKeySecretRef: key, sessionTokenSecretRef: session } = secretRef ?? {}
  if (!id || !key) return { kind: 'process' }
  return {
    kind: 'keys',
    accessKeyId: await credentials.token(id, 'auth.iam.secretRef.accessKeyIDSecretRef'),
    secretAccessKey: await credentials.token(key, 'auth.iam.secretRef.secretAccessKeySecretRef'),
    ...(session && { sessionToken: await credentials.token(session, 'auth.iam.secretRef.sessionTokenSecretRef') }),
  }
}

async function webIdentity(
  account: NonNullable<NonNullable<AwsIamAuth['jwt']>['serviceAccountRef']>,
  credentials: StoreCredentials,
): Promise<AwsIdentitySource> {
  const field = 'auth.iam.jwt.serviceAccountRef'
  const roleArn = (await credentials.annotations(account, field))?.get(ROLE_ANNOTATION)
  if (roleArn === undefined) {
    throw new SecretError('InvalidSpec', `the ServiceAccount has no annotation ${ROLE_ANNOTATION}`, {
      place: { field: full(field) },
      remedy: 'add the ServiceAccount with its annotation to the stream',
    })
  }
  return { kind: 'webIdentity', roleArn, token: await credentials.accountToken(account, field, [STS_AUDIENCE]) }
}
