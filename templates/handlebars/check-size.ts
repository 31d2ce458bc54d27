import { TemplateError } from '../engine.ts'

/** In characters. The parser takes about 2 µs for each, so that parsing ends within a second. */
const LONGEST = 512 * 1024
/** Blocks, `else if`s and parentheses inside each other. The parser's time grows with the square of them. */
const DEEPEST = 100

/** Throws TemplateError for a template that would keep the parser busy: it is too long, or nests too deeply. */
export function checkSize(text: string): void {
  if (text.length > LONGEST) {
    throw new TemplateError(`the template is longer than ${LONGEST} characters`, { line: 1, column: 1, safe: true })
  }
  /** For each open block how many `else if`s it has: they nest too, and close with it. */
  const open: number[] = []
  let depth = 0
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const tag = tagAt(text, start)
    if (tag.kind === 'open') {
      open.push(0)
      depth += 1
    } else if (tag.kind === 'chain' && open.length > 0) {
      open.push((open.pop() ?? 0) + 1)
      depth += 1
    } else if (tag.kind === 'close') {
      depth -= open.length > 0 ? 1 + (open.pop() ?? 0) : 0
    }
    if (depth + tag.parentheses > DEEPEST) throw tooDeep(text, start)
    start = text.indexOf('{{', tag.end)
  }
}

interface Tag {
  readonly kind: 'open' | 'close' | 'chain' | 'other'
  /** The most that are open at once. */
  readonly parentheses: number
  readonly end: number
}

function tagAt(text: string, start: number): Tag {
  const head = /\{{2,4}~?[#^/!]?/y
  head.lastIndex = start
  const opening = head.exec(text)?.[0] ?? '{{'
  const inside = start + opening.length
  if (opening.endsWith('!')) return { kind: 'other', parentheses: 0, end: endOfComment(text, inside) }
  return { kind: kindOfTag(opening, text.slice(inside, inside + 64)), ...inner(text, inside) }
}

function kindOfTag(opening: string, rest: string): Tag['kind'] {
  if (opening.endsWith('/')) return 'close'
  if (opening.endsWith('#')) return 'open'
  if (opening.endsWith('^')) return /^\s*~?\}\}/.test(rest) ? 'other' : 'open'
  return /^\s*else\s+[^\s~}]/.test(rest) ? 'chain' : 'other'
}

function endOfComment(text: string, inside: number): number {
  const end = text.indexOf(text.startsWith('--', inside) ? '--' : '}}', text.startsWith('--', inside) ? inside + 2 : inside)
  return end < 0 ? text.length : end + 2
}

/** Up to the closing braces; what is in quotes or brackets counts for nothing. */
function inner(text: string, inside: number): Pick<Tag, 'parentheses' | 'end'> {
  let parentheses = 0
  let open = 0
  for (let index = inside; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '}' && text.charAt(index + 1) === '}') return { parentheses, end: index + 2 }
    if (character === '(') parentheses = Math.max(parentheses, ++open)
    else if (character === ')') open -= 1
    else if (character === '"' || character === "'" || character === '[') index = behindQuoted(text, index)
  }
  return { parentheses, end: text.length }
}

/** The index of the closing quote or bracket; of the opening one when it never closes. */
function behindQuoted(text: string, open: number): number {
  const close = text.charAt(open) === '[' ? ']' : text.charAt(open)
  for (let end = text.indexOf(close, open + 1); end >= 0; end = text.indexOf(close, end + 1)) {
    if (text.charAt(end - 1) !== '\\') return end
  }
  return open
}

function tooDeep(text: string, at: number): TemplateError {
  const before = text.slice(0, at).split('\n')
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  return new TemplateError(`the template nests deeper than ${DEEPEST} levels`, { ...place, safe: true })
}
