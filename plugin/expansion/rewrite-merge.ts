import { byteText, byteTextOf, textOf } from '../../templates/byte-text.ts'
import { goQuote } from '../../templates/go-format/quote.ts'
import { jsonSyntaxError } from '../../templates/json-syntax.ts'
import { goJson, jsonValueBytes } from '../json/go-json.ts'
import { isJsonList, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../json/json-value.ts'
import { parseJson } from '../json/parse-json.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import { inByteOrder } from './in-byte-order.ts'
import { OperationFailure } from './rewrite-error.ts'

/** `spec.dataFrom[].rewrite[].merge`; what is missing is the default (external-secrets.md 2.8). */
export interface MergeOptions {
  readonly into?: string | undefined
  readonly priority?: readonly string[] | undefined
  readonly priorityPolicy?: string | undefined
  readonly conflictPolicy?: string | undefined
  readonly strategy?: string | undefined
}

/**
 * Merges values that are JSON objects: first those without priority in the order of their keys, then the others as listed, later ones over
 * earlier ones, only the first level. Strategy Extract leaves the merged fields, JSON adds them all as one value. Undefined for a strategy that
 * nobody knows: ESO has no map then, and the schema refuses it before. Throws OperationFailure.
 */
export function mergeValues(
  options: MergeOptions,
  values: ReadonlyMap<string, SecretValue>,
): ReadonlyMap<string, SecretValue> | undefined {
  const { merged, conflicts } = merge(options, values)
  if (options.conflictPolicy !== 'Ignore' && conflicts.length > 0) throw conflict(conflicts)
  if (options.strategy === 'JSON') return withJson(options, values, merged)
  return !options.strategy || options.strategy === 'Extract' ? extracted(merged) : undefined
}

interface Merged {
  readonly merged: JsonObject
  /** Fields that were there already, once for every time. */
  readonly conflicts: readonly string[]
}

function merge({ priority = [], priorityPolicy }: MergeOptions, values: ReadonlyMap<string, SecretValue>): Merged {
  const merged = new Map<string, JsonValue>()
  const conflicts: string[] = []
  const others = inByteOrder(values).flatMap(([key]) => (priority.includes(key) ? [] : [key]))
  for (const key of [...others, ...priority]) {
    const value = values.get(key)
    if (!value && priorityPolicy === 'IgnoreNotFound') continue
    if (!value) throw missingKey(key)
    for (const [field, content] of inByteOrder(objectOf(key, value))) {
      if (merged.has(field)) conflicts.push(field)
      merged.set(field, content)
    }
  }
  return { merged, conflicts }
}

function objectOf(key: string, value: SecretValue): JsonObject {
  const bytes = value.reveal()
  const problem = jsonSyntaxError(byteText(bytes))
  if (problem !== undefined) throw noObject(key, textOf(problem))
  const json = parse(key, bytes)
  if (json === null) return new Map()
  if (!isJsonObject(json))
    throw noObject(key, `json: cannot unmarshal ${jsonKind(json)} into Go value of type map[string]interface {}`)
  return json
}

/** Of JSON that is well formed only numbers can be out of range, and its depth. */
function parse(key: string, bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes, 'float64')
  } catch (thrown) {
    if (thrown instanceof SecretError) throw noObject(key, thrown.message)
    throw thrown
  }
}

function jsonKind(json: JsonValue): string {
  if (isJsonList(json)) return 'array'
  if (typeof json === 'string') return 'string'
  return typeof json === 'number' || json instanceof JsonNumber ? 'number' : 'bool'
}

function extracted(merged: JsonObject): ReadonlyMap<string, SecretValue> {
  return new Map([...merged].map(([field, value]) => [field, new SecretValue(jsonValueBytes(value))]))
}

function withJson(
  { into }: MergeOptions,
  values: ReadonlyMap<string, SecretValue>,
  merged: JsonObject,
): ReadonlyMap<string, SecretValue> {
  if (!into)
    throw new OperationFailure("merge failed with missing 'into' field", { remedy: 'name the key of the merged object in into' })
  return new Map([...values, [into, new SecretValue(new TextEncoder().encode(withoutHtmlEscapes(goJson(merged))))]])
}

const HTML_ESCAPES: ReadonlyMap<string, string> = new Map([
  [String.raw`\u003c`, '<'],
  [String.raw`\u003e`, '>'],
  [String.raw`\u0026`, '&'],
])

/** Every escape is looked at as a whole: behind an escaped backslash `u003c` is text. */
function withoutHtmlEscapes(json: string): string {
  return json.replaceAll(/\\(?:u[\da-f]{4}|.)/g, (escape) => HTML_ESCAPES.get(escape) ?? escape)
}

function conflict(fields: readonly string[]): OperationFailure {
  return new OperationFailure(`merge failed with conflicts: ${fields.join(', ')}`, {
    shown: `merge failed with conflicts: ${fields.map((field) => quoteName(field).slice(1, -1)).join(', ')}`,
    remedy: 'these fields are in several values: name the key whose value wins in priority, and set conflictPolicy: Ignore',
  })
}

function missingKey(key: string): OperationFailure {
  return new OperationFailure(`merge failed with key ${textOf(goQuote(byteTextOf(key)))} not found in input map`, {
    shown: `merge failed with key ${quoteName(key)} not found in input map`,
    remedy: 'correct priority, or set priorityPolicy: IgnoreNotFound',
  })
}

/** R18: what a JSON parser says quotes the value. */
function noObject(key: string, problem: string): OperationFailure {
  return new OperationFailure(`merge failed with failed to unmarshal JSON: ${problem}`, {
    shown: `merge failed with failed to unmarshal JSON: the value of ${quoteName(key)} is not a JSON object`,
  })
}
