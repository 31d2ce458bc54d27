import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import type { Place } from '../model/secret-error.ts'
import type { ExpansionWarning } from './expansion-warning.ts'

const NAMED = 3

/** Keys that several keys became by one operation of a rewrite, so that the value of one alone is left: ESO takes any of them (external-secrets.md 2.8). */
export class KeyCollisions {
  readonly #byField = new Map<string, Set<string>>()

  note(operation: FieldPath, key: string): void {
    const field = fieldName(operation)
    const keys = this.#byField.get(field) ?? new Set()
    this.#byField.set(field, keys.add(key))
  }

  /** One an operation. */
  warnings(place: Place): readonly ExpansionWarning[] {
    return Array.from(this.#byField, ([field, keys]) => {
      const named = [...keys].slice(0, NAMED).map(quoteName).join(', ')
      const more = keys.size > NAMED ? ` and ${keys.size - NAMED} more` : ''
      return {
        place: { ...place, field },
        message: `several keys become ${named}${more}: the value of the last one by its old name is kept`,
      }
    })
  }
}
