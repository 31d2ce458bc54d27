import type { ApiAnswer } from './api-transport.ts'
import { KubeError } from './kube-error.ts'

/** The parts of metav1.Status that are names and numbers. Its `message` may quote what was sent and is never read. */
interface Status {
  readonly code?: number
  readonly reason?: string
  readonly details?: {
    readonly retryAfterSeconds?: number
    readonly causes?: readonly { readonly reason?: string; readonly field?: string }[]
  }
}

/** For answers that are no Status, as those of a load balancer (apimachinery, NewGenericServerResponse). */
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

/** What the server's answer to `what` (`update secrets default/db`) comes to. */
export function refusalOf(what: string, { status, retryAfter, body }: ApiAnswer): KubeError {
  return refusalOfStatus(what, parsedStatus(body), status, retryAfter)
}

/** The Status in an `ERROR` event of a watch; its own code is all there is. */
export function refusalInStream(what: string, object: unknown): KubeError {
  const status = typeof object === 'object' && object !== null ? (object as Status) : {}
  return refusalOfStatus(what, status, typeof status.code === 'number' ? status.code : 500, undefined)
}

function refusalOfStatus(what: string, said: Status, code: number, retryAfter: string | undefined): KubeError {
  const fallback = REASONS[code] ?? (code >= 500 ? 'InternalError' : 'Unknown')
  // `Gone` is what old servers say for it.
  const reason = code === 410 ? 'Expired' : isFromTheFuture(said) ? 'ResourceVersionTooLarge' : (word(said.reason) ?? fallback)
  const seconds = Number(retryAfter ?? said.details?.retryAfterSeconds ?? Number.NaN)
  const message = `cannot ${what}: ${reason} (${code})${causesOf(said)}`
  return new KubeError(message, code, reason, Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined)
}

/** It is asked for a version that it does not have yet: 504 Timeout with this cause (apiserver, NewTooLargeResourceVersionError). */
function isFromTheFuture({ details }: Status): boolean {
  return Array.isArray(details?.causes) && details.causes.some(({ reason }) => reason === 'ResourceVersionTooLarge')
}

function parsedStatus(body: string): Status {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

const MAX_CAUSES = 3

/** Which fields are wrong and how, by the names of the API; what looks like anything else is left out. */
function causesOf({ details }: Status): string {
  const causes = Array.isArray(details?.causes) ? details.causes : []
  const named = causes.flatMap(({ reason, field }) => {
    const how = word(reason)
    return how !== undefined && typeof field === 'string' && /^[\w.[\]/-]{1,120}$/.test(field) ? [`${field} ${how}`] : []
  })
  return named.length === 0 ? '' : `, ${named.slice(0, MAX_CAUSES).join(', ')}`
}

/** A constant of the API such as `FieldValueInvalid`. */
function word(text: unknown): string | undefined {
  return typeof text === 'string' && /^[A-Za-z]{1,60}$/.test(text) ? text : undefined
}
