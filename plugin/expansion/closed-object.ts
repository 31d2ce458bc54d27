import { inspect } from 'node:util'
import { isJsonList, isJsonMap, type JsonLike, type JsonLikeMap } from '../../templates/go-yaml/json-like.ts'

/** An object of any kind that holds values of secrets. Prints as `[secret]` wherever it lands, as a `SecretValue` does. */
export class ClosedObject {
  readonly #object: JsonLikeMap

  constructor(object: JsonLikeMap) {
    this.#object = object
  }

  /** For a merge into it, and for {@link plainObject}; nothing else calls it. */
  reveal(): JsonLikeMap {
    return this.#object
  }

  toString = (): string => '[secret]'
  toJSON = (): string => '[secret]';
  [inspect.custom] = (): string => '[secret]'
}

/** The object as it is written: plain values, integers that a number cannot hold as bigint. */
export function plainObject(object: JsonLikeMap): Record<string, unknown> {
  return Object.fromEntries(Array.from(object, ([key, value]) => [key, plain(value)]))
}

function plain(value: JsonLike): unknown {
  if (isJsonMap(value)) return plainObject(value)
  if (isJsonList(value)) return value.map(plain)
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** The other way round: whole numbers are integers, as Kubernetes reads them. */
export function jsonLikeObject(object: Readonly<Record<string, unknown>>): JsonLikeMap {
  return new Map(Object.entries(object).map(([key, value]) => [key, jsonLike(value)]))
}

function jsonLike(value: unknown): JsonLike {
  if (Array.isArray(value)) return value.map(jsonLike)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value
  return isRecord(value) ? jsonLikeObject(value) : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
