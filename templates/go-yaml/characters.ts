/** Classes of characters as libyaml has them. The empty string stands for the end of the text. */

export function isBlank(character: string): boolean {
  return character === ' ' || character === '\t'
}

/** CR, LF, NEL, LS, PS. */
export function isBreak(character: string): boolean {
  return character === '\n' || character === '\r' || character === '\u0085' || character === '\u2028' || character === '\u2029'
}

export function isBreakOrEnd(character: string): boolean {
  return character === '' || isBreak(character)
}

export function isBlankOrEnd(character: string): boolean {
  return isBlank(character) || isBreakOrEnd(character)
}

export function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}

/** What a name of an anchor or of a handle is made of. */
export function isWord(character: string): boolean {
  return /^[\w-]$/.test(character)
}

export function isHex(character: string): boolean {
  return /^[\da-fA-F]$/.test(character)
}
