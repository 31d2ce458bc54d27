import { type ByteText, runeAt } from '../byte-text.ts'
import { type Flags, pad } from './flags.ts'
import { goQuote, goQuoteAscii } from './quote.ts'

/** A text for a verb; undefined when it has none such (Go, fmt.fmtString). */
export function formatText(text: ByteText, verb: string, flags: Flags): ByteText | undefined {
  switch (verb) {
    case 'v':
      return flags.sharpV ? quoted(text, flags) : pad(truncated(text, flags), flags)
    case 's':
      return pad(truncated(text, flags), flags)
    case 'q':
      return quoted(text, flags)
    case 'x':
    case 'X':
      return hexText(text, verb, flags)
    default:
      return undefined
  }
}

/** The precision counts characters. */
function truncated(text: ByteText, { precision }: Flags): ByteText {
  if (precision === undefined) return text
  let end = 0
  for (let count = 0; count < precision && end < text.length; count++) end += runeAt(text, end).size
  return text.slice(0, end)
}

function quoted(text: ByteText, flags: Flags): ByteText {
  const cut = truncated(text, flags)
  if (flags.sharp && canBackquote(cut)) return pad(`\`${cut}\``, flags)
  return pad(flags.plus ? goQuoteAscii(cut) : goQuote(cut), flags)
}

/** One line of UTF-8 without backquotes, control characters and byte order marks (strconv.CanBackquote). */
function canBackquote(text: ByteText): boolean {
  for (let index = 0; index < text.length; ) {
    const { codePoint, size } = runeAt(text, index)
    const isControl = (codePoint < 0x20 && codePoint !== 0x09) || codePoint === 0x7f
    if (isControl || codePoint === 0x60 || codePoint === 0xfeff || (codePoint === 0xfffd && size === 1)) return false
    index += size
  }
  return true
}

/** Of the bytes; the precision counts them. */
function hexText(text: ByteText, verb: string, flags: Flags): ByteText {
  const bytes = text.slice(0, flags.precision ?? text.length)
  if (bytes === '') return (flags.zero && !flags.minus ? '0' : ' ').repeat(flags.width ?? 0)
  const prefix = flags.sharp ? '0x' : ''
  const digits = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'))
  const all = flags.space ? digits.map((pair) => prefix + pair).join(' ') : prefix + digits.join('')
  return pad(verb === 'X' ? all.toUpperCase() : all, flags)
}
