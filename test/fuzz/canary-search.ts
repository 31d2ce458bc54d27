import { inspect } from 'node:util'
import type { Random } from '../../plugin/model/random.ts'

/** Something secret that must never be seen outside of a Secret's data. */
export interface Canary {
  /** What it is, for a failing test; never what it holds. */
  readonly name: string
  readonly text: string
}

const PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** What JSON, URLs, HTML and YAML write differently, and nothing that Base64 has. */
const SPECIAL = `"\\&<%#'`

/** Shorter pieces are found by chance, or are words. */
const FRAGMENT_BYTES = 8

/** 32 random letters and digits, as tokens and passwords have them. */
export function plainCanary(random: Random, name: string): Canary {
  return { name, text: Array.from(random.bytes(32), (byte) => PLAIN[byte % PLAIN.length]).join('') }
}

/** 32 random characters with some that every encoding writes in its own way. */
export function specialCanary(random: Random, name: string): Canary {
  const letters = Array.from(plainCanary(random, name).text)
  for (const [index, character] of Array.from(SPECIAL).entries()) letters[3 + index * 4] = character
  return { name, text: letters.join('') }
}

/** A text in all the forms that a program might print it in, with the length of what counts as a trace of it. */
function formsOf(text: string): readonly (readonly [form: string, written: string, window: number])[] {
  const bytes = Buffer.from(text)
  const aligned = [0, 1, 2].map((padding) => Buffer.concat([Buffer.alloc(padding), bytes]))
  const base64 = aligned.map((buffer) => buffer.toString('base64').slice(4, -4))
  return [
    ['plain', text, FRAGMENT_BYTES],
    ['reversed', Array.from(text).toReversed().join(''), FRAGMENT_BYTES],
    ['JSON', JSON.stringify(text).slice(1, -1), FRAGMENT_BYTES],
    ['JSON twice', JSON.stringify(JSON.stringify(text)).slice(3, -3), FRAGMENT_BYTES + 2],
    ['URL', encodeURIComponent(text), FRAGMENT_BYTES],
    ['HTML', text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'), FRAGMENT_BYTES],
    ...base64.map((written) => ['base64', written, 12] as const),
    ...base64.map((written) => ['base64url', written.replaceAll('+', '-').replaceAll('/', '_'), 12] as const),
    ['hex', bytes.toString('hex'), FRAGMENT_BYTES * 2],
    ['hex', bytes.toString('hex').toUpperCase(), FRAGMENT_BYTES * 2],
    ['bytes', `,${[...bytes].join(',')},`, 28],
  ]
}

/** Finds traces of canaries in what a program says. */
export class CanarySearch {
  readonly #traces = new Map<number, Map<string, string>>()
  readonly #patterns: readonly (readonly [string, RegExp])[]

  /** `patterns` are forms of secrets that only servers know: tokens that they gave. */
  constructor(canaries: readonly Canary[], patterns: readonly (readonly [string, RegExp])[] = []) {
    this.#patterns = patterns
    for (const { name, text } of canaries) {
      for (const [form, written, window] of formsOf(text)) this.#add(`${name} (${form})`, written, window)
    }
  }

  #add(what: string, written: string, window: number): void {
    const known = this.#traces.get(window) ?? new Map<string, string>()
    this.#traces.set(window, known)
    for (let start = 0; start + window <= written.length; start++) known.set(written.slice(start, start + window), what)
  }

  /** Names and forms of what is in `said`, wherever in it and however it was broken into lines. */
  findIn(said: string): readonly string[] {
    const found = new Set<string>()
    for (const [what, pattern] of this.#patterns) if (pattern.test(said)) found.add(what)
    // Without blanks `<Buffer 61 62>` is hex and an array in columns a list; without indexes a typed array's JSON is one too.
    const dense = said.replaceAll(/\s+/g, '').replaceAll(/"\d+":/g, '')
    for (const text of [said, dense]) {
      for (const [window, traces] of this.#traces) {
        for (let start = 0; start + window <= text.length; start++) {
          const what = traces.get(text.slice(start, start + window))
          if (what !== undefined) found.add(what)
        }
      }
    }
    return [...found]
  }
}

/** Everything about a thing that some logger, inspector or serialiser would print. */
export function everythingOf(thing: unknown): string {
  const parts = [inspect(thing, { depth: 9, showHidden: true, maxArrayLength: null, maxStringLength: null }), String(thing)]
  try {
    parts.push(JSON.stringify(thing) ?? '')
  } catch {
    parts.push('no JSON')
  }
  for (let error: unknown = thing; error instanceof Error; error = error.cause) {
    parts.push(
      error.message,
      error.stack ?? '',
      inspect(error, { depth: 9, showHidden: true, getters: true }),
      JSON.stringify(error),
    )
  }
  if (Array.isArray(thing)) parts.push(...thing.map(everythingOf))
  return parts.join('\n')
}
