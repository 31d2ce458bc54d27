import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import { type ByteText, bytesOf, byteText, textOf } from './byte-text.ts'
import { membersOf } from './gjson-members.ts'
import { type GjsonValue, isObject, parseGjson } from './gjson-value.ts'
import { isJson } from './is-json.ts'

/**
 * The keys and values of a JSON object, as `dataFrom.extract` gives them (external-secrets.md 3.4): strings unquoted, null as nothing,
 * everything else as the JSON it was, white space and number spelling included. The last of equal keys wins. The document `null` has no keys.
 * Throws SecretError InvalidSpec for anything else; the error does not quote it.
 */
export function jsonToSecretMap(bytes: Uint8Array): ReadonlyMap<string, SecretValue> {
  return mapOf(bytes, valueBytes)
}

/** The same with every value as the JSON it was, strings in their quotes (external-secrets.md 7.5). */
export function jsonToRawMap(bytes: Uint8Array): ReadonlyMap<string, SecretValue> {
  return mapOf(bytes, ({ raw }) => bytesOf(raw))
}

function mapOf(bytes: Uint8Array, bytesIn: (value: GjsonValue) => Uint8Array): ReadonlyMap<string, SecretValue> {
  const json = byteText(bytes)
  const value = parseGjson(json)
  if (isJson(json) && value.kind === 'null') return new Map()
  if (!isObject(value) || !isJson(json)) throw new SecretError('InvalidSpec', 'value is not a JSON object')
  return new Map(Array.from(membersOf(value), (member) => [unquote(member.key), new SecretValue(bytesIn(member.value))]))
}

function valueBytes({ kind, raw }: GjsonValue): Uint8Array {
  if (kind === 'string') return new TextEncoder().encode(unquote(raw))
  return kind === 'null' ? new Uint8Array() : bytesOf(raw)
}

/** As Go's encoding/json unquotes: bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD. */
function unquote(raw: ByteText): string {
  const text: unknown = JSON.parse(textOf(raw))
  return typeof text === 'string' ? text.toWellFormed() : ''
}
