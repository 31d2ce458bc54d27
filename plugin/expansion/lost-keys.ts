import { fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import type { ExpansionWarning } from './expansion-warning.ts'
import { deletionPolicy, type ExternalSecretInput } from './external-secret-input.ts'
import type { PlannedEntry, PlannedGeneration } from './plan.ts'

const NAMED = 3

/**
 * Keys that a generator makes and a later entry gives as well, so that what was made is lost, as far as that is certain before anything is asked:
 * a rewrite may rename them, a store may not have what may be missing, and the keys of an `extract` are the store's.
 */
export function lostKeys(input: ExternalSecretInput, entries: readonly PlannedEntry[]): readonly ExpansionWarning[] {
  const { place } = input
  const made = new Map<string, PlannedGeneration>()
  return entries.flatMap((entry) => {
    const lost = Map.groupBy(
      certainKeys(entry, input).filter((key) => made.has(key)),
      (key) => made.get(key),
    )
    for (const key of certainKeys(entry, input)) {
      made.delete(key)
      if (entry.generatorRef) made.set(key, entry)
    }
    return Array.from(lost, ([loser, keys]) => ({
      place: { ...place, field: fieldName(entry.path) },
      message: `gives ${namesOf(keys)} as ${loser?.generator.name} of ${fieldName(loser?.path ?? [])} does, whose ${keys.length === 1 ? 'value is' : 'values are'} lost (rename the keys of one by rewrite, or remove it)`,
    }))
  })
}

function certainKeys(entry: PlannedEntry, input: ExternalSecretInput): readonly string[] {
  if (entry.generatorRef) return entry.use.rewrite.length === 0 ? (entry.generator.keys ?? []) : []
  const isCertain = entry.use.kind === 'data' && !entry.isOptional && deletionPolicy(input) === 'Retain'
  return isCertain ? [entry.use.secretKey] : []
}

function namesOf(keys: readonly string[]): string {
  const named = keys.slice(0, NAMED).map(quoteName).join(', ')
  return keys.length > NAMED ? `${named} and ${keys.length - NAMED} more` : named
}
