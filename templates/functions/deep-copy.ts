import { nestsTooDeeply } from '../function-error.ts'
import { GoList, GoMap, isList, isMap, type TemplateValue } from '../value.ts'
import { SemverVersion } from './semver-version.ts'
import type { FunctionCall } from './template-function.ts'

const DEEPEST = 1_000
const BYTES_PER_ITEM = 16
/** The copy has no field that Go does not export: of a version it has none. */
const NO_PARTS = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' }

/** The value with lists and maps of its own all the way down (copystructure). Throws FunctionError for what nests without end. */
export function deepCopy(value: TemplateValue, call: Pick<FunctionCall, 'step'>, depth = 0): TemplateValue {
  call.step(BYTES_PER_ITEM)
  if (depth > DEEPEST) throw nestsTooDeeply('value', DEEPEST)
  const inner = (item: TemplateValue) => deepCopy(item, call, depth + 1)
  if (isList(value)) return new GoList(value.type, value.isNil ? undefined : value.items.map(inner))
  if (value instanceof SemverVersion) return new SemverVersion(NO_PARTS, value.type)
  if (!isMap(value)) return value
  return new GoMap(value.type, value.isNil ? undefined : value.inserted().map(([key, member]) => [key, inner(member)]))
}
