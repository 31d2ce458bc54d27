import type { ByteText } from '../byte-text.ts'

const DOTS = '...'

/** The first bytes and three dots, at most `width` bytes in all; a width under 4 changes nothing (sprig's abbrev). */
export function abbreviate(text: ByteText, width: number): ByteText {
  return width < 4 || text.length <= width ? text : text.slice(0, width - DOTS.length) + DOTS
}

/** Cut at both ends: the text from `left` on, `right` bytes in all (sprig's abbrevboth, which is goutils.AbbreviateFull). */
export function abbreviateBoth(text: ByteText, left: number, right: number): ByteText {
  if (right < 4 || (left > 0 && right < 7) || text.length <= right) return text
  const kept = right - DOTS.length
  const offset = Math.min(left, text.length - kept)
  if (offset <= 4) return text.slice(0, kept) + DOTS
  return DOTS + (offset + kept < text.length ? abbreviate(text.slice(offset), kept) : text.slice(text.length - kept))
}
