import type { AccessRules } from './access-rules.ts'
import type { AccessKey, KeyRing, Principal } from './key-ring.ts'
import { ServiceFailure, xmlText } from './service-failure.ts'
import { type IdentityProvider, verifyWebIdentity } from './web-identity.ts'

/** A role and its trust policy. */
export interface Role {
  readonly arn: string
  /** ARNs of users, and of roles whose sessions may assume it; an account's number stands for all of it. */
  readonly trusts?: readonly string[]
  readonly externalId?: string
  /** Subjects of web identities: `system:serviceaccount:NAMESPACE:NAME`. */
  readonly subjects?: readonly string[]
}

/** A role that was assumed, with all that its caller said. */
export interface AssumedSession {
  readonly roleArn: string
  readonly sessionName: string
  readonly caller: string
  readonly externalId?: string
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
}

export interface TokenServiceCall {
  readonly form: URLSearchParams
  /** `undefined` for AssumeRoleWithWebIdentity, which is not signed. */
  readonly caller: Principal | undefined
  readonly roles: ReadonlyMap<string, Role>
  readonly identityProviders: readonly IdentityProvider[]
  readonly keys: KeyRing
  readonly rules: AccessRules
  readonly sessions: AssumedSession[]
  readonly nowMs: number
  /** Of a session whose caller names no duration. */
  readonly sessionLifetimeMs: number
}

/** Actions that need no signature. */
export const UNSIGNED_ACTIONS: ReadonlySet<string> = new Set(['AssumeRoleWithWebIdentity'])

/** Each gives the XML inside its result element. */
export const tokenServiceActions: Readonly<Record<string, (call: TokenServiceCall) => string>> = {
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  GetSessionToken: getSessionToken,
  GetCallerIdentity({ caller }) {
    const { arn = '', account = '' } = caller ?? {}
    return `<Arn>${xmlText(arn)}</Arn><UserId>AIDAEMULATOR</UserId><Account>${account}</Account>`
  },
}

