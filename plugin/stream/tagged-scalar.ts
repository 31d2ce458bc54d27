import type { ManifestValue } from './manifest-document.ts'
import { plainScalar } from './plain-scalar.ts'

const CORE = 'tag:yaml.org,2002:'

/** The whole name of a tag as it is written (`!!str`, `!k!str`, `!<tag:…>`); `handles` are those of `%TAG` lines. */
export function tagName(written: string, handles: ReadonlyMap<string, string>): string {
  if (written.startsWith('!<')) return written.slice(2, -1)
  const handle = written.slice(0, written.indexOf('!', 1) + 1) || '!'
  const prefix = handles.get(handle) ?? (handle === '!!' ? CORE : handle)
  return prefix + written.slice(handle.length)
}

export type Tagged = { readonly ok: true; readonly value: ManifestValue } | { readonly ok: false; readonly wanted: string }

/**
 * A scalar with a tag, as go-yaml v2 reads it: the tag has to agree with what the text means without quotes; tags that it does not know give a string.
 * Bytes of `!!binary` become text, what is not UTF-8 in them U+FFFD, as they do on their way through JSON.
 */
export function taggedScalar(name: string, text: string): Tagged {
  if (name === `${CORE}binary`) return binary(text)
  const wanted = name.startsWith(CORE) ? TYPES.get(name.slice(CORE.length)) : undefined
  if (!wanted) return { ok: true, value: text }
  const value = plainScalar(text)
  return wanted(value) ? { ok: true, value } : { ok: false, wanted: `!!${name.slice(CORE.length)}` }
}

const isNumber = (value: ManifestValue): boolean => typeof value === 'number' || typeof value === 'bigint'

const TYPES: ReadonlyMap<string, (value: ManifestValue) => boolean> = new Map([
  ['null', (value: ManifestValue): boolean => value === null],
  ['bool', (value: ManifestValue): boolean => typeof value === 'boolean'],
  ['int', (value: ManifestValue): boolean => typeof value === 'bigint' || Number.isInteger(value)],
  ['float', isNumber],
])

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Go's decoder passes over line breaks and nothing else. */
function binary(text: string): Tagged {
  const digits = text.replaceAll(/[\r\n]/g, '')
  if (digits.length % 4 !== 0 || !BASE64.test(digits)) return { ok: false, wanted: '!!binary' }
  return { ok: true, value: Buffer.from(digits, 'base64').toString('utf8') }
}
