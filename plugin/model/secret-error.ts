export type ErrorKind =
  | 'InvalidSpec'
  | 'Conflict'
  | 'NotFound'
  | 'AccessDenied'
  | 'Throttled'
  | 'Unavailable'
  /** The provider did not answer within our own limit. */
  | 'Timeout'
  /** The time that the caller gave for the whole render or pass is over. */
  | 'Deadline'
  | 'Bug'

/** Where a problem is: a document in a file, an object in it, a field of it. */
export interface Place {
  readonly file?: string
  /** 1-based, in the file. */
  readonly line?: number
  /** `ExternalSecret default/database`. */
  readonly object?: string
  /** `spec.data[1].remoteRef.key`. */
  readonly field?: string
}

export interface ErrorDetails {
  readonly place?: Place
  /** Lines that show the place: the author's own text, cut and escaped (R18), never a value. */
  readonly excerpt?: readonly string[]
  /** What the reader can do about it, as an imperative: `grant secretsmanager:GetSecretValue on it`. */
  readonly remedy?: string
  /** The kind is usually worth a retry, but this failure lasts until somebody acts: a certificate that is not trusted. */
  readonly lasting?: true
  /** The provider's own wish (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number
}

/** A failure that its reader can act on. `message` and `remedy` hold names, never values, never a provider's own words. */
export class SecretError extends Error {
  readonly kind: ErrorKind
  readonly place: Place
  readonly excerpt: readonly string[]
  readonly remedy: string | undefined
  readonly lasting: boolean
  readonly retryAfterMs: number | undefined

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message)
    this.name = 'SecretError'
    this.kind = kind
    this.place = details.place ?? {}
    this.excerpt = details.excerpt ?? []
    this.remedy = details.remedy
    this.lasting = details.lasting ?? false
    this.retryAfterMs = details.retryAfterMs
  }

  /** The same failure with what the caller knows of the place; what the error already says wins. */
  at(place: Place): SecretError {
    return this.from({ ...place, ...this.place })
  }

  /** The same failure at `place`, whatever it said of its place before. */
  from(place: Place): SecretError {
    return new SecretError(this.kind, this.message, {
      place,
      excerpt: this.excerpt,
      ...(this.remedy !== undefined && { remedy: this.remedy }),
      ...(this.lasting && { lasting: true }),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
    })
  }
}

/** `thrown` as it is when it is ours; anything else is a bug of ours, whose text is withheld because it may quote a value. */
export function asSecretError(thrown: unknown): SecretError {
  if (thrown instanceof SecretError) return thrown
  const what = thrown instanceof Error ? `${thrown.name}${firstFrame(thrown)}` : typeof thrown
  return new SecretError('Bug', `unexpected failure (${what})`, {
    remedy: 'please report it with the manifest that caused it, without its values',
  })
}

/** File, line and column where it was thrown. The message before the frames is cut off first. */
function firstFrame({ stack = '', message }: Error): string {
  const frames = stack.slice(stack.indexOf(message) + message.length)
  const place = /\n\s+at [^\n]*?([\w.-]+:\d+:\d+)\)?/.exec(frames)?.[1]
  return place === undefined ? '' : ` at ${place}`
}
