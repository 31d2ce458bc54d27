import { goJson } from '../../json/go-json.ts'
import { jsonPathGet } from '../../json/json-path.ts'
import { isJsonList, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../../json/json-value.ts'
import { parseJson } from '../../json/parse-json.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'

/**
 * The value in an answer (external-secrets.md 7.7): all of it, or what a path of JSON finds there: text as it is, a number rounded to an integer, the
 * first of a list, an object as compact JSON. `field` is that of the path, for errors.
 *
 * Throws SecretError InvalidSpec where the path is none or finds nothing, Unavailable for an answer that is no JSON: it is not the server that the
 * store means, or it is not well. Neither quotes the answer or the path.
 */
export function resultOf(body: Uint8Array, jsonPath: string, field: string): Uint8Array {
  if (jsonPath === '') return body
  const found = at(field, () => jsonPathGet(jsonPath, answered(body)))
  const value = found === undefined ? undefined : firstOf(found)
  if (value === undefined) {
    throw new SecretError('InvalidSpec', 'the JSONPath finds nothing in the answer', {
      place: { field },
      remedy: 'compare the path with what the server answers',
    })
  }
  return new TextEncoder().encode(textOf(value))
}

/** The object that a value is, for what makes keys of its members: the generator, `dataFrom.extract`. Throws SecretError InvalidSpec. */
export function objectOf(value: Uint8Array): JsonObject {
  const json = parseJson(value, 'float64')
  if (isJsonObject(json)) return json
  throw new SecretError('InvalidSpec', 'what is to be extracted is not a JSON object', {
    remedy: 'let result.jsonPath find an object, or read the value by data instead of dataFrom.extract',
  })
}

function answered(body: Uint8Array): JsonValue {
  try {
    return parseJson(body, 'float64')
  } catch {
    throw new SecretError('Unavailable', 'the answer is not JSON', {
      lasting: true,
      remedy: 'see what the server answers: a page to log in, or an error with the status of a success?',
    })
  }
}

function at<T>(field: string, step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    throw asSecretError(thrown).at({ field })
  }
}

function firstOf(value: JsonValue): JsonValue | undefined {
  if (!isJsonList(value)) return value
  const [first] = value
  return first === undefined ? undefined : firstOf(first)
}

function textOf(value: JsonValue): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number') return roundedText(value)
  if (value instanceof JsonNumber) return value.literal
  return goJson(value)
}

/** Go's strconv.FormatFloat(value, 'f', 0, 64): the nearest integer with all its digits, halves to the even one. */
function roundedText(value: number): string {
  const floor = Math.floor(value)
  const isUp = value - floor > 0.5 || (value - floor === 0.5 && floor % 2 !== 0)
  const rounded = isUp ? floor + 1 : floor
  const isNegativeZero = rounded === 0 && (value < 0 || Object.is(value, -0))
  return isNegativeZero ? '-0' : BigInt(rounded).toString()
}
