import { Dice, seedOf } from './dice.ts'
import { PROTOTYPE_NAMES } from './expression-grammar.ts'
import { goTemplate } from './go-grammar.ts'
import { handlebarsTemplate } from './handlebars-grammar.ts'
import type { Language } from './template-trial.ts'

export interface GeneratedTemplate {
  readonly language: Language
  readonly text: string
}

const PIECES = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  '{{~',
  '(',
  ')',
  '|',
  '.',
  '..',
  '/',
  '"',
  '`',
  '\\',
  ' ',
  '\n',
  '$',
  '@',
  ':=',
  'end',
  'else',
  '\u0000',
  '😀',
]

/** The template of a seed at a place in the run: both languages in turn, one of seven broken somewhere. */
export function generatedTemplate(seed: number, index: number): GeneratedTemplate {
  const dice = new Dice(seedOf(seed, index))
  const language = index % 2 === 0 ? 'go' : 'handlebars'
  const text = language === 'go' ? goTemplate(dice) : handlebarsTemplate(dice)
  return { language, text: dice.chance(15) ? broken(text, dice) : text }
}

function broken(text: string, dice: Dice): string {
  const from = dice.below(text.length + 1)
  const to = Math.min(text.length, from + dice.below(12))
  const middle = dice.pick([
    '',
    dice.pick(PIECES),
    dice.pick(PROTOTYPE_NAMES),
    text.slice(from, to).repeat(3),
    text.slice(from, to).split('').toReversed().join(''),
  ])
  return text.slice(0, from) + middle + text.slice(to)
}
