import { catalogue as functions } from '../../templates/functions/catalogue.ts'
import type { Dice } from './dice.ts'
import { DATA_NAMES, ExpressionGrammar, PROTOTYPE_NAMES, pipeable, type Spelling } from './expression-grammar.ts'

const VARIABLES = ['$', '$x', '$y', '$k', '$v']
const DEFINED = ['a', 'b', 'c']

const spelling: Spelling = {
  name(dice) {
    if (dice.chance(5)) return dice.pick(['.', '.user', '.nope', `$.${dice.pick(PROTOTYPE_NAMES)}`])
    return dice.chance(40) ? dice.pick(VARIABLES.slice(1)) : `$.${dice.pick(DATA_NAMES)}`
  },
  text: (value) => (value.includes('`') || value.includes('\u0000') ? JSON.stringify(value) : `\`${value}\``),
  nothing: 'nil',
  functions,
}

/** A template of Go's language: mostly one that parses, with variables, blocks and definitions that may call each other. */
export function goTemplate(dice: Dice): string {
  return new GoGrammar(dice).template()
}

class GoGrammar {
  readonly #dice: Dice
  readonly #expressions: ExpressionGrammar

  constructor(dice: Dice) {
    this.#dice = dice
    this.#expressions = new ExpressionGrammar(dice, spelling)
  }

  template(): string {
    const defined = DEFINED.map((name) => `{{define "${name}"}}${this.#scope(1)}{{end}}`)
    return [...defined, this.#scope(3)].join('')
  }

  /** Variables belong to one definition. */
  #scope(depth: number): string {
    const declared = VARIABLES.slice(1).map((name) =>
      this.#action(`${name} := ${this.#dice.chance(70) ? this.#expressions.text() : '.'}`),
    )
    return [...declared, this.#nodes(depth)].join('')
  }

  #nodes(depth: number): string {
    return Array.from({ length: 1 + this.#dice.below(3) }, () => this.#node(depth)).join('')
  }

  #node(depth: number): string {
    const dice = this.#dice
    const choice = dice.below(depth > 0 ? 12 : 6)
    if (choice === 0) return dice.pick([' text ', '\n', '{ }', 'ż', '  \n  '])
    if (choice === 1) return this.#action(`${dice.pick(VARIABLES.slice(1))} ${dice.pick(['=', ':='])} ${this.#pipe(2)}`)
    if (choice === 2) return this.#action(`template "${dice.pick(DEFINED)}" $`)
    if (choice < 6) return this.#action(this.#pipe(3))
    if (choice === 6) return this.#action('/* nothing */').replaceAll(/\{\{ |( \}\})/g, (found) => found.trim())
    if (choice < 9) return this.#block(`if ${this.#pipe(2)}`, depth)
    if (choice === 9) return this.#block(`with ${dice.chance(30) ? '$x := ' : ''}${this.#pipe(2)}`, depth)
    if (choice === 10) return this.#block(this.#range(), depth, true)
    return this.#block(`block "${dice.pick(['d', 'e', 'f'])}" ${this.#pipe(1)}`, 0)
  }

  #range(): string {
    const variables = this.#dice.pick(['', '', '$v := ', '$k, $v := ', '$k, $v = '])
    return `range ${variables}${this.#dice.chance(50) ? this.#expressions.operand('[]interface {}', 2) : this.#pipe(2)}`
  }

  #block(head: string, depth: number, isLoop = false): string {
    const leave = isLoop && this.#dice.chance(20) ? this.#action(this.#dice.pick(['break', 'continue'])) : ''
    const otherwise = head.startsWith('block') ? 0 : this.#dice.below(4)
    const chained =
      head.startsWith('if') && otherwise === 2 ? `${this.#action(`else if ${this.#pipe(1)}`)}${this.#nodes(depth - 1)}` : ''
    const last = otherwise === 1 ? `${this.#action('else')}${this.#nodes(depth - 1)}` : ''
    return `${this.#action(head)}${depth > 0 ? this.#nodes(depth - 1) : ''}${leave}${chained}${last}${this.#action('end')}`
  }

  #pipe(depth: number): string {
    const dice = this.#dice
    let written = dice.chance(70) ? this.#expressions.call(depth, dice.pick(['string', 'interface {}'])) : spelling.name(dice)
    while (dice.chance(15)) {
      const next = pipeable(dice)
      written += ` | ${[next.name, ...this.#expressions.args(next, 1, 1)].join(' ')}`
    }
    return written
  }

  #action(inside: string): string {
    const dice = this.#dice
    return `{{${dice.chance(15) ? '- ' : ' '}${inside}${dice.chance(15) ? ' -' : ' '}}}`
  }
}
