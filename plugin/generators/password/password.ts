import '../../api/jitless.ts'
import * as z from 'zod'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { Generator } from '../generator.ts'
import { ENCODINGS, encodePassword } from './encode-password.ts'
import { checkPasswordRules, makePassword, type PasswordRules } from './make-password.ts'

const DEFAULT_LENGTH = 24
/** Of digits, and of symbols. */
const DEFAULT_PART = 0.25
const DEFAULT_SYMBOLS = '~!@#$%^&*()_+`-={}|[]\\:"<>?,./'

const spec = z.object({
  length: z.int().default(DEFAULT_LENGTH).describe('How many characters it has; 0 means 24.'),
  digits: z.int().optional().describe('How many of them are digits; a quarter without it.'),
  symbols: z.int().optional().describe('How many of them are symbols; a quarter without it.'),
  symbolCharacters: z.string().optional().describe('The symbols to choose from.'),
  noUpper: z.boolean().default(false).describe('Whether it has no capital letters.'),
  allowRepeat: z.boolean().default(false).describe('Whether a character may come more than once.'),
  secretKeys: z.array(z.string()).min(1).optional().describe('The keys, each with a password of its own; `password` without it.'),
  encoding: z.enum(ENCODINGS).default('raw').describe('How the password is written.'),
})

type PasswordSpec = z.output<typeof spec>

/** A random password for each key (external-secrets.md 6.4). */
export const password: Generator<PasswordSpec> = {
  kind: 'Password',
  spec,
  stability: 'derived',
  keysOf: wantedKeys,
  async generate(given, { randomOf }) {
    const rules = rulesOf(given)
    checkPasswordRules(rules)
    const { length, digits, symbols, symbolCharacters, noUpper, allowRepeat } = rules
    const values = checkedKeys(given).map((key) => {
      const label = JSON.stringify([key, length, digits, symbols, symbolCharacters, noUpper, allowRepeat])
      const text = encodePassword(makePassword(randomOf(label), rules), given.encoding)
      return [key, SecretValue.fromText(text)] as const
    })
    return { values: new Map(values) }
  },
}

function rulesOf({ length, digits, symbols, symbolCharacters, noUpper, allowRepeat }: PasswordSpec): PasswordRules {
  const whole = length > 0 ? length : DEFAULT_LENGTH
  const part = Math.floor(whole * DEFAULT_PART)
  return {
    length: whole,
    digits: digits ?? part,
    symbols: symbols ?? part,
    symbolCharacters: symbolCharacters || DEFAULT_SYMBOLS,
    noUpper,
    allowRepeat,
  }
}

function wantedKeys({ secretKeys = [] }: PasswordSpec): readonly string[] {
  return secretKeys.length > 0 ? secretKeys : ['password']
}

function checkedKeys(given: PasswordSpec): readonly string[] {
  const keys = wantedKeys(given)
  const index = keys.findIndex((key, place) => key === '' || keys.indexOf(key) < place)
  if (index < 0) return keys
  const key = keys[index] ?? ''
  throw new SecretError('InvalidSpec', key === '' ? 'a key is empty' : `the key ${quoteName(key)} is there twice`, {
    place: { field: `spec.secretKeys[${index}]` },
    remedy: 'give each password a key of its own',
  })
}
