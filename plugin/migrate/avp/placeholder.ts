/** What is done with a value before it is put in: `| jsonPath {.user}` has the name `jsonPath` and the words `{.user}`. */
export interface Modifier {
  readonly name: string
  readonly words: readonly string[]
}

/** A `<…>` that argocd-vault-plugin replaces. Without a path it is generic: the annotation `avp.kubernetes.io/path` names it. */
export interface Placeholder {
  readonly path?: string
  readonly key: string
  readonly version?: string
  readonly modifiers: readonly Modifier[]
}

export type TextPart = string | Placeholder

/** Which `<…>` are placeholders: those with a path alone, or, with the annotation for the path, all. */
export type PlaceholderScope = 'inline' | 'all'

interface Found {
  readonly start: number
  readonly end: number
}

const START = '<path:'

/**
 * The text around placeholders and the placeholders, in order; joined they are the text. What counts as one is what argocd-vault-plugin 1.18 takes
 * for one (its `<path:PATH#KEY[#VERSION]>` may span lines, its `<…>` may not). Linear in the size of the text.
 */
export function splitPlaceholders(text: string, scope: PlaceholderScope): readonly TextPart[] {
  const parts: TextPart[] = []
  let done = 0
  for (const { start, end } of scope === 'all' ? anyIn(text) : inlineIn(text)) {
    if (start > done) parts.push(text.slice(done, start))
    parts.push(placeholderOf(text.slice(start, end)))
    done = end
  }
  if (done < text.length) parts.push(text.slice(done))
  return parts
}

export function hasPlaceholder(text: string, scope: PlaceholderScope): boolean {
  return text.includes('<') && !(scope === 'all' ? anyIn(text) : inlineIn(text)).next().done
}

function* anyIn(text: string): Generator<Found> {
  const closing = finder(text, '>')
  const lineBreak = finder(text, '\n')
  for (let start = text.indexOf('<'); start !== -1; ) {
    const close = closing(start + 1)
    const end = lineBreak(start + 1)
    if (close === -1) return
    if (end !== -1 && end < close) {
      start = text.indexOf('<', end)
      continue
    }
    yield { start, end: close + 1 }
    start = text.indexOf('<', close + 1)
  }
}

function* inlineIn(text: string): Generator<Found> {
  const finders = { path: finder(text, '#'), key: finder(text, '#'), version: finder(text, '#') }
  const keyEnd = finder(text, '>')
  const versionEnd = finder(text, '>')
  for (let start = text.indexOf(START); start !== -1; ) {
    const pathEnd = finders.path(start + START.length + 1)
    if (pathEnd === -1) return
    const end = text[start + START.length] === '#' ? undefined : endOfKey(pathEnd + 1)
    if (end !== undefined) yield { start, end }
    start = text.indexOf(START, end ?? start + 1)
  }

  /** Behind the `>` that ends the placeholder whose key starts at `start`. */
  function endOfKey(start: number): number | undefined {
    const hash = finders.key(start)
    const close = keyEnd(start + 1)
    if (close !== -1 && (hash === -1 || close < hash)) return hash === start ? undefined : close + 1
    return hash === -1 || hash === start ? undefined : endOfVersion(hash + 1)
  }

  function endOfVersion(start: number): number | undefined {
    const hash = finders.version(start)
    const close = versionEnd(start + 1)
    return close === -1 || (hash !== -1 && hash < close) ? undefined : close + 1
  }
}

/** Like indexOf for starts that mostly grow, without looking at the same characters again. */
function finder(text: string, sign: string): (start: number) => number {
  let from = 0
  let at = text.indexOf(sign)
  return (start) => {
    if (start < from || (at !== -1 && at < start)) {
      from = start
      at = text.indexOf(sign, start)
    }
    return at
  }
}

function placeholderOf(text: string): Placeholder {
  const [name = '', ...statements] = trimmedOf(text, '<>').split('|')
  return { ...referenceOf(trimmedOf(name, ' ')), modifiers: statements.map(modifierOf) }
}

function modifierOf(statement: string): Modifier {
  const [name = '', ...words] = statement.split(/\s+/).filter((word) => word !== '')
  return { name, words }
}

/** `path:PATH#KEY[#VERSION]` anywhere in the name; what does not read so is the name of a key. */
function referenceOf(name: string): Omit<Placeholder, 'modifiers'> {
  for (let start = name.indexOf('path:'); start !== -1; ) {
    const pathStart = start + 'path:'.length
    const pathEnd = name.indexOf('#', pathStart)
    if (pathEnd === -1) break
    const next = name.indexOf('#', pathEnd + 1)
    const key = name.slice(pathEnd + 1, next === -1 ? undefined : next)
    if (pathEnd > pathStart && key !== '') {
      const version = next === -1 ? '' : name.slice(next + 1)
      return { path: name.slice(pathStart, pathEnd), key: key.trim(), ...(version !== '' && { version }) }
    }
    start = name.indexOf('path:', pathEnd)
  }
  return { key: name }
}

/** Without the given characters at both ends (Go's strings.Trim). */
function trimmedOf(text: string, characters: string): string {
  let start = 0
  let end = text.length
  while (start < end && characters.includes(text.charAt(start))) start++
  while (end > start && characters.includes(text.charAt(end - 1))) end--
  return text.slice(start, end)
}
