/** The API server refused a call, or could not be reached. Holds its status and reason, never an object's content. */
export class KubeError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Expired`, `Invalid`, `Forbidden` (metav1.StatusReason), `ResourceVersionTooLarge`, or a code of the connection (`ECONNREFUSED`). */
  readonly reason: string
  /** The server's own wish (Retry-After), in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, status: number, reason: string, retryAfterMs?: number) {
    super(message)
    this.name = 'KubeError'
    this.status = status
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}

export function isKubeError(thrown: unknown, ...reasons: readonly string[]): thrown is KubeError {
  return thrown instanceof KubeError && (reasons.length === 0 || reasons.includes(thrown.reason))
}
