/** A rendered template that cannot go where it should. The message is ESO's. */
export class ScopeError extends Error {
  override readonly name = 'ScopeError'
  /** The message cannot hold a value (rule R18). */
  readonly safe: boolean

  constructor(message: string, about: { readonly safe: boolean }) {
    super(message)
    this.safe = about.safe
  }
}
