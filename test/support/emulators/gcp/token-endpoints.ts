import { awsCaller } from './aws-caller.ts'
import { parseJwt } from './jwt.ts'
import { type Principals, TOKEN_LIFETIME } from './principals.ts'
import { asText } from './proto-json.ts'
import { projectNumber } from './secret-manager.ts'
import { ApiFailure } from './status.ts'

/** An answer in OAuth 2's own form (RFC 6749, 5.2). */
export class OAuthFailure extends Error {
  readonly code: string

  constructor(code: string, description: string) {
    super(description)
    this.code = code
  }
}

export interface TokenRequest {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

export interface TokenWorld {
  readonly principals: Principals
  /** `https://…` of this emulator, an audience of JWTs for its token endpoint. */
  readonly url: () => string
  readonly refreshTokens: ReadonlyMap<string, { readonly clientId: string; readonly clientSecret: string; readonly user: string }>
  readonly awsSecrets: ReadonlyMap<string, string>
}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
const AWS_TYPE = 'urn:ietf:params:aws:token-type:aws4_request'
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/** Answers a POST to one of the token endpoints; undefined when the path is none of them. */
export function giveToken(world: TokenWorld, request: TokenRequest): object | undefined {
  if (request.path === '/token') return oauthToken(world, request.body)
  if (request.path === '/v1/token') return stsToken(world, request.body)
  if (request.path === '/v1/identitybindingtoken') return identityBindingToken(world, request.body)
  const email = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(request.path)?.[1]
  return email === undefined ? undefined : impersonatedToken(world, decodeURIComponent(email), request)
}

function oauthToken({ principals, url, refreshTokens }: TokenWorld, body: TokenRequest['body']): object {
  if (body['grant_type'] === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    const assertion = String(body['assertion'])
    const audience = parseJwt(assertion)?.claims['aud']
    const email = principals.serviceAccountOf(assertion)
    if (email === undefined) throw new OAuthFailure('invalid_grant', 'Invalid JWT Signature.')
    if (audience !== `${url()}/token` && audience !== 'https://oauth2.googleapis.com/token') {
      throw new OAuthFailure('invalid_grant', 'Invalid JWT: Failed audience check.')
    }
    return bearer(principals.issue(email))
  }
  if (body['grant_type'] !== 'refresh_token') throw new OAuthFailure('unsupported_grant_type', 'Invalid grant_type.')
  const known = refreshTokens.get(String(body['refresh_token']))
  if (known?.clientId !== body['client_id'] || known?.clientSecret !== body['client_secret'] || !known) {
    throw new OAuthFailure('invalid_grant', 'Bad Request')
  }
  return bearer(principals.issue(known.user))
}

/** STS (https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token): JSON in camel case or a form in snake case. */
function stsToken({ principals, awsSecrets }: TokenWorld, body: TokenRequest['body']): object {
  const field = (name: string): string =>
    asText(body[name] ?? body[name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())])
  const audience = field('audience')
  const pool =
    /^\/\/iam\.googleapis\.com\/(projects\/\d+\/locations\/global\/workloadIdentityPools\/[\w-]+)\/providers\/[\w-]+$/.exec(
      audience,
    )
  if (field('grant_type') !== EXCHANGE || field('requested_token_type') !== ACCESS_TOKEN_TYPE || !pool) {
    throw new OAuthFailure('invalid_request', 'Invalid value for "audience".')
  }
  const token = field('subject_token')
  const type = field('subject_token_type')
  const subject = type === AWS_TYPE ? awsCaller(token, audience, awsSecrets) : principals.kubernetesSubject(token, audience)
  if (subject === undefined || (type !== AWS_TYPE && type !== JWT_TYPE)) {
    throw new OAuthFailure('invalid_grant', 'The given credential is rejected by the attribute condition.')
  }
  const principal = `principal://iam.googleapis.com/${pool[1]}/subject/${subject}`
  return { ...bearer(principals.issue(principal)), issued_token_type: ACCESS_TOKEN_TYPE }
}

/** Workload Identity Federation for GKE: the principal is `serviceAccount:<project>.svc.id.goog[<namespace>/<name>]`. */
function identityBindingToken({ principals }: TokenWorld, body: TokenRequest['body']): object {
  const [, pool = '', project = ''] =
    /^identitynamespace:(([\w-]+)\.svc\.id\.goog):https:\/\/container\.googleapis\.com\/v1\/projects\/\2\/locations\/[\w-]+\/clusters\/[\w-]+$/.exec(
      String(body['audience']),
    ) ?? []
  const subject = principals.kubernetesSubject(String(body['subject_token']), pool)
  if (body['grant_type'] !== EXCHANGE || project === '' || subject === undefined) {
    throw new OAuthFailure('invalid_grant', 'Subject token is invalid.')
  }
  const [, , namespace, name] = subject.split(':')
  return { ...bearer(principals.issue(`${pool}[${namespace}/${name}]`)), issued_token_type: ACCESS_TOKEN_TYPE }
}

function impersonatedToken({ principals }: TokenWorld, email: string, { authorization, body }: TokenRequest): object {
  const caller = principals.authenticate(authorization, ['https://iamcredentials.googleapis.com/'])
  if (!principals.exists(email)) throw new ApiFailure('NOT_FOUND', 'Not found; Gaia id not found for email.')
  if (!principals.mayImpersonate(caller, email)) {
    throw new ApiFailure(
      'PERMISSION_DENIED',
      "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
    )
  }
  if (!Array.isArray(body['scope']) || body['scope'].length === 0) throw new ApiFailure('INVALID_ARGUMENT', 'scope is required')
  const lifetime = Number(asText(body['lifetime'] ?? `${TOKEN_LIFETIME}s`).replace(/s$/, ''))
  return {
    accessToken: principals.issue(email, lifetime),
    expireTime: new Date(Date.now() + lifetime * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
  }
}

function bearer(token: string): { access_token: string; expires_in: number; token_type: string } {
  return { access_token: token, expires_in: TOKEN_LIFETIME, token_type: 'Bearer' }
}

/** The service account of a machine. */
export interface MachineAccount {
  readonly email: string
  readonly token: () => string
}

/** What the metadata server of a GKE node in `project` says (Google Cloud, "About VM metadata"); undefined is its 404. */
export function readMetadata(path: string, project: string, account: MachineAccount): string | object | undefined {
  switch (path) {
    case 'project/project-id':
      return project
    case 'project/numeric-project-id':
      return projectNumber(project)
    case 'instance/attributes/cluster-name':
      return 'test-cluster'
    case 'instance/attributes/cluster-location':
      return 'europe-west1'
    // Asked for with `recursive=true`, which gives the folder as one object.
    case 'instance/service-accounts/default/':
      return { aliases: ['default'], email: account.email, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }
    case 'instance/service-accounts/default/email':
      return account.email
    case 'instance/service-accounts/default/token':
      return bearer(account.token())
    default:
      return undefined
  }
}
