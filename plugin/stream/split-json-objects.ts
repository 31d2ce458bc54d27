import type { Steps } from '../model/turns.ts'

/** What JSON has outside of strings besides brackets, by character code: anything else is YAML and left alone. */
const JSON_CODES = new Uint8Array(256)
for (const character of '\t\n\r ,:.+-0123456789eEtruefalsn') JSON_CODES[character.charCodeAt(0)] = 1

const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, QUOTE, SPACE] = [0x7b, 0x7d, 0x5b, 0x5d, 0x22, 0x20]

/** A stream of more objects than any application has stays in one piece: bounded work, and byte for byte the same output. */
const MOST_OBJECTS = 100_000
/** Characters, of which a step looks at about so many: a millisecond's. */
const STEP = 256 * 1024

/**
 * `source` cut where one JSON object ends and another one starts (`{…}{…}`, or one a line). One part, `source` itself, for everything else:
 * YAML, one object, or what only looks like JSON.
 */
export function* jsonObjectSteps(source: string): Steps<readonly string[]> {
  if (!mayBeJson(source)) return [source]
  const starts = yield* objectStarts(source, source.indexOf('{'))
  if (starts.length < 2) return [source]
  return starts.map((start, index) => source.slice(index === 0 ? 0 : start, starts[index + 1] ?? source.length))
}

/** The first thing in it is a brace. */
export function mayBeJson(source: string): boolean {
  return /^\s*\{/.test(source)
}

/** Where the objects of a sequence of JSON objects start; empty when it is none. */
function* objectStarts(source: string, first: number): Steps<readonly number[]> {
  const starts: number[] = []
  let depth = 0
  let stepEnd = first + STEP
  for (let index = first; index < source.length; index++) {
    if (index >= stepEnd) {
      stepEnd = index + STEP
      yield
    }
    const code = source.charCodeAt(index)
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (depth === 0 && starts.push(index) > MOST_OBJECTS) return []
      depth++
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--
    else if (code === QUOTE) index = stringEnd(source, index)
    else if (JSON_CODES[code] !== 1) return []
    if (index === -1 || depth < 0 || (depth === 0 && code > SPACE && code !== CLOSE_BRACE)) return []
  }
  return depth === 0 ? starts : []
}

/** The closing quote of the string that opens at `start`, or -1. */
function stringEnd(source: string, start: number): number {
  let end = source.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(source, end)) end = source.indexOf('"', end + 1)
  return end
}

function isEscaped(source: string, index: number): boolean {
  let backslashes = 0
  while (source[index - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
