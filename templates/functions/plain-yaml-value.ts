import { GoFloat, GoInt } from '../go-number.ts'
import { resolvePlain } from '../go-yaml/resolve.ts'
import type { YamlScalar, YamlValue } from '../go-yaml/yaml-value.ts'
import { bytesOfList, type GoMap, isList, isMap, isObject, type TemplateValue } from '../value.ts'
import { GrowingText } from './growing-text.ts'
import type { FunctionCall } from './template-function.ts'

/** Far below where any of the two ways ends. */
const DEEPEST = 100
/** A key that is longer than 1024 characters in its JSON is no key to libyaml. */
const LONGEST_KEY = 128
/** A YAML reader gives back from its JSON what it is: no break to fold, nothing that is not printable, no byte that is not UTF-8. */
const PLAIN = /^[ -~]*$/
/** Of a value with the comma behind it. */
const SMALLEST = 2
const INT64 = 2n ** 63n

/**
 * What a YAML reader makes of the value's JSON, without writing and reading it; undefined where the detour may give something else, or
 * an error. All is counted before it is made, as JSON's writer does. Throws BudgetExceeded.
 */
export function plainYamlValue(value: TemplateValue, call: Pick<FunctionCall, 'step' | 'reserve'>): YamlValue | undefined {
  return valueOf(value, new GrowingText(call), 0)
}

function valueOf(value: TemplateValue, written: GrowingText, depth: number): YamlValue | undefined {
  written.grow(SMALLEST)
  if (typeof value === 'string') {
    written.grow(value.length)
    return PLAIN.test(value) ? value : undefined
  }
  if (depth > DEEPEST || isObject(value) || bytesOfList(value) !== undefined) return undefined
  if (typeof value === 'boolean') return value
  if (value === undefined || ((isList(value) || isMap(value)) && value.isNil)) return null
  if (isMap(value)) return mapOf(value, written, depth)
  if (!isList(value)) return numberOf(value)
  const items: YamlValue[] = []
  for (const item of value.items) {
    const plain = valueOf(item, written, depth + 1)
    if (plain === undefined) return undefined
    items.push(plain)
  }
  return items
}

function mapOf(map: GoMap, written: GrowingText, depth: number): YamlValue | undefined {
  if (map.type.key?.kind !== 'string') return undefined
  const entries = new Map<YamlScalar, YamlValue>()
  for (const [key, member] of map.inserted().toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    written.grow(key.length)
    const plain = key.length <= LONGEST_KEY && PLAIN.test(key) ? valueOf(member, written, depth + 1) : undefined
    if (plain === undefined) return undefined
    entries.set(key, plain)
  }
  return entries
}

/** Numbers are what YAML makes of their digits: a whole float becomes an integer. */
function numberOf(value: unknown): YamlScalar | undefined {
  if (value instanceof GoInt) {
    return value.value >= -INT64 && value.value < INT64 ? value.value : undefined
  }
  if (!(value instanceof GoFloat) || !Number.isFinite(value.value)) return undefined
  return resolvePlain(Object.is(value.value, -0) ? '-0' : String(value.value)).value
}
