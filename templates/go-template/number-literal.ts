import type { ByteText } from '../byte-text.ts'
import { parseFloat64, parseInt64, parseUint } from '../go-format/parse-number.ts'
import { goQuote } from '../go-format/quote.ts'
import type { NumberLiteral } from './node.ts'
import type { Token } from './token.ts'
import { unquoteCharacter } from './unquote.ts'

/** What the literal says, or Go's message why it says nothing. */
export function numberLiteral(token: Token): NumberLiteral | string {
  const base = { kind: 'number', position: token.position, literal: token.text } as const
  if (token.kind === 'character constant') return character(base)
  if (token.kind === 'complex') return complex(base)
  const imaginary = token.text.endsWith('i') ? parseFloat64(token.text.slice(0, -1)) : undefined
  if (imaginary && 'value' in imaginary) return withComplex(base, 0, imaginary.value)
  return realNumber(base)
}

function character(base: NumberLiteral): NumberLiteral | string {
  const found = unquoteCharacter(base.literal, 1, "'")
  if (!found) return 'invalid syntax'
  if (found.end !== base.literal.length - 1) return `malformed character constant: ${base.literal}`
  return { ...base, int: BigInt(found.codePoint), uint: BigInt(found.codePoint), float: found.codePoint }
}

function complex(base: NumberLiteral): NumberLiteral | string {
  const [, real = '', imaginary = ''] = /^(.*[^eEpP+-])([+-].*)i$/.exec(base.literal) ?? []
  if (/^[+-]?$/.test(imaginary)) return 'syntax error scanning complex number'
  const [first, second] = [parseFloat64(real), parseFloat64(imaginary)]
  if (!('value' in first)) return parseFailure(real, first.failure)
  return 'value' in second ? withComplex(base, first.value, second.value) : parseFailure(imaginary, second.failure)
}

function parseFailure(part: ByteText, failure: 'syntax' | 'range'): string {
  return `strconv.ParseFloat: parsing ${goQuote(part)}: ${failure === 'syntax' ? 'invalid syntax' : 'value out of range'}`
}

/** Without an imaginary part it counts as a real number, too. */
function withComplex(base: NumberLiteral, real: number, imaginary: number): NumberLiteral {
  const number = { ...base, complex: { real, imaginary } }
  return imaginary === 0 ? { ...number, float: real, ...wholeParts(real) } : number
}

function realNumber(base: NumberLiteral): NumberLiteral | string {
  const text: ByteText = base.literal
  const [signed, unsigned] = [parseInt64(text), parseUint(text)]
  if ('value' in signed) {
    const uint = 'value' in unsigned ? unsigned.value : signed.value === 0n ? 0n : undefined
    return { ...base, int: signed.value, float: Number(signed.value), ...(uint !== undefined && { uint }) }
  }
  if ('value' in unsigned) return { ...base, uint: unsigned.value, float: Number(unsigned.value) }
  const float = parseFloat64(text)
  if (!('value' in float)) return `illegal number syntax: ${goQuote(text)}`
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${goQuote(text)}`
  return { ...base, float: float.value, ...wholeParts(float.value) }
}

function wholeParts(value: number): Pick<NumberLiteral, 'int' | 'uint'> {
  if (!Number.isInteger(value)) return {}
  const whole = BigInt(value)
  return {
    ...(BigInt.asIntN(64, whole) === whole && { int: whole }),
    ...(BigInt.asUintN(64, whole) === whole && { uint: whole }),
  }
}
