import type { ByteText } from '../byte-text.ts'

export interface Wrapping {
  /** In bytes; less than 1 is 1. */
  readonly width: number
  /** Between lines. */
  readonly separator: ByteText
  /** Words longer than a line are cut. */
  readonly longWords: 'cut' | 'stay'
}

/** Lines of at most `width` bytes, broken at spaces; spaces at the start of a line are dropped (goutils.WrapCustom). */
export function wrapText(text: ByteText, { width, separator, longWords }: Wrapping): ByteText {
  const size = Math.max(width, 1)
  const lines: ByteText[] = []
  let offset = 0
  while (text.length - offset > size) {
    if (text.charAt(offset) === ' ') {
      offset++
      continue
    }
    const space = text.lastIndexOf(' ', offset + size)
    if (space >= offset) {
      lines.push(text.slice(offset, space))
      offset = space + 1
    } else if (longWords === 'cut') {
      lines.push(text.slice(offset, offset + size))
      offset += size
    } else {
      const end = text.indexOf(' ', offset + size)
      if (end === -1) break
      lines.push(text.slice(offset, end))
      offset = end + 1
    }
  }
  return [...lines, text.slice(offset)].join(separator)
}
