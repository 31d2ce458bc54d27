import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { goQuote } from '../go-format/quote.ts'

/** Which kind of IP address the text is. Throws FunctionError with Go's reason for one that is none (Go, netip.ParseAddr). */
export function parseIpAddress(text: ByteText): 'IPv4' | 'IPv6' {
  const mark = /[.:%]/.exec(text)?.[0]
  if (mark === undefined) throw bad(text, 'unable to parse IP')
  if (mark === '%') throw bad(text, 'missing IPv6 address')
  if (mark === ':') {
    new Ipv6Check(text).run()
    return 'IPv6'
  }
  checkIpv4(text, text)
  return 'IPv4'
}

function bad(whole: ByteText, why: string, at?: ByteText): FunctionError {
  return new FunctionError(`ParseAddr(${goQuote(whole)}): ${why}${at ? ` (at ${goQuote(at)})` : ''}`)
}

/** `part` is what of `whole` is written as an IPv4 address. */
function checkIpv4(whole: ByteText, part: ByteText): void {
  let field = ''
  let dots = 0
  for (let index = 0; index < part.length; index++) {
    const character = part.charAt(index)
    if (/\d/.test(character)) {
      if (field === '0') throw bad(whole, 'IPv4 field has octet with leading zero')
      field += character
      if (Number(field) > 255) throw bad(whole, 'IPv4 field has value >255')
    } else if (character === '.') {
      if (field === '' || index === part.length - 1)
        throw bad(whole, 'IPv4 field must have at least one digit', part.slice(index))
      if (dots === 3) throw bad(whole, 'IPv4 address too long')
      dots += 1
      field = ''
    } else throw bad(whole, 'unexpected character', part.slice(index))
  }
  if (dots < 3) throw bad(whole, 'IPv4 address too short')
}

/** Groups of an IPv6 address, from left to right. */
class Ipv6Check {
  readonly #whole: ByteText
  #rest: ByteText
  #groups = 0
  #hasEllipsis = false

  constructor(whole: ByteText) {
    this.#whole = whole
    this.#rest = whole
  }

  run(): void {
    const percent = this.#whole.indexOf('%')
    if (percent >= 0) this.#rest = this.#whole.slice(0, percent)
    if (percent === this.#whole.length - 1) throw this.#bad('zone must be a non-empty string')
    if (this.#rest.startsWith('::')) {
      this.#hasEllipsis = true
      this.#rest = this.#rest.slice(2)
      if (this.#rest === '') return
    }
    while (this.#groups < 8 && this.#readGroup());
    if (this.#rest !== '') throw this.#bad('trailing garbage after address', this.#rest)
    if (this.#groups < 8 && !this.#hasEllipsis) throw this.#bad('address string too short')
    if (this.#groups === 8 && this.#hasEllipsis) throw this.#bad('the :: must expand to at least one field of zeros')
  }

  /** Whether another group must follow. */
  #readGroup(): boolean {
    const digits = /^[0-9A-Fa-f]*/.exec(this.#rest)?.[0] ?? ''
    if (digits.length > 4) throw this.#bad('each group must have 4 or less digits', this.#rest)
    if (digits === '') throw this.#bad('each colon-separated field must have at least one digit', this.#rest)
    if (this.#rest.charAt(digits.length) === '.') return this.#readIpv4()
    this.#groups += 1
    this.#rest = this.#rest.slice(digits.length)
    if (this.#rest === '') return false
    if (!this.#rest.startsWith(':')) throw this.#bad('unexpected character, want colon', this.#rest)
    if (this.#rest === ':') throw this.#bad('colon must be followed by more characters', this.#rest)
    this.#rest = this.#rest.slice(1)
    return !this.#rest.startsWith(':') || this.#readEllipsis()
  }

  #readEllipsis(): boolean {
    if (this.#hasEllipsis) throw this.#bad('multiple :: in address', this.#rest)
    this.#hasEllipsis = true
    this.#rest = this.#rest.slice(1)
    return this.#rest !== ''
  }

  /** The last 32 bits may be written as an IPv4 address. */
  #readIpv4(): false {
    if (!this.#hasEllipsis && this.#groups !== 6) {
      throw this.#bad('embedded IPv4 address must replace the final 2 fields of the address', this.#rest)
    }
    if (this.#groups > 6) {
      throw this.#bad('too many hex fields to fit an embedded IPv4 at the end of the address', this.#rest)
    }
    checkIpv4(this.#whole, this.#rest)
    this.#rest = ''
    this.#groups += 2
    return false
  }

  #bad(why: string, at?: ByteText): FunctionError {
    return bad(this.#whole, why, at)
  }
}
