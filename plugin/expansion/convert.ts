import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/** Letters and numbers of any script, `-`, `.`, `_` (external-secrets.md 3.2). */
const KEPT = /[\p{L}\p{N}\-._]/u
const ESCAPE = /_U([\da-fA-F]{4,5})_/g

/** By strategy: what stands for a character that is not kept. */
const REPLACEMENTS: ReadonlyMap<string, (character: string) => string> = new Map([
  ['', () => '_'],
  ['Default', () => '_'],
  ['Unicode', (character: string) => `_U${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}_`],
])

/** Makes keys that a Secret may hold of the names at a provider. Throws SecretError InvalidSpec when two names become one key. */
export function convertKeys<T>(strategy: string, values: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return rename(values, (key) => convertKey(strategy, key))
}

/** Undoes the strategy `Unicode`, for names that are written to a provider (`ReverseUnicode`). Any other strategy changes nothing. */
export function reverseKeys<T>(strategy: string, values: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return rename(values, (key) => reverseKey(strategy, key))
}

/** {@link reverseKeys} for one name. Halves of surrogate pairs, which no name can hold, become U+FFFD. */
export function reverseKey(strategy: string, key: string): string {
  if (strategy !== 'ReverseUnicode') return key
  return key.replaceAll(ESCAPE, (_escape, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)).toWellFormed())
}

/** Unknown strategies change nothing, as in ESO; the schema refuses them before. */
function convertKey(strategy: string, key: string): string {
  const replace = REPLACEMENTS.get(strategy)
  return replace ? Array.from(key, (character) => (KEPT.test(character) ? character : replace(character))).join('') : key
}

function rename<T>(values: ReadonlyMap<string, T>, newName: (key: string) => string): ReadonlyMap<string, T> {
  const renamed = new Map<string, T>()
  for (const [key, value] of values) {
    const name = newName(key)
    if (renamed.has(name)) throw collision(name)
    renamed.set(name, value)
  }
  return renamed
}

function collision(name: string): SecretError {
  return new SecretError('InvalidSpec', `secret name collision during conversion: ${quoteName(name).slice(1, -1)}`, {
    remedy: 'use conversionStrategy: Unicode, or name the keys in data',
  })
}