function assumeRole(call: TokenServiceCall): string {
  const { form, caller, rules } = call
  const roleArn = roleArnOf(form)
  if (!caller) throw new ServiceFailure('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
  const role = call.roles.get(roleArn)
  const externalId = form.get('ExternalId') ?? undefined
  const tags = new Map(members(form, 'Tags').map((tag) => [tag.get('Key') ?? '', tag.get('Value') ?? '']))
  const trusted = role?.trusts?.some(
    (trust) => trust === caller.account || trust === caller.arn || isSessionOf(caller.arn, trust),
  )
  const refused = rules.denies('sts:AssumeRole', roleArn) || (role?.externalId !== undefined && role.externalId !== externalId)
  if (!trusted || refused) throw denied(caller.arn, 'sts:AssumeRole', roleArn)
  if (tags.size > 0 && rules.denies('sts:TagSession', roleArn)) throw denied(caller.arn, 'sts:TagSession', roleArn)

  for (const key of caller.transitiveTags.keys()) {
    if (!tags.has(key)) continue
    throw new ServiceFailure(
      'InvalidParameterValue',
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.`,
    )
  }
  const transitiveTagKeys = [...form].filter(([name]) => name.startsWith('TransitiveTagKeys.member.')).map(([, key]) => key)
  if (transitiveTagKeys.some((key) => !tags.has(key))) {
    throw new ServiceFailure('InvalidParameterValue', 'The specified transitive tag key must be included in the requested tags.')
  }
  const kept = new Map([...tags].filter(([key]) => transitiveTagKeys.includes(key)))
  const principal = sessionPrincipal(roleArn, form, new Map([...caller.transitiveTags, ...kept]))
  call.sessions.push({
    roleArn,
    sessionName: sessionNameOf(form),
    caller: caller.arn,
    ...(externalId !== undefined && { externalId }),
    tags: Object.fromEntries([...caller.transitiveTags, ...tags]),
    transitiveTagKeys,
  })
  return issued(call, principal)
}

function assumeRoleWithWebIdentity(call: TokenServiceCall): string {
  const { form, rules, identityProviders, nowMs } = call
  const roleArn = roleArnOf(form)
  const claims = verifyWebIdentity(requiredMember(form, 'WebIdentityToken'), identityProviders, nowMs)
  const role = call.roles.get(roleArn)
  if (!role?.subjects?.includes(claims.sub) || rules.denies('sts:AssumeRoleWithWebIdentity', roleArn)) {
    throw new ServiceFailure('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
  }
  const sessionName = sessionNameOf(form)
  call.sessions.push({ roleArn, sessionName, caller: claims.sub, tags: {}, transitiveTagKeys: [] })
  return `${issued(call, sessionPrincipal(roleArn, form, new Map()))}<SubjectFromWebIdentityToken>${xmlText(claims.sub)}</SubjectFromWebIdentityToken>`
}

/** Only a user can have one: a session of a role gets no other. */
function getSessionToken({ form, caller, keys, nowMs }: TokenServiceCall): string {
  if (!caller?.arn.includes(':user/')) {
    throw new ServiceFailure('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403)
  }
  const seconds = Number(form.get('DurationSeconds') ?? 43_200)
  if (!(seconds >= 900 && seconds <= 129_600)) throw new ServiceFailure('ValidationError', 'durationSeconds is out of range')
  if (form.has('SerialNumber') !== form.has('TokenCode')) throw new ServiceFailure('ValidationError', 'both or none')
  if (form.has('TokenCode') && form.get('TokenCode') !== MFA_CODE) {
    throw new ServiceFailure('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code.', 403)
  }
  return credentialsXml(keys.issue(caller, nowMs + seconds * 1000))
}

/** What every MFA device shows. */
export const MFA_CODE = '123456'

function issued({ form, keys, nowMs, sessionLifetimeMs }: TokenServiceCall, principal: Principal): string {
  const seconds = form.get('DurationSeconds')
  const key = keys.issue(principal, nowMs + (seconds ? Number(seconds) * 1000 : sessionLifetimeMs))
  return `${credentialsXml(key)}<AssumedRoleUser><AssumedRoleId>AROAEMULATOR:session</AssumedRoleId><Arn>${xmlText(principal.arn)}</Arn></AssumedRoleUser>`
}

function credentialsXml({ accessKeyId, secretAccessKey, session }: AccessKey): string {
  const expiration = new Date(session?.expiresAtMs ?? 0).toISOString().replace(/\.\d{3}/, '')
  const fields = Object.entries({
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: session?.token ?? '',
    Expiration: expiration,
  })
  return `<Credentials>${fields.map(([name, value]) => `<${name}>${xmlText(value)}</${name}>`).join('')}</Credentials>`
}

function sessionPrincipal(roleArn: string, form: URLSearchParams, transitiveTags: ReadonlyMap<string, string>): Principal {
  return assumedRole(roleArn, sessionNameOf(form), transitiveTags)
}

/** Who a session of a role is. */
export function assumedRole(
  roleArn: string,
  sessionName: string,
  transitiveTags: ReadonlyMap<string, string> = new Map(),
): Principal {
  const [, , , , account = '', resource = ''] = roleArn.split(':')
  const role = resource.split('/').at(-1)
  return { arn: `arn:aws:sts::${account}:assumed-role/${role}/${sessionName}`, account, transitiveTags }
}

function isSessionOf(callerArn: string, roleArn: string): boolean {
  return callerArn.startsWith(assumedRole(roleArn, '').arn)
}

function denied(caller: string, action: string, roleArn: string): ServiceFailure {
  return new ServiceFailure(
    'AccessDenied',
    `User: ${caller} is not authorized to perform: ${action} on resource: ${roleArn}`,
    403,
  )
}

function roleArnOf(form: URLSearchParams): string {
  const arn = requiredMember(form, 'RoleArn')
  if (arn.length < 20) {
    const constraint = 'Member must have length greater than or equal to 20'
    throw new ServiceFailure(
      'ValidationError',
      `1 validation error detected: Value '${arn}' at 'roleArn' failed to satisfy constraint: ${constraint}`,
    )
  }
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(arn)) throw new ServiceFailure('ValidationError', `${arn} is invalid`)
  return arn
}

/** AWS STS API reference, AssumeRole, RoleSessionName. */
function sessionNameOf(form: URLSearchParams): string {
  const name = requiredMember(form, 'RoleSessionName')
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return name
  const why =
    "Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
  throw new ServiceFailure('ValidationError', `1 validation error detected: ${why}`)
}

function requiredMember(form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (value) return value
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  const why = `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`
  throw new ServiceFailure('ValidationError', why)
}

/** The structures of a list in the query protocol: `Tags.member.1.Key`. */
function members(form: URLSearchParams, list: string): Map<string, string>[] {
  const items = new Map<string, Map<string, string>>()
  for (const [name, value] of form) {
    const [, index, field] = new RegExp(`^${list}\\.member\\.(\\d+)\\.(\\w+)$`).exec(name) ?? []
    if (index === undefined || field === undefined) continue
    const item = items.get(index) ?? new Map<string, string>()
    items.set(index, item.set(field, value))
  }
  return [...items.values()]
}
