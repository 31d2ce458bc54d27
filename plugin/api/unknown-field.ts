import type { FieldPath } from '../model/field-path.ts'
import { nearestName } from './nearest-name.ts'
import type { FieldProblem } from './reading.ts'

/** So many known names are listed; a longer list helps nobody. */
const MAX_LISTED = 12

/** The warning for a field that no schema knows; ESO's CRDs drop such fields without a word. `known`: the names that would be right there. */
export function unknownField(path: FieldPath, known: readonly string[]): FieldProblem {
  const nearest = nearestName(String(path.at(-1)), known)
  return {
    path,
    message: 'is an unknown field, which is ignored',
    remedy: nearest ? `write ${nearest}, or remove it` : others(known),
  }
}

function others(known: readonly string[]): string {
  if (known.length === 0) return 'remove it'
  const listed = known.slice(0, MAX_LISTED).join(', ')
  return `remove it, or use one of ${known.length > MAX_LISTED ? `${listed}, …` : listed}`
}
