import { bytesOf, byteText } from '../../json/byte-text.ts'
import { compareBytewise } from '../../json/compare-bytewise.ts'
import { gjsonGet, gjsonGetBytes } from '../../json/gjson.ts'
import { goJson } from '../../json/go-json.ts'
import { quoteAsGo, quoteTextAsGo } from '../../json/go-quote.ts'
import { isJsonObject, type JsonObject } from '../../json/json-value.ts'
import { parseJson } from '../../json/parse-json.ts'
import { jsonToRawMap } from '../../json/secret-map.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { PropertyRef } from '../provider.ts'
import type { FetchedSecret } from '../secret-reader.ts'

/**
 * All of the data as a JSON object of texts, the key of that name, or what the rest behind the first dot selects in the key before it
 * (external-secrets.md 3.5, 7.5); of metadata labels and annotations.
 */
export function selectProperty({ value }: FetchedSecret, { property = '', part }: PropertyRef): SecretValue {
  if (part === 'metadata') return SecretValue.fromText(metadataText(value, property))
  const data = dataOf(value)
  if (property === '') return new SecretValue(textsOf(data))
  return new SecretValue(bytesIn(data, property))
}

/** The keys of the data, or the members of the JSON object that `property` selects, which keep the quotes of their texts (external-secrets.md 7.5). */
export function extractMembers({ value }: FetchedSecret, { property = '', part }: PropertyRef): ReadonlyMap<string, SecretValue> {
  if (part === 'metadata') return metadataMembers(value, property)
  const data = dataOf(value)
  if (property !== '') return jsonToRawMap(bytesIn(data, property))
  return new Map(Array.from(data, ([key, bytes]) => [key, new SecretValue(bytes)]))
}

function dataOf(value: SecretValue): ReadonlyMap<string, Uint8Array> {
  return new Map(Array.from(objectIn(value), ([key, text]) => [key, Buffer.from(typeof text === 'string' ? text : '', 'base64')]))
}

function bytesIn(data: ReadonlyMap<string, Uint8Array>, property: string): Uint8Array {
  const literal = data.get(property)
  if (literal) return literal
  const dot = property.indexOf('.')
  const inner = dot > 0 ? data.get(property.slice(0, dot)) : undefined
  const selected = inner && gjsonGetBytes(inner, property.slice(dot + 1))
  if (selected) return selected
  throw noProperty()
}

/** Bytes that are no UTF-8 are replaced, as encoding/json does it. */
function textsOf(data: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const members = [...data].toSorted(([one], [other]) => compareBytewise(one, other))
  return bytesOf(`{${members.map(([key, bytes]) => `${quoteTextAsGo(key)}:${quoteAsGo(byteText(bytes))}`).join(',')}}`)
}

/** `labels.team`. Behind the first dot stands a whole name, dots and all; only where there is none of it the path that ESO makes of it. */
function metadataText(value: SecretValue, property: string): string {
  if (property === '') return new TextDecoder().decode(value.reveal())
  const [field = '', ...rest] = property.split('.')
  const texts = objectIn(value).get(field)
  if (texts === undefined || !isJsonObject(texts)) throw noProperty()
  if (rest.length === 0) return goJson(texts)
  const literal = texts.get(rest.join('.'))
  const text = typeof literal === 'string' ? literal : gjsonGet(goJson(texts), rest.join(''))
  if (text === undefined) throw noProperty()
  return text
}

function metadataMembers(value: SecretValue, property: string): ReadonlyMap<string, SecretValue> {
  if (property !== '') return jsonToRawMap(new TextEncoder().encode(metadataText(value, property)))
  return new Map(Array.from(objectIn(value), ([field, texts]) => [field, SecretValue.fromText(goJson(texts))]))
}

function objectIn(value: SecretValue): JsonObject {
  const json = parseJson(value.reveal(), 'verbatim')
  return isJsonObject(json) ? json : new Map()
}

function noProperty(): SecretError {
  return new SecretError('NotFound', 'the Secret has no such property', {
    remedy: 'name a key of its data, or of a key that holds JSON a path behind a dot',
  })
}
