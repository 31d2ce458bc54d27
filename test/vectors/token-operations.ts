import { findMember } from '../../plugin/json/find-member.ts'
import { formatGoFloat } from '../../plugin/json/go-float.ts'
import { isJsonList, isJsonObject, JsonNumber, type JsonValue } from '../../plugin/json/json-value.ts'
import { jwtClaims, jwtExpiration, jwtPayload } from '../../plugin/json/jwt-claims.ts'
import { parseJson } from '../../plugin/json/parse-json.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { byteText, byteTextOf, textOf } from '../../templates/byte-text.ts'
import { floatText } from '../../templates/go-format/float-text.ts'
import { float64 } from '../../templates/go-number.ts'
import { jsonSyntaxError } from '../../templates/json-syntax.ts'

type Input = Readonly<Record<string, unknown>>

export function parseJwtClaims(input: Input): unknown {
  const token = String(input.token)
  checkJson(token, 'error un-marshaling claims: ')
  return encodedJson(jwtClaims(token))
}

export function extractJwtExpiration(input: Input): unknown {
  const token = String(input.token)
  try {
    checkJson(token, 'error un-marshaling claims: ')
    jwtClaims(token)
  } catch (thrown) {
    if (thrown instanceof SecretError) throw new SecretError(thrown.kind, `error getting claims: ${thrown.message}`)
    throw thrown
  }
  return formatGoFloat(jwtExpiration(token))
}

/** What the parser says is withheld from users; the vectors have it. */
function checkJson(token: string, prefix: string): void {
  const payload = jwtPayload(token)
  const problem = jsonSyntaxError(byteText(payload)) ?? typeProblem(parseJson(payload, 'float64'))
  if (problem !== undefined) throw new SecretError('InvalidSpec', prefix + textOf(problem))
}

function typeProblem(json: JsonValue): string | undefined {
  if (json === null || isJsonObject(json)) return undefined
  const kind = isJsonList(json) ? 'array' : typeof json === 'boolean' ? 'bool' : typeof json
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`
}

/** The Go function is generic: a member of another type than the default's gives that type's zero value. */
export function fetchValueFromMetadata(input: Input): unknown {
  const problem = jsonSyntaxError(byteTextOf(String(input.data)))
  if (problem !== undefined) throw new SecretError('InvalidSpec', `failed to parse JSON raw data: ${textOf(problem)}`)
  const object = parseJson(String(input.data), 'float64')
  const member = isJsonObject(object) ? findMember(object, String(input.key)) : undefined
  if (member === undefined) return input.default
  const wantsList = typeof input.default === 'object'
  if (isJsonList(member) === wantsList && (wantsList || typeof member === typeof input.default)) return encodedJson(member)
  return wantsList ? null : typeof input.default === 'string' ? '' : typeof input.default === 'boolean' ? false : 0
}

function encodedJson(value: JsonValue): unknown {
  if (isJsonList(value)) return value.map(encodedJson)
  if (isJsonObject(value)) return Object.fromEntries(Array.from(value, ([key, member]) => [key, encodedJson(member)]))
  if (value instanceof JsonNumber) return value.literal
  return typeof value === 'number' ? { $go: 'float64', v: floatText(float64(value)) } : value
}
