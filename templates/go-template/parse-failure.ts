/** A text that is no template. The message is Go's without its prefix. */
export class ParseFailure extends Error {
  override readonly name = 'ParseFailure'
  /** In bytes from the start of the template. */
  readonly position: number
  /** 1-based. */
  readonly line: number
  /** Where the action started that does not end; Go names the template there once more. */
  readonly started: { readonly started: string; readonly line: number } | undefined

  constructor(message: string, position: number, line: number, started?: { readonly started: string; readonly line: number }) {
    super(message)
    this.position = position
    this.line = line
    this.started = started
  }
}
