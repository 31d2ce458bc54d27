import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { OpenContext } from '../provider.ts'
import type { AwsCredentials, WebIdentityRequest } from './api.ts'
import type { AwsConfig, SecretKey, ServiceAccount } from './config-schema.ts'

/** Names every session in CloudTrail; policies of ESO's users may ask for it (external-secrets.md 7.1). */
export const SESSION_NAME = 'external-secrets-provider-aws'

const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn'
const AUDIENCE_ANNOTATION = 'eks.amazonaws.com/audience'
const DEFAULT_AUDIENCE = 'sts.amazonaws.com'
const AUTH = 'spec.provider.aws.auth'

/** How the first credentials are had, before any role is assumed. Throws SecretError. */
export type BaseCredentials =
  | { readonly kind: 'keys'; load(): Promise<AwsCredentials> }
  | { readonly kind: 'webIdentity'; load(): Promise<WebIdentityRequest> }
  /** The SDK's own chain: profiles, IRSA, EKS Pod Identity, containers, instances. */
  | { readonly kind: 'chain' }

/** The store's method, jwt before secretRef; without a usable one the process's own keys or chain (external-secrets.md 7.1, R4). */
export function baseCredentials({ auth }: AwsConfig, context: OpenContext): BaseCredentials {
  const serviceAccount = auth?.jwt?.serviceAccountRef
  if (serviceAccount) return { kind: 'webIdentity', load: () => webIdentity(serviceAccount, context) }
  const { accessKeyIDSecretRef, secretAccessKeySecretRef, sessionTokenSecretRef } = auth?.secretRef ?? {}
  if (accessKeyIDSecretRef && secretAccessKeySecretRef) {
    const selectors = { accessKeyIDSecretRef, secretAccessKeySecretRef, sessionTokenSecretRef }
    return { kind: 'keys', load: () => storedKeys(selectors, context) }
  }
  const own = environmentKeys(context.environment)
  return own ? { kind: 'keys', load: async () => own } : { kind: 'chain' }
}

/** The SDK prefers a profile that is named over keys in the environment (@aws-sdk/credential-provider-node); so do we. */
export function environmentKeys(environment: ReadonlyMap<string, string>): AwsCredentials | undefined {
  const accessKeyId = environment.get('AWS_ACCESS_KEY_ID')
  const secretAccessKey = environment.get('AWS_SECRET_ACCESS_KEY')
  const sessionToken = environment.get('AWS_SESSION_TOKEN')
  if (!accessKeyId || !secretAccessKey || environment.get('AWS_PROFILE')) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

interface KeySelectors {
  readonly accessKeyIDSecretRef: SecretKey
  readonly secretAccessKeySecretRef: SecretKey
  readonly sessionTokenSecretRef: SecretKey | undefined
}

async function storedKeys(selectors: KeySelectors, context: OpenContext): Promise<AwsCredentials> {
  const { sessionTokenSecretRef } = selectors
  const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
    text(selectors.accessKeyIDSecretRef, 'accessKeyIDSecretRef', context),
    text(selectors.secretAccessKeySecretRef, 'secretAccessKeySecretRef', context),
    sessionTokenSecretRef && text(sessionTokenSecretRef, 'sessionTokenSecretRef', context),
  ])
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

/** Keys end in a line feed surprisingly often, and never contain white space. */
async function text(selector: SecretKey, name: string, { credentials }: OpenContext): Promise<string> {
  const field = `${AUTH}.secretRef.${name}`
  const { key } = selector
  if (key === undefined)
    throw new SecretError('InvalidSpec', `${field} names no key of the Secret`, { place: { field }, remedy: 'name the key' })
  const value = new TextDecoder().decode((await credentials.secretKey({ ...selector, key }, field)).reveal()).trim()
  if (/^[\x21-\x7e]+$/.test(value)) return value
  throw new SecretError(
    'AccessDenied',
    `the key ${quoteName(key)} of the Secret ${quoteName(selector.name)} holds no AWS credential`,
    {
      place: { field },
      remedy: 'put the plain text of the credential there',
    },
  )
}

async function webIdentity(selector: ServiceAccount, { credentials }: OpenContext): Promise<WebIdentityRequest> {
  const field = `${AUTH}.jwt.serviceAccountRef`
  const annotations = await credentials.serviceAccountAnnotations(selector, field)
  const roleArn = annotations?.get(ROLE_ANNOTATION)
  if (!annotations || !roleArn) {
    const account = `the ServiceAccount ${quoteName(selector.name)}`
    throw new SecretError('InvalidSpec', annotations ? `${account} has no IAM role` : `${account} is not known`, {
      place: { field },
      remedy: `add the ServiceAccount to the stream, with the annotation ${ROLE_ANNOTATION}: <ARN of the role>`,
    })
  }
  const audiences = [annotations.get(AUDIENCE_ANNOTATION) ?? DEFAULT_AUDIENCE, ...(selector.audiences ?? [])]
  return { roleArn, sessionName: SESSION_NAME, token: await credentials.serviceAccountToken({ ...selector, audiences }, field) }
}
