import type { ByteText } from '../byte-text.ts'

/** Keywords, and what Go counts among them: errors show these as `<if>`. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
])

export type TokenKind =
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'left paren'
  | 'right paren'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'dot'
  | 'bool'
  | 'number'
  | 'complex'
  | 'character constant'
  | 'string'
  | 'raw string'
  | 'character'
  | 'end of file'
  /** Its text is the message; nothing comes behind it. */
  | 'error'

export interface Token {
  readonly kind: TokenKind
  /** In bytes from the start of the template. */
  readonly position: number
  readonly text: ByteText
  /** 1-based. */
  readonly line: number
}
