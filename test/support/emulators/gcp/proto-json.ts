import type { Definition, FieldDefinition, SecretManagerProtos } from './proto-definitions.ts'
import { ApiFailure } from './status.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

export interface JsonStyle {
  /** `$alt=json;enum-encoding=int`, as the generated clients ask. */
  readonly enums: 'names' | 'numbers'
}

/** A scalar as text; proto3 JSON writes the same int64 as text or number. Anything else is empty. */
export function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/**
 * `message` in proto3 JSON (https://protobuf.dev/programming-guides/json): enums by name or number; what the definition does not know is a bug of the emulator.
 * Values come in as JSON already: bytes as base64, int64 and timestamps as strings.
 */
export function encodeMessage(protos: SecretManagerProtos, type: string, message: JsonObject, style: JsonStyle): JsonObject {
  return convert(protos, type, message, (definition, value) => {
    if (!('values' in definition) || style.enums === 'names') return value
    return definition.values[asText(value)] ?? value
  })
}

/** A request's body: field names in either spelling, enums by name or number, unknown fields refused as the real API does. */
export function decodeMessage(protos: SecretManagerProtos, type: string, body: JsonObject): JsonObject {
  return convert(protos, type, body, (definition, value) => {
    if (!('values' in definition) || typeof value !== 'number') return value
    return Object.entries(definition.values).find(([, number]) => number === value)?.[0] ?? value
  })
}

type EnumValue = (definition: Definition, value: Json) => Json

function convert(protos: SecretManagerProtos, type: string, message: JsonObject, enumValue: EnumValue): JsonObject {
  const found = protos.lookup(type, '')
  if (!found || !('fields' in found.definition)) throw new ApiFailure('INTERNAL', `no message ${type}`)
  const { fields } = found.definition
  const scope = found.name
  const one = (field: FieldDefinition, value: Json): Json => {
    const inner = protos.lookup(field.type, scope)
    if (!inner || value === null) return value
    if ('values' in inner.definition) return enumValue(inner.definition, value)
    return convert(protos, inner.name, value as JsonObject, enumValue)
  }
  return Object.fromEntries(
    Object.entries(message).map(([spelling, value]) => {
      const name = spelling.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
      const field = fields[name]
      if (!field) throw new ApiFailure('INVALID_ARGUMENT', `Unknown name "${spelling}": Cannot find field.`)
      if (field.rule === 'repeated') return [name, (value as readonly Json[]).map((item) => one(field, item))]
      if (field.keyType)
        return [name, Object.fromEntries(Object.entries(value as JsonObject).map(([k, v]) => [k, one(field, v)]))]
      return [name, one(field, value)]
    }),
  )
}
