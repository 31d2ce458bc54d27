import { isBreak } from './characters.ts'
import { scannerError, type YamlError } from './yaml-error.ts'

/** A place in the text; all three are 0-based and count characters. */
export interface Mark {
  readonly index: number
  readonly line: number
  readonly column: number
}

/** Walks over a text, one character at a time. */
export class Cursor {
  readonly #text: string
  #at = 0
  #index = 0
  #line = 0
  #column = 0

  constructor(text: string) {
    this.#text = text
  }

  get mark(): Mark {
    return { index: this.#index, line: this.#line, column: this.#column }
  }

  get index(): number {
    return this.#index
  }

  get line(): number {
    return this.#line
  }

  get column(): number {
    return this.#column
  }

  /** The character `offset` behind this one, as long as those between are ASCII; empty behind the end. */
  peek(offset = 0): string {
    return this.#text.charAt(this.#at + offset)
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  skip(count = 1): void {
    for (let left = count; left > 0; left--) this.read()
  }

  /** Steps over a character and gives it. */
  read(): string {
    const size = isHighSurrogate(this.#text.charCodeAt(this.#at)) ? 2 : 1
    const character = this.#text.slice(this.#at, this.#at + size)
    this.#at += size
    this.#index += 1
    this.#column += 1
    return character
  }

  /** Steps over a line break and gives it, as a line feed unless it is LS or PS. Nothing where there is none. */
  readBreak(): string {
    const character = this.peek()
    if (!isBreak(character)) return ''
    const size = this.startsWith('\r\n') ? 2 : 1
    this.#at += size
    this.#index += size
    this.#column = 0
    this.#line += 1
    return character === '\u2028' || character === '\u2029' ? character : '\n'
  }

  /** The end of the text counts as the end of its last line. */
  endLine(): void {
    if (this.#column === 0) return
    this.#column = 0
    this.#line += 1
  }

  error(problem: string): YamlError {
    return scannerError(problem, this.#line)
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
