import { whenMissingPath } from '../api/when-missing.ts'
import { fieldName } from '../model/field-path.ts'
import { type StandIn, standInText } from '../model/stand-in.ts'
import type { Collected } from './collect.ts'
import type { ExpansionWarning } from './expansion-warning.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { Plan, PlannedRead } from './plan.ts'

/** What stands in for values of an ExternalSecret that do not exist, because its author says so. What only deletionPolicy leaves out is none. */
export function standInsOf(
  { namespace, resource }: ExternalSecretInput,
  { given, leftOut, defaulted }: Collected,
  { stores }: Pick<Plan, 'stores'>,
): readonly StandIn[] {
  const externalSecret = `${namespace}/${resource.metadata.name}`
  const elsewhere = given.flatMap(({ entry }): readonly StandIn[] => {
    if (entry.generatorRef || !entry.passedOver) return []
    const store = stores.get(entry.identity)?.store.name ?? entry.identity
    return [{ externalSecret, kind: 'otherStore', what: nameOf(entry), store }]
  })
  const missing = leftOut.filter((entry) => entry.isOptional && !defaulted.includes(nameOf(entry)))
  return [
    ...elsewhere,
    ...defaulted.map((key): StandIn => ({ externalSecret, kind: 'default', what: key, store: '' })),
    ...missing.map((entry): StandIn => ({ externalSecret, kind: 'leftOut', what: nameOf(entry), store: '' })),
  ]
}

/** Nothing stands in silently. */
export function standInWarnings({ place }: ExternalSecretInput, standIns: readonly StandIn[]): readonly ExpansionWarning[] {
  return standIns.map((one) => ({ place: { ...place, field: fieldName(whenMissingPath()) }, message: standInText(one) }))
}

function nameOf({ use, path }: PlannedRead): string {
  return use.kind === 'data' ? use.secretKey : fieldName(path)
}
