import { gjsonGet } from '../../json/gjson.ts'
import { jsonValueBytes } from '../../json/go-json.ts'
import { isJsonObject, type JsonObject } from '../../json/json-value.ts'
import { parseJson } from '../../json/parse-json.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { PropertyRef } from '../provider.ts'
import type { FetchedSecret } from '../secret-reader.ts'

/** All of the secret, the top-level key that `property` names literally, or else what it selects as a gjson path (external-secrets.md 3.5, 7.4). */
export function selectProperty({ value }: FetchedSecret, { property }: PropertyRef): SecretValue {
  if (property === undefined || property === '') return value
  const json = new TextDecoder().decode(value.reveal())
  const literal = objectOf(value)?.get(property)
  if (literal !== undefined) return new SecretValue(jsonValueBytes(literal))
  const selected = gjsonGet(json, property)
  if (selected === undefined) {
    throw new SecretError('NotFound', 'the secret has no such property', {
      remedy: 'check the spelling, and which version is current',
    })
  }
  return SecretValue.fromText(selected)
}

/** The members of what {@link selectProperty} gives. Their numbers have gone through a float64, as in ESO: only `data[]` keeps every digit. */
export function extractMembers(secret: FetchedSecret, ref: PropertyRef): ReadonlyMap<string, SecretValue> {
  const json = parseJson(selectProperty(secret, ref).reveal(), 'float64')
  if (json === null) return new Map()
  if (!isJsonObject(json)) {
    throw new SecretError('InvalidSpec', 'what is to be extracted is not a JSON object', {
      remedy: 'let property select an object, or read the value by data instead of dataFrom.extract',
    })
  }
  return new Map([...json].map(([key, member]) => [key, new SecretValue(jsonValueBytes(member))]))
}

function objectOf(value: SecretValue): JsonObject | undefined {
  const json = parseJson(value.reveal(), 'verbatim')
  return isJsonObject(json) ? json : undefined
}
