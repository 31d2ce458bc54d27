import { bytesFrom } from './encoding.ts'

/** An object of a vector file. */
export type Fields = Readonly<Record<string, unknown>>

export function bytesMapFrom(encoded: unknown): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(isFields(encoded) ? encoded : {}).map(([key, value]) => [key, bytesFrom(value)]))
}

export function listFrom(encoded: unknown): readonly Fields[] {
  return Array.isArray(encoded) ? encoded.filter(isFields) : []
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text, or the empty one where there is none. */
export function textFrom(encoded: unknown): string {
  return typeof encoded === 'string' ? encoded : ''
}

/** An object, or the empty one where there is none. */
export function fieldsFrom(encoded: unknown): Fields {
  return isFields(encoded) ? encoded : {}
}
