import type { FieldPath } from '../model/field-path.ts'
import type { DataFromEntry, ExternalSecret } from './external-secret.ts'
import { parseGoDuration } from './go-duration.ts'
import type { FieldProblem } from './reading.ts'
import { NOTHING, type Rule } from './rule.ts'

type ExternalSecretRule = Rule<ExternalSecret>

const NO_DURATION = 'is no Go duration; expected a number with a unit, such as 1h30m'
const DURATION_REMEDY = 'use the units ns, us, ms, s, m and h'

const refreshIntervalIsNoDuration: ExternalSecretRule = ({ spec }) =>
  parseGoDuration(spec.refreshInterval) === undefined
    ? [{ path: ['spec', 'refreshInterval'], message: NO_DURATION, remedy: DURATION_REMEDY }]
    : NOTHING

const syncWindowDurationIsNoDuration: ExternalSecretRule = ({ spec }) =>
  (spec.syncWindows?.windows ?? []).flatMap(({ duration }, index) =>
    parseGoDuration(duration) === undefined
      ? [{ path: ['spec', 'syncWindows', 'windows', index, 'duration'], message: NO_DURATION, remedy: DURATION_REMEDY }]
      : [],
  )

/** external-secrets.md 2.6. */
const dataSourceIsNotExactlyOne: ExternalSecretRule = ({ spec }) =>
  spec.data
    ? spec.data.flatMap(({ sourceRef }, index) =>
        sourceRef ? exactlyOne(sourceRef, ['storeRef', 'generatorRef'], ['spec', 'data', index, 'sourceRef']) : [],
      )
    : NOTHING

/** external-secrets.md 2.7; ESO's CRD also refuses one that is empty. */
const dataFromSourceIsNotExactlyOne: ExternalSecretRule = ({ spec }) =>
  (spec.dataFrom ?? []).flatMap(({ sourceRef }, index) =>
    sourceRef ? exactlyOne(sourceRef, ['storeRef', 'generatorRef'], ['spec', 'dataFrom', index, 'sourceRef']) : [],
  )

/** external-secrets.md 2.8. */
const rewriteIsNotExactlyOneOperation: ExternalSecretRule = ({ spec }) =>
  (spec.dataFrom ?? []).flatMap(({ rewrite }, index) =>
    (rewrite ?? []).flatMap((operation, step) =>
      exactlyOne(operation, ['regexp', 'transform', 'merge'], ['spec', 'dataFrom', index, 'rewrite', step]),
    ),
  )

/** external-secrets.md 2.8: `into` is required by the strategy JSON. */
const mergeIntoJsonHasNoName: ExternalSecretRule = ({ spec }) =>
  (spec.dataFrom ?? []).flatMap(({ rewrite }, index) =>
    (rewrite ?? []).flatMap(({ merge }, step) =>
      merge?.strategy === 'JSON' && merge.into === ''
        ? [{ path: ['spec', 'dataFrom', index, 'rewrite', step, 'merge', 'into'], message: 'is missing; strategy JSON needs it' }]
        : [],
    ),
  )

/** What ESO's CRD refuses beyond types, in the order of the fields. */
export const externalSecretRules: readonly ExternalSecretRule[] = [
  refreshIntervalIsNoDuration,
  syncWindowDurationIsNoDuration,
  dataSourceIsNotExactlyOne,
  dataFromSourceIsNotExactlyOne,
  rewriteIsNotExactlyOneOperation,
  mergeIntoJsonHasNoName,
]

type Choice = NonNullable<DataFromEntry['sourceRef']> | NonNullable<DataFromEntry['rewrite']>[number]

function exactlyOne(choice: Choice, names: readonly string[], path: FieldPath): readonly FieldProblem[] {
  const set = names.filter((name) => Object.hasOwn(choice, name))
  if (set.length === 1) return []
  const message =
    set.length === 0 ? `is empty; expected one of ${names.join(', ')}` : `has ${set.join(' and ')}; expected only one`
  return [{ path, message, remedy: set.length === 0 ? `set ${names.join(' or ')}` : `keep one of ${set.join(', ')}` }]
}
