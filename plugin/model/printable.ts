/** Control, formatting (bidirectional ones too), line-separating characters and halves of surrogate pairs: what can change how the text around it is shown. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Somebody else's text on one line, with nothing in it that a terminal obeys (R18): `\u001b` for an escape character. */
export function printable(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}
