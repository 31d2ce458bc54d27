import type { ByteText } from './byte-text.ts'

/** One of the paths in `{name:path,…}` or `[path,…]`. */
export interface SubPath {
  /** As written, quotes included; undefined when none was given. */
  readonly name: ByteText | undefined
  readonly path: ByteText
}

export interface Multipath {
  readonly parts: readonly SubPath[]
  /** What of the path comes behind the closing bracket. */
  readonly rest: ByteText
}

/** Splits a path that starts with `{` or `[`; undefined when the bracket never closes. */
export function parseMultipath(path: ByteText): Multipath | undefined {
  const parts: SubPath[] = []
  let depth = 1
  let start = 1
  let colon: number | undefined
  let inModifier = false
  const push = (end: number) => {
    parts.push(
      colon === undefined
        ? { name: undefined, path: path.slice(start, end) }
        : { name: path.slice(start, colon), path: path.slice(colon + 1, end) },
    )
    start = end + 1
    colon = undefined
    inModifier = false
  }
  for (let index = 1; index < path.length; index++) {
    const character = path.charAt(index)
    if (character === '\\') index += 1
    else if (character === '@') inModifier ||= '.|'.includes(path.charAt(index - 1))
    else if (character === ':' && !inModifier && depth === 1) colon ??= index
    else if (character === ',' && depth === 1) push(index)
    else if (character === '"') index = closingQuote(path, index)
    else if ('[({'.includes(character)) depth += 1
    else if ('])}'.includes(character) && --depth === 0) {
      push(index)
      return { parts, rest: path.slice(index + 1) }
    }
  }
  return undefined
}

function closingQuote(path: ByteText, open: number): number {
  let index = open + 1
  while (index < path.length && path.charAt(index) !== '"') index += path.charAt(index) === '\\' ? 2 : 1
  return index
}

/** The key for a value whose path was given no name: the path's last step, or `_` when that is more than a name. */
export function nameOfPath(path: ByteText): ByteText {
  const last = lastStep(path)
  const isSimple = Array.from(last).every((character) => character >= ' ' && !'[]{}()#|!'.includes(character))
  return isSimple ? last : '_'
}

function lastStep(path: ByteText): ByteText {
  for (let index = path.length - 1; index >= 0; index--) {
    if ('|.'.includes(path.charAt(index)) && path.charAt(index - 1) !== '\\') return path.slice(index + 1)
  }
  return path
}
