import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

const NAMED = 3

/** Keys that several keys with different values became by one operation of a rewrite: ESO keeps any of them (external-secrets.md 2.8), a render none. */
export class KeyCollisions {
  readonly #byOperation = new Map<number, Set<string>>()

  note(operation: number, key: string): void {
    const keys = this.#byOperation.get(operation) ?? new Set()
    this.#byOperation.set(operation, keys.add(key))
  }

  /** Throws SecretError Conflict for the first operation with some. */
  check(rewrite: FieldPath): void {
    for (const [operation, keys] of this.#byOperation) {
      const named = [...keys].slice(0, NAMED).map(quoteName).join(', ')
      const more = keys.size > NAMED ? ` and ${keys.size - NAMED} more` : ''
      throw new SecretError('Conflict', `several keys with different values become ${named}${more}`, {
        place: { field: fieldName([...rewrite, operation]) },
        remedy: 'have each key become another one, or leave out those that are not wanted: an empty key is',
      })
    }
  }
}
