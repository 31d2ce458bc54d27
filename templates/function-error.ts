/** A function that cannot do what its arguments ask: Go's returned error, or its panic. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
  /** Whether the message is free of data; undefined: what the catalogue says of the function. */
  readonly safe: true | undefined

  constructor(message: string, safe?: true) {
    super(message)
    this.safe = safe
  }
}

/**
 * A call that is not made: it may not be in this render, or it goes deeper than we follow. Unlike other errors it is never
 * passed over, since what sprig goes on with would be another result. The message is free of data.
 */
export class RefusedCall extends FunctionError {
  constructor(message: string) {
    super(message, true)
  }
}

/** What nests deeper than functions follow: each level takes a piece of the stack. Go's own limits are 10,000 or none. */
export function nestsTooDeeply(what: 'value' | 'JSON' | 'YAML', levels: number): RefusedCall {
  return new RefusedCall(`the ${what} nests deeper than ${levels} levels`)
}
