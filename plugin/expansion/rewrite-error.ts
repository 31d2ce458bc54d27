/** An operation of `spec.dataFrom[].rewrite` that cannot be done. The message is ESO's and may quote a value: {@link shown} is what users see. */
export class RewriteError extends Error {
  override readonly name = 'RewriteError'
  /** Which operation, 0-based. */
  readonly operation: number
  /** The message without values (R18). */
  readonly shown: string
  readonly remedy: string | undefined

  constructor(operation: number, failure: OperationFailure) {
    super(`failed rewrite operation[${operation}]: ${failure.message}`)
    this.operation = operation
    this.shown = failure.shown
    this.remedy = failure.remedy
  }
}

/** Why one operation cannot be done, without its place in the list. */
export class OperationFailure extends Error {
  override readonly name = 'OperationFailure'
  readonly shown: string
  readonly remedy: string | undefined

  /** `shown` where the message may quote a value. */
  constructor(message: string, { shown, remedy }: { readonly shown?: string; readonly remedy?: string } = {}) {
    super(message)
    this.shown = shown ?? message
    this.remedy = remedy
  }
}
