import { type ErrorKind, SecretError } from '../../model/secret-error.ts'
import type { AwsFailure } from './aws-failure.ts'

/** What was tried, for the error's reader. */
export interface Attempt {
  /** The permission that it needs, as IAM spells it: `secretsmanager:GetSecretValue`. */
  readonly action: string
  /** With its name quoted: `the secret "db"`. */
  readonly target: string
}

/** A SecretError that remembers AWS's code: some refusals have another way round. */
export class AwsError extends SecretError {
  readonly code: string

  constructor(kind: ErrorKind, message: string, code: string, details: { readonly remedy: string; readonly lasting?: true }) {
    super(kind, message, details)
    this.code = code
  }
}

interface Meaning {
  readonly kind: ErrorKind
  readonly message: (attempt: Attempt) => string
  readonly remedy: (attempt: Attempt) => string
  readonly lasting?: true
}

const missing: Meaning = {
  kind: 'NotFound',
  message: ({ target }) => `AWS has no ${bare(target)} in this account and region`,
  remedy: () => "correct remoteRef (key, version), the store's prefix, region or role, or create it",
}

const deleted: Meaning = {
  kind: 'NotFound',
  message: ({ target }) => `${target} is marked for deletion`,
  remedy: () => 'restore it with "aws secretsmanager restore-secret", or remove the reference',
}

const noSuchVersion: Meaning = {
  kind: 'InvalidSpec',
  message: ({ target }) => `${target} has no such version`,
  remedy: () => 'correct remoteRef.version',
}

const invalid: Meaning = {
  kind: 'InvalidSpec',
  message: ({ target, action }) => `AWS calls the request for ${target} (${action}) invalid`,
  remedy: () => 'check the key, the version, the ARNs of roles and the session tags',
}

const denied: Meaning = {
  kind: 'AccessDenied',
  message: ({ target, action }) => `not allowed to call ${action} on ${target}`,
  remedy: ({ target, action }) =>
    action.startsWith('sts:')
      ? `allow ${action} on ${target} in the caller's policy and in the role's trust policy (sts:TagSession too, with session tags)`
      : `grant ${action} on ${target} to the identity that reads`,
}

const undecipherable: Meaning = {
  kind: 'AccessDenied',
  message: ({ target }) => `not allowed to decrypt ${target}`,
  remedy: () => 'grant kms:Decrypt on the KMS key that encrypts it, and see that the key is enabled',
}

const badCredentials: Meaning = {
  kind: 'AccessDenied',
  message: ({ action }) => `AWS does not accept the credentials (${action})`,
  remedy: () => 'check the access key, its secret and session token, and that they belong to this partition',
}

const expired: Meaning = {
  kind: 'AccessDenied',
  message: ({ action }) => `the temporary credentials have expired (${action})`,
  remedy: () => 'get new ones: a new session token, or a new token of the service account',
}

const badWebIdentity: Meaning = {
  kind: 'AccessDenied',
  message: ({ target }) => `AWS does not accept the service account's token for ${target}`,
  remedy: () =>
    "see that IAM has an OIDC provider for the token's issuer, with the token's audience, and that the role trusts its subject",
}

const noCredentials: Meaning = {
  kind: 'AccessDenied',
  message: () => 'no AWS credentials were found',
  remedy: () =>
    'give the store auth.secretRef or auth.jwt.serviceAccountRef, or the process an identity (AWS_ACCESS_KEY_ID, AWS_PROFILE, IRSA, EKS Pod Identity, an instance role)',
}

const throttled: Meaning = {
  kind: 'Throttled',
  message: ({ action }) => `AWS throttles ${action}`,
  remedy: () => 'read fewer secrets at once, or ask for a higher quota',
}

const noQueue: Meaning = {
  kind: 'NotFound',
  message: ({ target }) => `AWS has no ${bare(target)}`,
  remedy: () => 'correct its URL and region, or create it',
}

const clockSkew: Meaning = {
  kind: 'Unavailable',
  message: () => 'the clock of this machine is more than four minutes off',
  remedy: () => 'set the clock',
}

const disabledRegion: Meaning = {
  kind: 'InvalidSpec',
  message: () => 'AWS STS is not enabled in this region for this account',
  remedy: () => 'enable the region, or name another',
}

