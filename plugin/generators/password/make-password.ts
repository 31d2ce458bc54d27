import type { Random } from '../../model/random.ts'
import { SecretError } from '../../model/secret-error.ts'
import { drawBelow, shuffled } from '../draw.ts'

/** What a password has, all defaults filled in. */
export interface PasswordRules {
  readonly length: number
  readonly digits: number
  readonly symbols: number
  readonly symbolCharacters: string
  readonly noUpper: boolean
  readonly allowRepeat: boolean
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
/** A Secret has no room for more than one such key (1 MiB), and nobody reads it. */
const MAX_LENGTH = 65_536

type Part = readonly [field: string, what: string, count: number, characters: readonly string[]]

/** As many digits and symbols as the rules say, the rest letters, in any order; each possible password is as likely as the others. */
export function makePassword(random: Pick<Random, 'bytes'>, rules: PasswordRules): string {
  const used = new Set<string>()
  const characters: string[] = []
  for (const [, , count, from] of partsOf(rules)) {
    const left = rules.allowRepeat ? [...from] : from.filter((character) => !used.has(character))
    for (let taken = 0; taken < count; taken++) {
      const place = drawBelow(random, left.length)
      const [character = ''] = rules.allowRepeat ? left.slice(place, place + 1) : left.splice(place, 1)
      used.add(character)
      characters.push(character)
    }
  }
  return shuffled(random, characters).join('')
}

/** Throws SecretError InvalidSpec for rules that no password follows. */
export function checkPasswordRules(rules: PasswordRules): void {
  const { length, digits, symbols, allowRepeat } = rules
  if (length > MAX_LENGTH) throw refused('length', `is ${length}, more than ${MAX_LENGTH}`, `lower it to ${MAX_LENGTH}`)
  if (digits < 0) throw refused('digits', 'is less than 0', 'write 0 for none')
  if (symbols < 0) throw refused('symbols', 'is less than 0', 'write 0 for none')
  if (digits + symbols > length) {
    const message = `is ${length}, fewer than ${digits} digits and ${symbols} symbols need`
    throw refused('length', message, 'raise it, or lower digits and symbols')
  }
  if (allowRepeat) return
  for (const [index, [field, what, count, characters]] of partsOf(rules).entries()) {
    const left = leftAfter(partsOf(rules).slice(0, index), characters)
    if (count <= left) continue
    const message = `asks for ${count} ${what}, and there are ${left} to choose from without a repetition`
    throw refused(field, message, 'set allowRepeat: true, or ask for fewer')
  }
}

/** How many of `characters` are unused at least, once `earlier` parts have been drawn: symbols may be letters too. */
function leftAfter(earlier: readonly Part[], characters: readonly string[]): number {
  return earlier.reduce((left, [, , count, others]) => {
    const shared = characters.filter((character) => others.includes(character)).length
    return left - Math.min(count, shared)
  }, characters.length)
}

function partsOf({ length, digits, symbols, symbolCharacters, noUpper }: PasswordRules): readonly Part[] {
  const letters = noUpper ? LOWER : LOWER + LOWER.toUpperCase()
  return [
    ['digits', 'digits', digits, Array.from(DIGITS)],
    ['symbols', 'symbols', symbols, [...new Set(symbolCharacters)]],
    ['length', 'letters', length - digits - symbols, Array.from(letters)],
  ]
}

function refused(field: string, message: string, remedy: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field: `spec.${field}` }, remedy })
}
