export type JsonPathToken =
  | { readonly kind: 'name' | 'sign'; readonly text: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }

/** What the scanner of Go programs takes apart: white space between tokens is nothing. */
const TOKEN =
  /\s*(?:(?<name>[\p{L}_][\p{L}\p{Nd}_]*)|(?<quoted>"(?:[^"\\\n]|\\.)*")|`(?<raw>[^`]*)`|'(?<character>[^'\\\n])'|(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?<sign>==|!=|[.[\]()*:,?@$-]))/uy

/** The tokens of a path; `undefined` where some character belongs to none. */
export function jsonPathTokens(path: string): readonly JsonPathToken[] | undefined {
  const text = path.trimEnd()
  const tokens: JsonPathToken[] = []
  const pattern = new RegExp(TOKEN)
  while (pattern.lastIndex < text.length) {
    const groups = pattern.exec(text)?.groups
    const token = groups && tokenOf(groups)
    if (!token) return undefined
    tokens.push(token)
  }
  return tokens
}

function tokenOf({ name, quoted, raw, character, number, sign }: Record<string, string | undefined>): JsonPathToken | undefined {
  if (name !== undefined) return { kind: 'name', text: name }
  if (sign !== undefined) return { kind: 'sign', text: sign }
  if (number !== undefined) return { kind: 'number', value: Number(number) }
  const value = quoted === undefined ? (raw ?? character) : unquoted(quoted)
  return value === undefined ? undefined : { kind: 'text', value }
}

/** Go's escapes that JSON does not have are none here. */
function unquoted(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
