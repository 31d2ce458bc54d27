import { isUtf8 } from 'node:buffer'
import type { KeyRefusal, ShapeValue, TemplateShape } from './template-shape.ts'

/** What keeps fetched keys from filling a shape: names only, never a value. */
export type Misfit =
  | { readonly what: 'missing'; readonly keys: readonly string[] }
  /** None of the groups is complete. */
  | { readonly what: 'no choice'; readonly groups: readonly (readonly string[])[] }
  | { readonly what: 'key refused'; readonly refusal: KeyRefusal }
  | { readonly what: 'wrong value'; readonly key: string; readonly holds: Exclude<ShapeValue, 'bytes'> }

/** The first thing that does not fit, undefined when all does. */
export function findMisfit(shape: TemplateShape, data: ReadonlyMap<string, Uint8Array>): Misfit | undefined {
  const missing = shape.inputs.filter(({ key, use }) => use === 'required' && !data.has(key)).map(({ key }) => key)
  if (missing.length > 0) return { what: 'missing', keys: missing }
  if (shape.oneOf && !shape.oneOf.some((group) => group.every((key) => isGiven(data, key))))
    return { what: 'no choice', groups: shape.oneOf }

  const refusal = shape.anyKeys?.refused?.([...data.keys()])
  if (refusal) return { what: 'key refused', refusal }
  const holds = new Map<string, ShapeValue>(shape.inputs.map((input) => [input.key, input.holds]))
  const optional = new Set(shape.inputs.filter(({ use }) => use === 'optional').map(({ key }) => key))
  for (const [key, value] of data) {
    const kind = holds.get(key) ?? shape.anyKeys?.holds ?? 'bytes'
    if (kind === 'bytes' || (optional.has(key) && value.byteLength === 0)) continue
    if (!HOLDS[kind](value)) return { what: 'wrong value', key, holds: kind }
  }
  return undefined
}

/** RFC 7468: OpenSSH and OpenSSL write their own words before PRIVATE KEY. */
const HOLDS: Readonly<Record<Exclude<ShapeValue, 'bytes'>, (value: Uint8Array) => boolean>> = {
  text: isUtf8,
  line: (value) => isUtf8(value) && !value.some(isControl),
  certificate: (value) => isUtf8(value) && textOf(value).includes('-----BEGIN CERTIFICATE-----'),
  'private key': (value) => isUtf8(value) && /-----BEGIN (?:[A-Z0-9 ]{1,40} )?PRIVATE KEY-----/.test(textOf(value)),
}

function textOf(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}

/** Optional keys count as missing when they are empty. */
export function isGiven(data: ReadonlyMap<string, Uint8Array>, key: string): boolean {
  return (data.get(key)?.byteLength ?? 0) > 0
}

/** A tab is none: values may have it. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09) || byte === 0x7f
}
