import { catalogue } from '../../templates/functions/catalogue.ts'
import type { TemplateFunction } from '../../templates/functions/template-function.ts'
import type { Dice } from './dice.ts'

/** What the two languages write differently inside an expression. */
export interface Spelling {
  /** A name of the data, of a loop, or of nothing. */
  name(dice: Dice): string
  text(value: string): string
  /** What stands for no value. */
  readonly nothing: string
  readonly functions: ReadonlyMap<string, TemplateFunction>
}

/** Names that lead to a prototype where they are looked up in an ordinary object. */
export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
]

export const DATA_NAMES = ['user', 'password', 'list', 'doc', 'pem', 'n', 'empty', 'bytes']

const TEXTS = [
  ...PROTOTYPE_NAMES,
  ...DATA_NAMES,
  '',
  ' ',
  'a',
  'A-b_c d',
  'zażółć 😀',
  '-1',
  '5',
  '1e9',
  '0x7f',
  '1.2.3',
  '>=1.0 <2 || ~3',
  '%s %d %v %q %x',
  '%999999999d',
  '%*[2]d',
  '%#v%+q%T',
  '(a+)+$',
  '(?i)[^\\w]{1,1000}',
  '(',
  '$1${x}',
  '2006-01-02T15:04:05Z07:00',
  '2024-02-29',
  'Europe/Warsaw',
  '1h30m',
  '{"a":[1,{"b":null}],"__proto__":{"polluted":1}}',
  '[1,2',
  'a: &x [1]\nb: *x\n<<: {c: 1}\n',
  '? [a]\n: !!binary x',
  'https://u:p@h:1/p?q#f',
  'ecdsa',
  'ed25519',
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  '\u0000\u0007\n\t',
]

const NUMBERS = ['0', '1', '2', '-1', '3', '7', '64', '1000', '100000', '999999999', '2147483648', '-9223372036854775808', '1.5']

/** What takes long by itself; asked for rarely, so that a run of many templates ends. */
const SLOW = /^(gen|htpasswd|bcrypt|derivePassword|pemTo|fullPemTo|pemTruststore)/

/** Ways to make a value of a type, without functions that give it. */
const PLAIN: Readonly<Record<string, (grammar: ExpressionGrammar, depth: number) => string>> = {
  string: (grammar) => grammar.text(),
  int: (grammar) => grammar.number(),
  float64: (grammar) => grammar.number(),
  bool: (grammar) => grammar.dice.pick(['true', 'false', '(eq 1 1)', '(empty "")']),
  'map[string]interface {}': (grammar, depth) => grammar.dictionary(depth),
  '[]interface {}': (grammar, depth) => `(list ${grammar.values(depth)})`,
  'time.Time': () => '(toDate "2006-01-02" "2024-02-29")',
}

/** Writes expressions whose functions mostly get what their parameters want, and now and then something else. */
export class ExpressionGrammar {
  readonly dice: Dice
  readonly #spelling: Spelling
  readonly #quick: readonly TemplateFunction[]
  readonly #slow: readonly TemplateFunction[]

  constructor(dice: Dice, spelling: Spelling) {
    this.dice = dice
    this.#spelling = spelling
    const all = [...spelling.functions.values()]
    this.#quick = all.filter(({ name }) => !SLOW.test(name))
    this.#slow = all.filter(({ name }) => SLOW.test(name))
  }

  /** An operand: a literal, a name, or a call in parentheses. */
  operand(type: string, depth: number): string {
    if (this.dice.chance(2)) return this.anything(depth)
    if (this.dice.chance(type === 'string' || type === 'interface {}' ? 30 : 3)) return this.#spelling.name(this.dice)
    const plain = PLAIN[type]
    if (depth > 0 && (!plain || this.dice.chance(50))) return `(${this.call(depth - 1, type)})`
    return plain ? plain(this, depth - 1) : this.anything(depth)
  }

  /** A call without parentheses: `NAME ARGUMENTS`. */
  call(depth: number, returns = 'interface {}'): string {
    const fn = this.#functionFor(returns)
    return [fn.name, ...this.args(fn, depth)].join(' ')
  }

  /** Arguments of a function, but for the last `spared` ones, which come through a pipe. */
  args(fn: TemplateFunction, depth: number, spared = 0): readonly string[] {
    const args: string[] = []
    for (const parameter of fn.parameters) {
      const times = parameter.rest ? this.dice.below(4) : 1
      for (let time = 0; time < times; time++) args.push(this.operand(parameter.type.name, depth))
    }
    if (this.dice.chance(1)) args.push(this.number())
    const wanted = Math.max(0, args.length - spared - (this.dice.chance(1) ? 1 : 0))
    return args.slice(0, wanted)
  }

  anything(depth: number): string {
    const choice = this.dice.below(depth > 0 ? 6 : 4)
    if (choice === 0) return this.#spelling.name(this.dice)
    if (choice === 1) return this.text()
    if (choice === 2) return this.number()
    if (choice === 3) return this.dice.pick(['true', 'false', '""', this.#spelling.nothing])
    return choice === 4 ? `(${this.call(depth - 1)})` : this.dictionary(depth - 1)
  }

  text(): string {
    return this.#spelling.text(this.dice.pick(TEXTS))
  }

  number(): string {
    return this.dice.pick(NUMBERS)
  }

  dictionary(depth: number): string {
    const members = Array.from({ length: this.dice.below(4) }, () => `${this.text()} ${this.operand('interface {}', depth)}`)
    return `(dict ${members.join(' ')})`
  }

  values(depth: number): string {
    return Array.from({ length: this.dice.below(4) }, () => this.anything(depth)).join(' ')
  }

  #functionFor(returns: string): TemplateFunction {
    if (this.dice.below(400) === 0 && this.#slow.length > 0) return this.dice.pick(this.#slow)
    if (returns === 'interface {}' || this.dice.chance(3)) return this.dice.pick(this.#quick)
    const fitting = this.#quick.filter((fn) => fn.returns.name === returns)
    return fitting.length > 0 ? this.dice.pick(fitting) : this.dice.pick(this.#quick)
  }
}

/** A function that takes something at its end, for pipes. */
export function pipeable(dice: Dice): TemplateFunction {
  const all = [...catalogue.values()].filter((fn) => fn.parameters.length > 0 && !SLOW.test(fn.name))
  return dice.pick(all)
}
