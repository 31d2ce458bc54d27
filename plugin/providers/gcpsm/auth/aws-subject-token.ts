import { SecretError } from '../../../model/secret-error.ts'
import type { AwsIdentity } from '../sdk-aws-identity.ts'
import type { GoogleHttp } from './google-http.ts'
import type { CredentialFile } from './json-file.ts'
import type { SubjectTokenSource } from './subject-token.ts'

/** Turns an AWS identity into what Google's STS takes. The library for it is loaded when it is first needed. */
export function awsSubjectTokens(audience: string, identity: (signal: AbortSignal) => Promise<AwsIdentity>): SubjectTokenSource {
  return async (signal) => {
    const { AWS_TOKEN_TYPE, awsSubjectToken } = await import('../sdk-aws-identity.ts')
    return { text: await awsSubjectToken(await identity(signal), audience), type: AWS_TOKEN_TYPE }
  }
}

/**
 * The AWS identity that an external_account file means by `environment_id: aws1`: of the environment, else of EC2's metadata server
 * (AIP-4117, "Determining the subject token in AWS").
 */
export function ambientAwsIdentity(
  google: GoogleHttp,
  source: CredentialFile,
  environment: ReadonlyMap<string, string>,
): (signal: AbortSignal) => Promise<AwsIdentity> {
  return async (signal) => {
    const given = identityOf(environment)
    const region = environment.get('AWS_REGION') || environment.get('AWS_DEFAULT_REGION')
    if (given && region) return { ...given, region }
    const machine = await ec2Metadata(google, source, environment, signal)
    const ownRegion = region || (await machine(source.text('region_url'))).slice(0, -1)
    if (given) return { ...given, region: ownRegion }
    const rolesUrl = source.text('url')
    const role = await machine(rolesUrl)
    return { ...roleIdentity(await machine(`${rolesUrl}/${encodeURIComponent(role)}`)), region: ownRegion }
  }
}

type Keys = Omit<AwsIdentity, 'region'>

function identityOf(environment: ReadonlyMap<string, string>): Keys | undefined {
  const [accessKeyId, secretAccessKey] = [environment.get('AWS_ACCESS_KEY_ID'), environment.get('AWS_SECRET_ACCESS_KEY')]
  return accessKeyId && secretAccessKey
    ? { accessKeyId, secretAccessKey, sessionToken: environment.get('AWS_SESSION_TOKEN') || undefined }
    : undefined
}

/** Reads EC2's metadata server. IMDSv2 wants a session first; files without its URL are for IMDSv1. */
async function ec2Metadata(
  { direct }: GoogleHttp,
  source: CredentialFile,
  environment: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<(url: string) => Promise<string>> {
  const own = URL.parse(environment.get('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? '')?.host

  async function send(method: string, text: string, headers: Readonly<Record<string, string>>): Promise<string> {
    const url = URL.parse(text)
    if (!url || (url.host !== own && !METADATA_HOSTS.has(url.host))) {
      throw new SecretError('InvalidSpec', "the credential_source names an AWS metadata server that is not EC2's")
    }
    const answer = await direct.send({ method, url, headers, signal })
    if (answer.status === 200) return new TextDecoder().decode(answer.body).trim()
    throw new SecretError('AccessDenied', `EC2's metadata server answers ${answer.status}`, {
      remedy: 'attach an instance profile, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION',
    })
  }

  const sessionUrl = source.optionalText('imdsv2_session_token_url')
  if (sessionUrl === undefined) return (url) => send('GET', url, {})
  const session = await send('PUT', sessionUrl, { 'x-aws-ec2-metadata-token-ttl-seconds': '300' })
  return (url) => send('GET', url, { 'x-aws-ec2-metadata-token': session })
}

/** Instance metadata of EC2 over IPv4 and IPv6; nobody else is asked for a session or a role (as Google's own libraries check). */
const METADATA_HOSTS = new Set(['169.254.169.254', '[fd00:ec2::254]'])

function roleIdentity(text: string): Keys {
  try {
    const role: unknown = JSON.parse(text)
    if (isRole(role)) return { accessKeyId: role.AccessKeyId, secretAccessKey: role.SecretAccessKey, sessionToken: role.Token }
  } catch {
    // The parser's error quotes the text, which holds the key: it is dropped for the one below.
  }
  throw new SecretError('Unavailable', "EC2's metadata server gives no credentials of a role")
}

interface Role {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token: string
}

function isRole(value: unknown): value is Role {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['AccessKeyId', 'SecretAccessKey', 'Token'].every((name) => typeof Reflect.get(value, name) === 'string')
  )
}
