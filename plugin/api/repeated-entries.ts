import { isDeepStrictEqual } from 'node:util'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { WHEN_MISSING } from './annotations.ts'
import type { ExternalSecret, ExternalSecretSpec } from './external-secret.ts'
import { NOTHING, type Rule } from './rule.ts'

interface RepeatedKey {
  readonly path: FieldPath
  readonly key: string
  /** The entry that has it too. */
  readonly other: string
}

/** Entries of `data` with the key of an entry before them: the value of the last one that exists counts (external-secrets.md 3.1). */
export function repeatedKeys({ data = [] }: ExternalSecretSpec): readonly RepeatedKey[] {
  const first = new Map<string, string>()
  return data.flatMap(({ secretKey: key }, index) => {
    const other = first.get(key)
    if (other !== undefined) {
      const path = ['spec', 'data', index, 'secretKey']
      return [{ path, key, other }]
    }
    first.set(key, fieldName(['spec', 'data', index]))
    return []
  })
}

/** With Retain ESO's webhook refuses it, and so do the rules of that; with the others what exists may stand in for what does not. */
const keyIsRepeated: Rule<ExternalSecret> = ({ spec }) => {
  if (spec.target.deletionPolicy === 'Retain') return NOTHING
  return repeatedKeys(spec).map(({ path, key, other }) => {
    const message = `is ${quoteName(key)} as in ${other}: where both exist, the value of that one is lost`
    return {
      path,
      message,
      remedy: `remove one of the two; for stores that are asked in order there is the annotation ${WHEN_MISSING}`,
    }
  })
}

/** Two entries that ask one generator give keys of one name, but not one value: lost keys tell those. */
const entryIsRepeated: Rule<ExternalSecret> = ({ spec: { dataFrom = [] } }) =>
  dataFrom.flatMap((entry, index) => {
    const other = entry.extract || entry.find ? dataFrom.findIndex((before) => isDeepStrictEqual(before, entry)) : index
    if (other === index) return []
    const message = `is the same as ${fieldName(['spec', 'dataFrom', other])}, and gives the same keys once more`
    return [{ path: ['spec', 'dataFrom', index], message, remedy: 'remove one of the two' }]
  })

/** What the API takes, and what cannot be meant: warnings. */
export const repetitionRules: readonly Rule<ExternalSecret>[] = [keyIsRepeated, entryIsRepeated]
