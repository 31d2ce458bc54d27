/** A JSON text none of whose keys has an escape, and how such a key is read back. */
export interface PlainKeys {
  readonly text: string
  /** The key of the text that was given, for one of {@link PlainKeys.text}. */
  readonly nameOf: (key: string) => string
}

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
/** White space of JSON. */
const SPACE = new Set([32, 9, 10, 13])
/**
 * V8 of Node 24 and 26 may read a key with an escape as another one of the same length that it has seen before: once any text had the key
 * `\`, `"\n"` can become `\` as well, in every later parse of the process (https://github.com/nodejs/node/issues/63785). In a process that
 * renders for many tenants one could change the keys of another. So no such key is given to JSON.parse: each is written without escapes, or
 * as a stand-in where that is impossible. Equal keys stay equal, others different, and their order stays; a text that is no JSON stays none.
 */
export function plainKeys(json: string): PlainKeys {
  if (!json.includes('\\')) return { text: json, nameOf: (key) => key }
  const keys = escapedKeys(json)
  if (keys.length === 0) return { text: json, nameOf: (key) => key }
  const prefix = unusedPrefix(json, keys)
  const standIns = new Map<string, string>()
  const names = new Map<string, string>()
  const parts: string[] = []
  let end = 0
  for (const key of keys) {
    const written = needsNoEscape(key.name) ? key.name : (standIns.get(key.name) ?? `${prefix}${standIns.size}`)
    if (written !== key.name) {
      standIns.set(key.name, written)
      names.set(written, key.name)
    }
    parts.push(json.slice(end, key.start), `"${written}"`)
    end = key.end
  }
  parts.push(json.slice(end))
  return { text: parts.join(''), nameOf: (key) => names.get(key) ?? key }
}

/** Halves of surrogate pairs count as if they did. */
function needsNoEscape(name: string): boolean {
  return JSON.stringify(name) === `"${name}"`
}

interface EscapedKey {
  readonly name: string
  /** Of the string with its quotes. */
  readonly start: number
  readonly end: number
}

/** Strings before a colon. Not all of a text that is no JSON are keys: written in another way they are wrong in the same place. */
function escapedKeys(json: string): readonly EscapedKey[] {
  const keys: EscapedKey[] = []
  for (let start = json.indexOf('"'); start !== -1; ) {
    const { end, hasEscape } = stringAt(json, start)
    const name = hasEscape && isBeforeColon(json, end) ? decoded(json.slice(start, end)) : undefined
    if (name !== undefined) keys.push({ name, start, end })
    start = json.indexOf('"', end)
  }
  return keys
}

/** Behind the closing quote, or at the end of a text where it is missing. */
function stringAt(json: string, start: number): { readonly end: number; readonly hasEscape: boolean } {
  let hasEscape = false
  for (let at = start + 1; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) return { end: at + 1, hasEscape }
    if (code !== BACKSLASH) continue
    hasEscape = true
    at++
  }
  return { end: json.length, hasEscape }
}

function isBeforeColon(json: string, end: number): boolean {
  let at = end
  while (SPACE.has(json.charCodeAt(at))) at++
  return json.charCodeAt(at) === COLON
}

/** A text alone is not a key: V8 reads it right. */
function decoded(text: string): string | undefined {
  try {
    return String(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The start of no key, so that no stand-in is one; with a letter, because keys that are numbers change their place. */
function unusedPrefix(json: string, keys: readonly EscapedKey[]): string {
  for (let count = 0; ; count++) {
    const prefix = `k${count}:`
    if (!json.includes(prefix) && !keys.some(({ name }) => name.includes(prefix))) return prefix
  }
}
