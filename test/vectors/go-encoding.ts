import { byteText, byteTextOf } from '../../templates/byte-text.ts'
import { GoDuration } from '../../templates/functions/go-duration.ts'
import type { GoTime } from '../../templates/functions/go-time.ts'
import { parseTime } from '../../templates/functions/parse-time.ts'
import { findZone, utc } from '../../templates/functions/time-zone.ts'
import { GoFloat, GoInt, int } from '../../templates/go-number.ts'
import { type GoType, isIntKind, listOf, mapOf, types } from '../../templates/go-type.ts'
import { GoList, GoMap, listOfAny, mapOfAny, type TemplateValue } from '../../templates/value.ts'

const BASIC: readonly GoType[] = Object.values(types)

/** A typed value as vector files write it (`meta.encoding`): plain JSON, or `{"$go": type, …}`. */
export function goValueFrom(encoded: unknown): TemplateValue {
  if (typeof encoded === 'string') return byteTextOf(encoded)
  if (typeof encoded === 'boolean') return encoded
  if (typeof encoded === 'number') return int(encoded)
  if (Array.isArray(encoded)) return listOfAny(encoded.map(goValueFrom))
  if (!isRecord(encoded)) return undefined
  if (typeof encoded.$go === 'string') return typedValue(encoded.$go, encoded)
  return mapOfAny(Object.entries(encoded).map(([key, member]) => [byteTextOf(key), goValueFrom(member)]))
}

function typedValue(name: string, { v, b64, zone }: Readonly<Record<string, unknown>>): TemplateValue {
  if (typeof b64 === 'string') {
    const bytes = Buffer.from(b64, 'base64')
    return name === 'string'
      ? byteText(bytes)
      : new GoList(
          types.bytes,
          Array.from(bytes, (byte) => new GoInt(types.uint8, BigInt(byte))),
        )
  }
  if (name === 'time.Time' || name === '*time.Time') return timeFrom(String(v), String(zone))
  if (name === 'time.Duration') return new GoDuration(BigInt(String(v)))
  return scalarOf(typeOf(name), v)
}

function scalarOf(type: GoType, v: unknown): TemplateValue {
  if (isIntKind(type.kind)) return new GoInt(type, BigInt(String(v)))
  if (type.kind === 'float64' || type.kind === 'float32') return new GoFloat(type, floatFrom(String(v)))
  if (type.kind === 'slice') return listFrom(type, v)
  if (type.kind === 'map') return mapFrom(type, v)
  if (type.kind === 'string') return byteTextOf(String(v))
  throw new TypeError(`no value of Go's type ${type.name}`)
}

function timeFrom(rfc3339: string, zone: string): GoTime {
  return parseTime('2006-01-02T15:04:05.999999999Z07:00', rfc3339, utc).in(findZone(zone) ?? utc)
}

function floatFrom(text: string): number {
  return text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)
}

/** An element of a list or map whose type is known: a bare number is one of that type. */
function elementFrom(type: GoType, encoded: unknown): TemplateValue {
  return type === types.any || isRecord(encoded) ? goValueFrom(encoded) : encoded === null ? undefined : scalarOf(type, encoded)
}

function listFrom(type: GoType, v: unknown): GoList {
  const element = type.element ?? types.any
  return new GoList(type, Array.isArray(v) ? v.map((item: unknown) => elementFrom(element, item)) : undefined)
}

function mapFrom(type: GoType, v: unknown): GoMap {
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(v) ? v : Object.entries(isRecord(v) ? v : {})
  const element = type.element ?? types.any
  return new GoMap(
    type,
    pairs.map(([key, member]) => [byteTextOf(String(key)), elementFrom(element, member)]),
  )
}

function typeOf(name: string): GoType {
  if (name.startsWith('[]')) return listOf(typeOf(name.slice(2)))
  const [, key, element] = /^map\[([^\]]*)\](.*)$/.exec(name) ?? []
  if (key !== undefined && element !== undefined) return mapOf(typeOf(key), typeOf(element))
  const known = BASIC.find((type) => type.name === name)
  return known ?? { name, kind: 'struct' }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
