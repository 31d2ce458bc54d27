/** The codes of google.rpc.Code that this emulator answers with, and the HTTP status of each (google/rpc/code.proto). */
const HTTP_STATUS = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
} as const

export type StatusName = keyof typeof HTTP_STATUS

/** A failure as Google's APIs word it (https://google.aip.dev/193). */
export class ApiFailure extends Error {
  readonly status: StatusName

  constructor(status: StatusName, message: string) {
    super(message)
    this.status = status
  }

  get httpStatus(): number {
    return HTTP_STATUS[this.status]
  }

  /** The body of the answer. */
  toBody(): object {
    return { error: { code: this.httpStatus, message: this.message, status: this.status } }
  }
}
