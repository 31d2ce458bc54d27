import { type ByteText, runeAt } from './byte-text.ts'

type Token = number | 'any' | 'one'

/**
 * Whether `text` fits `pattern`: `*` is any run of characters, `?` one, a backslash takes the next character as it is.
 * Gives what the Go package tidwall/match gives, in time proportional to the product of the two lengths.
 */
export function matchesWildcard(text: ByteText, pattern: ByteText): boolean {
  const tokens = tokensOf(pattern)
  if (!tokens) return false
  const runes = runesOf(text)
  let rune = 0
  let token = 0
  let star: { readonly token: number; rune: number } | undefined
  while (rune < runes.length) {
    const expected = tokens[token]
    if (expected === 'any') {
      star = { token: token + 1, rune }
      token += 1
    } else if (expected === 'one' || (expected !== undefined && expected === runes[rune])) {
      rune += 1
      token += 1
    } else if (star) {
      star.rune += 1
      rune = star.rune
      token = star.token
    } else {
      return false
    }
  }
  return tokens.slice(token).every((rest) => rest === 'any')
}

/** Undefined for a pattern that fits nothing: it ends in a backslash. Behind a `*` such a backslash stands for itself. */
function tokensOf(pattern: ByteText): readonly Token[] | undefined {
  const tokens: Token[] = []
  for (let index = 0; index < pattern.length; ) {
    const { rune, size } = runeAt(pattern, index)
    index += size
    if (rune === 0x2a) tokens.push('any')
    else if (rune === 0x3f) tokens.push('one')
    else if (rune !== 0x5c) tokens.push(rune)
    else if (index < pattern.length) {
      const escaped = runeAt(pattern, index)
      tokens.push(escaped.rune)
      index += escaped.size
    } else if (tokens.includes('any')) tokens.push(rune)
    else return undefined
  }
  return tokens
}

function runesOf(text: ByteText): readonly number[] {
  const runes: number[] = []
  for (let index = 0; index < text.length; ) {
    const { rune, size } = runeAt(text, index)
    runes.push(rune)
    index += size
  }
  return runes
}
