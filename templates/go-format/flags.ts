import { type ByteText, runesOf } from '../byte-text.ts'

/** What stands between `%` and the verb. */
export interface Flags {
  readonly width: number | undefined
  readonly precision: number | undefined
  /** `-`: padding behind. */
  readonly minus: boolean
  readonly plus: boolean
  /** `#` */
  readonly sharp: boolean
  readonly space: boolean
  /** `0`: padding with zeros. */
  readonly zero: boolean
  /** `%+v`: structs show the names of their fields. */
  readonly plusV: boolean
  /** `%#v`: values as Go source. */
  readonly sharpV: boolean
}

export const NO_FLAGS: Flags = {
  width: undefined,
  precision: undefined,
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
}

/** Up to the width, which counts characters; zeros go before every kind of text. */
export function pad(text: ByteText, flags: Flags): ByteText {
  if (!flags.width) return text
  const missing = flags.width - runeCount(text)
  return missing <= 0 ? text : flags.minus ? text + ' '.repeat(missing) : (flags.zero ? '0' : ' ').repeat(missing) + text
}

export function padWithSpaces(text: ByteText, flags: Flags): ByteText {
  return pad(text, { ...flags, zero: false })
}

export function runeCount(text: ByteText): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\0-\x7f]*$/.test(text)) return text.length
  return Array.from(runesOf(text)).length
}
