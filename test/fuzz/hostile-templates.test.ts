import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hostileInjections } from './hostile-injections.ts'
import { hostileLoads } from './hostile-loads.ts'
import { hostileNames } from './hostile-names.ts'
import type { HostileTemplate } from './hostile-template.ts'
import { assertPrototypesAre, readPrototypes } from './prototypes.ts'
import { assertHarmless, outcomeOf } from './template-trial.ts'

const corpus: readonly (readonly [title: string, templates: readonly HostileTemplate[]])[] = [
  ['no name leads out of the data', hostileNames],
  ['nothing of the host is within reach', hostileInjections],
  ['what is too much ends within its budget', hostileLoads],
]

for (const [title, templates] of corpus) {
  describe(title, () => {
    for (const [index, hostile] of templates.entries()) {
      test(`${hostile.language}: ${hostile.what} (${index})`, () => {
        const prototypes = readPrototypes()
        const outcome = outcomeOf(hostile.language, hostile.template)
        assertPrototypesAre(prototypes)
        assertHarmless(outcome)
        if (hostile.ends === 'bounded') return
        if (hostile.gives !== undefined) assert.equal(outcome, hostile.gives)
        else assert.ok(typeof outcome !== 'string', `rendered: ${outcome}`)
      })
    }
  })
}

test('the corpus has more than 300 templates', () => {
  assert.ok(corpus.flatMap(([, templates]) => templates).length >= 300)
})
