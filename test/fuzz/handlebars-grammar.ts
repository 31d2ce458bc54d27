import { functions } from '../../templates/handlebars/own-functions.ts'
import type { Dice } from './dice.ts'
import { DATA_NAMES, ExpressionGrammar, PROTOTYPE_NAMES, type Spelling } from './expression-grammar.ts'

const OTHER_NAMES = ['this', '../user', '@index', '@key', '@first', '@last', '@root', 'x', 'y', 'nope', ...PROTOTYPE_NAMES]

const spelling: Spelling = {
  name(dice) {
    const first = dice.chance(88) ? dice.pick(DATA_NAMES) : dice.pick(OTHER_NAMES)
    return dice.chance(3) ? `${first}.${dice.pick([...PROTOTYPE_NAMES, 'length', '[0]'])}` : first
  },
  text: (value) => (value.includes('"') ? `'${value}'` : `"${value}"`),
  nothing: 'null',
  functions,
}

/** A template of Handlebars: mostly one that parses, now and then with what this engine does not have. */
export function handlebarsTemplate(dice: Dice): string {
  return new HandlebarsGrammar(dice).nodes(3)
}

class HandlebarsGrammar {
  readonly #dice: Dice
  readonly #expressions: ExpressionGrammar

  constructor(dice: Dice) {
    this.#dice = dice
    this.#expressions = new ExpressionGrammar(dice, spelling)
  }

  nodes(depth: number): string {
    return Array.from({ length: 1 + this.#dice.below(3) }, () => this.#node(depth)).join('')
  }

  #node(depth: number): string {
    const dice = this.#dice
    const choice = dice.below(depth > 0 ? 12 : 6)
    if (choice === 0) return dice.pick([' text ', '\n', '\\{{user}}', 'ż', '  \n  ', '{{! c }}', '{{!-- {{c}} --}}'])
    if (choice === 1 && dice.chance(4)) return dice.pick(['{{> user}}', '{{* user}}', '{{#> user}}{{/user}}', '{{log user}}'])
    if (choice < 6) return this.#mustache()
    if (choice < 8) return this.#block(dice.pick(['if', 'unless']), this.#operand('bool'), depth)
    if (choice < 10) return this.#block('each', this.#operand(dice.pick(['[]interface {}', 'map[string]interface {}'])), depth)
    if (choice === 10) return this.#block('with', this.#operand('map[string]interface {}'), depth)
    return this.#block(dice.pick([...DATA_NAMES, 'this', dice.pick(PROTOTYPE_NAMES)]), '', depth)
  }

  #mustache(): string {
    const inside = this.#dice.chance(70) ? this.#expressions.call(3, 'string') : spelling.name(this.#dice)
    const named = this.#dice.chance(4)
      ? ` ${this.#dice.pick(['text', 'n', '__proto__', 'values'])}=${this.#operand('string')}`
      : ''
    return this.#dice.chance(20) ? `{{{${inside}${named}}}}` : this.#action(`${inside}${named}`)
  }

  #operand(type: string): string {
    if (this.#dice.chance(15)) return `(lookup ${this.#expressions.anything(1)} ${this.#expressions.text()})`
    return this.#expressions.operand(type, 2)
  }

  #block(name: string, subject: string, depth: number): string {
    const parameters = subject !== '' && this.#dice.chance(25) ? ` as |${this.#dice.pick(['x', 'x y', '__proto__'])}|` : ''
    const otherwise = this.#dice.chance(30) ? `${this.#action('else')}${this.nodes(depth - 1)}` : ''
    const mark = this.#dice.chance(5) ? '^' : '#'
    return `{{${mark}${name} ${subject}${parameters}}}${this.nodes(depth - 1)}${otherwise}{{/${name}}}`
  }

  #action(inside: string): string {
    const dice = this.#dice
    return `{{${dice.chance(15) ? '~' : ''}${inside}${dice.chance(15) ? '~' : ''}}}`
  }
}
