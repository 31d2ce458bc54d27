/** The program was called in a way it does not understand: exit code 2 (R19), with a hint to `--help`. */
export class UsageError extends Error {
  readonly remedy: string

  constructor(message: string, remedy: string) {
    super(message)
    this.name = 'UsageError'
    this.remedy = remedy
  }
}
