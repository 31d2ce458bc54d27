import { type ByteText, runeAt } from '../byte-text.ts'
import { GoInt } from '../go-number.ts'
import type { TemplateValue } from '../value.ts'
import { type Flags, NO_FLAGS } from './flags.ts'
import { formatExtra, formatOperand } from './format-value.ts'

/** Go's fmt.Sprintf. `reserve` is told of each text before the next is made, and may throw; so do not the mistakes of a format: they are in the result. */
export function format(text: ByteText, operands: readonly TemplateValue[], reserve: (bytes: number) => void): ByteText {
  return new Formatting(text, operands, reserve).run()
}

/** Widths, precisions and indexes beyond are not numbers to Go. */
const LARGEST = 1_000_000

const WRITTEN_FLAGS = /[#0+ -]*/y
const DIGITS = /\d*/y

class Formatting {
  readonly #text: ByteText
  readonly #operands: readonly TemplateValue[]
  readonly #reserve: (bytes: number) => void
  readonly #parts: ByteText[] = []
  #index = 0
  #operand = 0
  #isReordered = false
  #isGoodIndex = true
  #afterIndex = false

  constructor(text: ByteText, operands: readonly TemplateValue[], reserve: (bytes: number) => void) {
    this.#text = text
    this.#operands = operands
    this.#reserve = reserve
  }

  run(): ByteText {
    while (this.#index < this.#text.length) {
      const percent = this.#text.indexOf('%', this.#index)
      const end = percent < 0 ? this.#text.length : percent
      this.#parts.push(this.#text.slice(this.#index, end))
      this.#index = end + 1
      if (percent >= 0) this.#directive()
    }
    if (!this.#isReordered && this.#operand < this.#operands.length) this.#extra()
    return this.#parts.join('')
  }

  #directive(): void {
    this.#isGoodIndex = true
    this.#afterIndex = false
    const simple = this.#simpleFlags()
    this.#argumentIndex()
    const width = this.#width(simple)
    const flags = this.#precision(width)
    if (!this.#afterIndex) this.#argumentIndex()
    if (this.#index >= this.#text.length) {
      this.#parts.push('%!(NOVERB)')
      return
    }
    const { size } = runeAt(this.#text, this.#index)
    const verb = this.#text.slice(this.#index, this.#index + size)
    this.#index += size
    this.#verb(verb, flags)
  }

  #verb(verb: ByteText, flags: Flags): void {
    if (verb === '%') this.#parts.push('%')
    else if (!this.#isGoodIndex) this.#parts.push(`%!${verb}(BADINDEX)`)
    else if (this.#operand >= this.#operands.length) this.#parts.push(`%!${verb}(MISSING)`)
    else {
      this.#reserve(Math.max(flags.width ?? 0, flags.precision ?? 0))
      const value = this.#operands[this.#operand++]
      this.#parts.push(formatOperand(value, { verb, flags: forVerb(verb, flags), reserve: this.#reserve }))
    }
  }

  #simpleFlags(): Flags {
    const written = this.#match(WRITTEN_FLAGS)
    this.#index += written.length
    return {
      ...NO_FLAGS,
      sharp: written.includes('#'),
      zero: written.includes('0'),
      plus: written.includes('+'),
      minus: written.includes('-'),
      space: written.includes(' '),
    }
  }

  /** `[n]`: which operand is next. */
  #argumentIndex(): void {
    this.#afterIndex = false
    if (this.#text.charAt(this.#index) !== '[') return
    this.#isReordered = true
    const close = this.#text.indexOf(']', this.#index)
    if (close < 0 || this.#text.length - this.#index < 3) {
      this.#isGoodIndex = false
      this.#index += 1
      return
    }
    const written = this.#text.slice(this.#index + 1, close)
    this.#index = close + 1
    const number = wholeNumber(written)
    if (number === undefined || number < 1 || number > this.#operands.length) {
      this.#isGoodIndex = false
      this.#afterIndex = number !== undefined
      return
    }
    this.#operand = number - 1
    this.#afterIndex = true
  }

  #width(flags: Flags): Flags {
    if (this.#text.charAt(this.#index) !== '*') {
      const width = this.#digits()
      if (this.#afterIndex && width !== undefined) this.#isGoodIndex = false
      return { ...flags, width }
    }
    this.#index += 1
    const width = this.#operandNumber()
    this.#afterIndex = false
    if (width === undefined) this.#parts.push('%!(BADWIDTH)')
    return width !== undefined && width < 0 ? { ...flags, width: -width, minus: true, zero: false } : { ...flags, width }
  }

  #precision(flags: Flags): Flags {
    if (this.#text.charAt(this.#index) !== '.' || this.#index + 1 >= this.#text.length) return flags
    this.#index += 1
    if (this.#afterIndex) this.#isGoodIndex = false
    this.#argumentIndex()
    if (this.#text.charAt(this.#index) !== '*') return { ...flags, precision: this.#digits() ?? 0 }
    this.#index += 1
    const precision = this.#operandNumber()
    this.#afterIndex = false
    if (precision === undefined || precision < 0) this.#parts.push('%!(BADPREC)')
    return { ...flags, precision: precision !== undefined && precision >= 0 ? precision : undefined }
  }

  /** Digits of a number too large are passed over, and so is all that follows. */
  #digits(): number | undefined {
    const digits = this.#match(DIGITS)
    if (digits === '') return undefined
    const number = wholeNumber(digits)
    this.#index = number === undefined ? this.#text.length : this.#index + digits.length
    return number
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#index
    return pattern.exec(this.#text)?.[0] ?? ''
  }

  #operandNumber(): number | undefined {
    if (this.#operand >= this.#operands.length) return undefined
    const value = this.#operands[this.#operand++]
    if (!(value instanceof GoInt)) return undefined
    const number = Number(value.value)
    return Math.abs(number) > LARGEST ? undefined : number
  }

  #extra(): void {
    const rest = this.#operands.slice(this.#operand)
    const printing = { verb: 'v', flags: NO_FLAGS, reserve: this.#reserve }
    this.#parts.push(`%!(EXTRA ${rest.map((value) => formatExtra(value, printing)).join(', ')})`)
  }
}

/** Go stops reading digits once the number is too large, so that one digit more is still read. */
function wholeNumber(digits: string): number | undefined {
  if (!/^\d+$/.test(digits) || Number(digits.slice(0, -1)) > LARGEST) return undefined
  return Number(digits)
}

/** `+` and `#` mean something else to `%v`. */
function forVerb(verb: ByteText, flags: Flags): Flags {
  if (verb !== 'v' && verb !== 'w') return flags
  return { ...flags, sharpV: flags.sharp, sharp: false, plusV: flags.plus, plus: false }
}