const down: Meaning = {
  kind: 'Unavailable',
  message: ({ action }) => `AWS failed to answer ${action}`,
  remedy: () => 'render again; if it stays so, look for the request id in CloudTrail or at https://health.aws.amazon.com',
}

const unreadable: Meaning = {
  kind: 'Unavailable',
  message: ({ action }) => `the answer to ${action} is none of AWS's API`,
  remedy: () => 'check the endpoint and the proxy of this process',
  lasting: true,
}

/** Codes of the services (their API references, "Common Errors" and "Errors" of each action; in the SDK's spelling), and ours of {@link AwsFailure}. */
const CODES: readonly (readonly [Meaning, string])[] = [
  [missing, 'ResourceNotFoundException ParameterNotFound InvalidResourceId'],
  [deleted, 'MarkedForDeletion'],
  [noSuchVersion, 'ParameterVersionNotFound'],
  [noQueue, 'QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue'],
  [invalid, 'ValidationException ValidationError InvalidParameterException InvalidParameterValue InvalidRequestException'],
  [
    invalid,
    'InvalidResourceType MalformedPolicyDocumentException PackedPolicyTooLargeException SerializationException InvalidNextTokenException',
  ],
  [denied, 'AccessDeniedException AccessDenied UnauthorizedOperation NotAuthorized OptInRequired SubscriptionRequiredException'],
  [undecipherable, 'KmsAccessDenied DecryptionFailure InvalidKeyId KMSAccessDeniedException KMSDisabledException'],
  [badCredentials, 'UnrecognizedClientException InvalidClientTokenId InvalidSignatureException SignatureDoesNotMatch'],
  [
    badCredentials,
    'IncompleteSignature IncompleteSignatureException MissingAuthenticationToken MissingAuthenticationTokenException',
  ],
  [expired, 'ExpiredToken ExpiredTokenException RequestExpired'],
  [badWebIdentity, 'InvalidIdentityTokenException IDPRejectedClaimException'],
  [noCredentials, 'NoCredentials'],
  [
    throttled,
    'ThrottlingException Throttling TooManyRequestsException RequestLimitExceeded ThrottledException RequestThrottled OverLimit',
  ],
  [clockSkew, 'ClockSkew RequestTimeTooSkewed'],
  [disabledRegion, 'RegionDisabledException'],
  [down, 'InternalServiceError InternalServerError InternalFailure ServiceUnavailable ServiceUnavailableException'],
  [down, 'IDPCommunicationErrorException'],
  [unreadable, 'UnreadableAnswer'],
]

const MEANINGS = new Map(CODES.flatMap(([meaning, codes]) => codes.split(' ').map((code) => [code, meaning] as const)))

/** The value is there and may be read, but not decrypted. */
export function isUndecipherable(thrown: unknown): boolean {
  return thrown instanceof AwsError && MEANINGS.get(thrown.code) === undecipherable
}

const REQUEST_ID = /^[\w-]{1,64}$/

/** What a failure means: pure. Of AWS's answer only a known code and the request id are shown (R18). */
export function explain(failure: AwsFailure, attempt: Attempt): AwsError {
  const { code, status, requestId } = failure
  const meaning = MEANINGS.get(code)
  const { kind, message, remedy, lasting } = meaning ?? unknown(status)
  const facts = [
    ...(meaning && meaning !== unreadable ? [code] : []),
    ...(status !== undefined && (!meaning || meaning === unreadable) ? [`HTTP ${status}`] : []),
    ...(requestId && REQUEST_ID.test(requestId) ? [`request ${requestId}`] : []),
  ]
  return new AwsError(kind, message(attempt) + (facts.length > 0 ? ` (${facts.join(', ')})` : ''), code, {
    remedy: remedy(attempt),
    ...(lasting && { lasting }),
  })
}

/** What is not understood is Unavailable, never NotFound (R7); a refusal of the request will be the same next time. */
function unknown(status: number | undefined): Meaning {
  if (status === 429) return throttled
  if (status === undefined || status >= 500) return down
  return { ...down, lasting: true, remedy: () => 'look for the request id in CloudTrail' }
}

function bare(target: string): string {
  return target.replace(/^the /, '')
}
