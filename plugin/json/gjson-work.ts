import { SecretError } from '../model/secret-error.ts'

/** Characters looked at by one path; a path written to multiply its input ends here, in well under a second. */
const MOST_CHARACTERS = 64 * 1024 * 1024
const DEEPEST = 500

/** What one path may still cost. gjson itself has no such bound; a path comes from whoever may write a manifest. */
export class GjsonWork {
  #left = MOST_CHARACTERS
  #depth = 0

  /** Throws SecretError InvalidSpec when the path has cost too much. */
  spend(characters: number): void {
    this.#left -= characters + 1
    if (this.#left < 0) throw new SecretError('InvalidSpec', 'the property path is too expensive for its secret')
  }

  /** Runs `step` one level deeper. Throws SecretError InvalidSpec beyond {@link DEEPEST} levels. */
  deeper<T>(step: () => T): T {
    if (this.#depth >= DEEPEST) throw new SecretError('InvalidSpec', `the property path nests deeper than ${DEEPEST} levels`)
    this.#depth += 1
    try {
      return step()
    } finally {
      this.#depth -= 1
    }
  }
}
