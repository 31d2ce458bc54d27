import { type ByteText, runeAt } from '../byte-text.ts'
import { isDigit, isLetter } from './runes.ts'

interface Reference {
  readonly name: ByteText
  /** Where the template goes on. */
  readonly end: number
}

/**
 * A replacement with its references to groups filled in (Go, Regexp.Expand): `$name` and `$1` take the longest name there is, `${name}`
 * ends it, `$$` is a dollar sign, and a dollar sign before anything else is itself.
 */
export function expandTemplate(template: ByteText, groupText: (name: ByteText) => ByteText): ByteText {
  const parts: ByteText[] = []
  let copied = 0
  for (let dollar = template.indexOf('$'); dollar !== -1; dollar = template.indexOf('$', copied)) {
    parts.push(template.slice(copied, dollar))
    const reference = referenceAt(template, dollar + 1)
    parts.push(reference ? groupText(reference.name) : '$')
    copied = reference?.end ?? dollar + (template.charAt(dollar + 1) === '$' ? 2 : 1)
  }
  return parts.join('') + template.slice(copied)
}

function referenceAt(template: ByteText, index: number): Reference | undefined {
  const isBraced = template.charAt(index) === '{'
  const start = isBraced ? index + 1 : index
  const end = endOfName(template, start)
  if (end === start || (isBraced && template.charAt(end) !== '}')) return undefined
  return { name: template.slice(start, end), end: isBraced ? end + 1 : end }
}

function endOfName(template: ByteText, start: number): number {
  let end = start
  while (end < template.length) {
    const { codePoint, size } = runeAt(template, end)
    if (codePoint !== 0x5f && !isLetter(codePoint) && !isDigit(codePoint)) break
    end += size
  }
  return end
}
