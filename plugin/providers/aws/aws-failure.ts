import { SecretError } from '../../model/secret-error.ts'

/** A failure of a call to AWS by its code. Holds nothing of AWS's own text, which can quote what was sent. */
export class AwsFailure extends Error {
  /** The exception's name as AWS spells it, or one of ours: `MarkedForDeletion`, `KmsAccessDenied`, `NoCredentials`, `ClockSkew`, `UnreadableAnswer`. */
  readonly code: string
  readonly status: number | undefined
  readonly requestId: string | undefined

  constructor(code: string, status?: number, requestId?: string) {
    super('a call to AWS failed')
    this.name = 'AwsFailure'
    this.code = code
    this.status = status
    this.requestId = requestId
  }
}

/** Refusals of KMS that come under the name of another refusal, and what of their text tells them apart. */
const KMS_TEXT = /Access to KMS|ciphertext refers|kms:Decrypt/
const DELETION_TEXT = /marked for deletion|scheduled for deletion/

/** Codes that AWS reuses for different failures, told apart: `MarkedForDeletion` and `KmsAccessDenied` are ours. */
export function distinctCode(code: string, message: string | undefined): string {
  if (/^Invalid(Request|Parameter)Exception$/.test(code) && DELETION_TEXT.test(message ?? '')) return 'MarkedForDeletion'
  if (code === 'AccessDeniedException' && KMS_TEXT.test(message ?? '')) return 'KmsAccessDenied'
  return code
}

/** What the SDK throws, beside the properties of every Error (@smithy/types, SdkError). */
interface SdkError extends Error {
  readonly $fault?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string; readonly clockSkewCorrected?: boolean }
}

/** How AWS refuses a signature of another time. While a clock is off, the SDK calls every failure one that it has corrected. */
const SKEW =
  /^(AuthFailure|InvalidSignatureException|SignatureDoesNotMatch|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed)$/

/** What `call` gives; what it throws comes out as {@link AwsFailure} or SecretError. */
export async function failing<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (thrown) {
    throw awsFailure(thrown)
  }
}

/**
 * What an SDK call threw, as one of the two kinds of error that leave `sdk-*.ts`. Codes of our own: `NoCredentials` (the chain found none),
 * `ClockSkew` (the SDK has just corrected its clock), `UnreadableAnswer` (no answer of AWS's API). What is neither is rethrown: a bug.
 */
function awsFailure(thrown: unknown): AwsFailure | SecretError {
  if (thrown instanceof SecretError || thrown instanceof AwsFailure) return thrown
  if (!(thrown instanceof Error)) throw thrown
  const { name, message, $fault, $metadata }: SdkError = thrown
  const { httpStatusCode, requestId, clockSkewCorrected } = $metadata ?? {}
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return new AwsFailure('NoCredentials')
  if (clockSkewCorrected && SKEW.test(name)) return new AwsFailure('ClockSkew', httpStatusCode, requestId)
  if ($fault !== undefined) return new AwsFailure(distinctCode(name, message), httpStatusCode, requestId)
  if (httpStatusCode !== undefined) return new AwsFailure('UnreadableAnswer', httpStatusCode, requestId)
  throw thrown
}
