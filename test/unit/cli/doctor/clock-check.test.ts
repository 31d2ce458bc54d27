import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockFinding } from '../../../../plugin/cli/doctor/clock-check.ts'

for (const [seconds, state, said] of [
  [0, 'ok', /agrees/],
  [-29, 'ok', /agrees/],
  [31, 'doubt', /^31 s ahead of/],
  [-299, 'doubt', /^299 s behind/],
  [301, 'wrong', /^301 s ahead of .* refused$/],
  [-86_400, 'wrong', /^86400 s behind/],
] as const) {
  test(`a clock that is ${seconds} s ahead is ${state}`, () => {
    const finding = clockFinding(seconds * 1_000)
    assert.equal(finding.state, state)
    assert.match(finding.text, said)
    assert.equal(finding.remedy === undefined, state === 'ok')
  })
}
