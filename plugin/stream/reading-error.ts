/** Why a text cannot be read, and where in it. Only inside this folder: callers get a SecretError with file and line. */
export class ReadingError extends Error {
  /** Index into {@link text}. */
  readonly offset: number
  readonly remedy: string
  /** The text as the parser saw it; its lines are those of the document. `undefined` when that is the document's own text. */
  readonly text: string | undefined

  constructor(message: string, offset: number, remedy: string, text?: string) {
    super(message)
    this.name = 'ReadingError'
    this.offset = offset
    this.remedy = remedy
    this.text = text
  }

  within(text: string): ReadingError {
    return new ReadingError(this.message, this.offset, this.remedy, text)
  }
}
