import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LabelSelector, selectsLabels } from '../../../plugin/api/selects-labels.ts'

const labels = { tier: 'web', team: 'a' }
const expression = (
  key: string,
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
  values?: readonly string[],
): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values && { values }) }],
})

const cases: readonly (readonly [string, LabelSelector, boolean])[] = [
  ['nothing', {}, true],
  ['a label that is there', { matchLabels: { tier: 'web' } }, true],
  ['a label with another value', { matchLabels: { tier: 'db' } }, false],
  ['two labels, one of them missing', { matchLabels: { tier: 'web', zone: 'x' } }, false],
  ['In with the value', expression('tier', 'In', ['db', 'web']), true],
  ['In without it', expression('tier', 'In', ['db']), false],
  ['In of a missing label', expression('zone', 'In', ['']), false],
  ['NotIn with the value', expression('tier', 'NotIn', ['web']), false],
  ['NotIn of a missing label', expression('zone', 'NotIn', ['x']), true],
  ['Exists', expression('tier', 'Exists'), true],
  ['Exists of a missing label', expression('zone', 'Exists'), false],
  ['DoesNotExist', expression('tier', 'DoesNotExist'), false],
  ['DoesNotExist of a missing label', expression('zone', 'DoesNotExist'), true],
]

for (const [name, selector, selects] of cases) {
  test(`${name} ${selects ? 'selects' : 'does not select'} the labels`, () => {
    assert.equal(selectsLabels(selector, labels), selects)
  })
}
