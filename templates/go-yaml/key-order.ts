const LETTER = /^\p{L}$/u
const DIGIT = /^\p{Nd}$/u

/**
 * go-yaml's order of keys: rune by rune, other characters before letters, runs of digits by the number that they are (`_`, `A`, `a2`, `a10`,
 * `b`).
 */
export function compareKeys(one: string, other: string): number {
  const left = Array.from(one)
  const right = Array.from(other)
  for (let index = 0; index < left.length && index < right.length; index++) {
    const a = left[index] ?? ''
    const b = right[index] ?? ''
    if (a === b) continue
    const isLetter = LETTER.test(a)
    const otherIsLetter = LETTER.test(b)
    if (isLetter !== otherIsLetter) return isLetter ? 1 : -1
    return (isLetter ? 0 : compareNumbers(left, right, index)) || code(a) - code(b)
  }
  return left.length - right.length
}

/** The numbers that begin at `index`. One that only continues a number counts its zeros: `10` comes before `1001`. */
function compareNumbers(left: readonly string[], right: readonly string[], index: number): number {
  const continues = (left[index] === '0' || right[index] === '0') && followsNonZero(left, index)
  const start = continues ? '1' : ''
  const a = digitsFrom(left, index)
  const b = digitsFrom(right, index)
  const difference = int64(start, a) - int64(start, b)
  return difference === 0n ? a.length - b.length : difference < 0n ? -1 : 1
}

function followsNonZero(text: readonly string[], index: number): boolean {
  for (let before = index - 1; before >= 0 && DIGIT.test(text[before] ?? ''); before--) {
    if (text[before] !== '0') return true
  }
  return false
}

function digitsFrom(text: readonly string[], index: number): readonly string[] {
  const end = text.findIndex((character, at) => at >= index && !DIGIT.test(character))
  return text.slice(index, end === -1 ? text.length : end)
}

/** Go adds up in 64 bits, and takes every digit of another script for its distance from `0`. */
function int64(start: string, digits: readonly string[]): bigint {
  let sum = BigInt(start || 0)
  for (const digit of digits) sum = BigInt.asIntN(64, sum * 10n + BigInt(code(digit) - 0x30))
  return sum
}

function code(character: string): number {
  return character.codePointAt(0) ?? 0
}
