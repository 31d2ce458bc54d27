/** A number with the spelling that it had: `1.50`, `12345678901234567890`. */
export class JsonNumber {
  readonly literal: string

  constructor(literal: string) {
    this.literal = literal
  }
}

/** JSON in memory; null is JSON's own, `undefined` is no value. Objects are maps, so that no key can mean anything to JavaScript. */
export type JsonValue = null | boolean | string | number | JsonNumber | readonly JsonValue[] | JsonObject

export type JsonObject = ReadonlyMap<string, JsonValue>

export function isJsonObject(value: JsonValue): value is JsonObject {
  return value instanceof Map
}

export function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** Looks at the value itself, not into it. */
export function isJsonValue(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') return true
  return value instanceof JsonNumber || value instanceof Map || Array.isArray(value)
}
