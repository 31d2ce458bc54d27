import type { ErrorKind } from './secret-error.ts'

/** What follows from a failure. Everything that reacts to an error asks here, by kind, and nowhere else. */
export interface Consequence {
  /** Of the command line (R19). */
  readonly exitCode: number
  /** Of the daemon and the controller. */
  readonly httpStatus: number
  /** The same call may succeed in a moment: retried within the call's deadline, unless the error says that it lasts. */
  readonly retryCall: boolean
  /** The controller tries the object again by itself, with backoff (external-secrets.md 4.5). */
  readonly requeue: boolean
  /** The last good value may stand in (R16). */
  readonly staleAllowed: boolean
}

export const errorPolicy: Readonly<Record<ErrorKind, Consequence>> = {
  InvalidSpec: { exitCode: 3, httpStatus: 422, retryCall: false, requeue: false, staleAllowed: false },
  Conflict: { exitCode: 3, httpStatus: 409, retryCall: false, requeue: false, staleAllowed: false },
  NotFound: { exitCode: 4, httpStatus: 404, retryCall: false, requeue: true, staleAllowed: false },
  AccessDenied: { exitCode: 5, httpStatus: 403, retryCall: false, requeue: true, staleAllowed: false },
  Throttled: { exitCode: 6, httpStatus: 429, retryCall: true, requeue: true, staleAllowed: true },
  Unavailable: { exitCode: 6, httpStatus: 503, retryCall: true, requeue: true, staleAllowed: true },
  Timeout: { exitCode: 6, httpStatus: 504, retryCall: true, requeue: true, staleAllowed: true },
  Deadline: { exitCode: 6, httpStatus: 504, retryCall: false, requeue: true, staleAllowed: false },
  Bug: { exitCode: 1, httpStatus: 500, retryCall: false, requeue: true, staleAllowed: false },
}
