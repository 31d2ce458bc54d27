import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TemplateError } from '../../../../templates/engine.ts'
import { goTemplateEngine } from '../../../../templates/go-template/go-template-engine.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'
/** Templates and what Go's text/template with sprig 3.3 made of each, with its local zone at UTC. */
import made from './go-methods.json' with { type: 'json' }

function rendered(template: string): string {
  try {
    const data = new Map([['x', new TextEncoder().encode('y')]])
    return Buffer.from(goTemplateEngine.compile(template, 't').render(data, roomyBudget, roomySurroundings).bytes).toString()
  } catch (thrown) {
    assert.ok(thrown instanceof TemplateError)
    return `ERR ${thrown.prefix ?? ''}${thrown.message}`
  }
}

describe('methods of times, locations and versions give what Go gives', () => {
  for (const [template = '', expected = ''] of made) {
    test(template, () => assert.equal(rendered(template), expected))
  }
})
