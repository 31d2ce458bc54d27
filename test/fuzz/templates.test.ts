import assert from 'node:assert/strict'
import { test } from 'node:test'
import { propertySeed } from '../support/property-runs.ts'
import { generatedTemplate } from './generated-template.ts'
import { assertPrototypesAre, readPrototypes } from './prototypes.ts'
import { outcomeOf, tryTemplate } from './template-trial.ts'

const TEMPLATES = 500

function linesOf(seed: number): readonly string[] {
  return Array.from({ length: TEMPLATES }, (_, index) => {
    const { language, text } = generatedTemplate(seed, index)
    try {
      return tryTemplate(language, text)
    } catch (cause) {
      throw new Error(`seed ${seed}, ${language} template ${index}: ${text}`, { cause })
    }
  })
}

for (const [what, seed] of [
  ['of the fixed seed', 1],
  ['of the seed of this run', propertySeed],
] as const) {
  test(`generated templates ${what} end as text or TemplateError, within their budgets, and change no prototype`, () => {
    const before = readPrototypes()
    assert.deepEqual(linesOf(seed), linesOf(seed), `two runs of seed ${seed} differ`)
    assertPrototypesAre(before)
  })
}

test('a good part of the generated templates renders, in both languages', () => {
  for (const language of ['go', 'handlebars']) {
    const templates = Array.from({ length: TEMPLATES }, (_, index) => generatedTemplate(1, index)).filter(
      (template) => template.language === language,
    )
    const rendered = templates.filter(({ text }) => typeof outcomeOf(language === 'go' ? 'go' : 'handlebars', text) === 'string')
    assert.ok(rendered.length > templates.length / 10, `${rendered.length} of ${templates.length}`)
  }
})
