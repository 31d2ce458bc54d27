const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\r?\n[ \t]*|\r[ \t]*)/g
const UTF_16_MARK = /^(?:\u00ff\u00fe|\u00fe\u00ff)/

/**
 * `text` with the escapes of double-quoted scalars that can hide letters of a word replaced by what they mean (YAML 1.2.2, 5.7), everywhere,
 * and without the zero bytes of UTF-16: good for looking for a word, for nothing else.
 */
export function unescapedText(text: string): string {
  const single = UTF_16_MARK.test(text) ? text.replaceAll('\0', '') : text
  if (!single.includes('\\')) return single
  return single.replace(ESCAPE, (_, short?: string, medium?: string, long?: string) => {
    const digits = short ?? medium ?? long
    return digits === undefined ? '' : character(Number.parseInt(digits, 16))
  })
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
