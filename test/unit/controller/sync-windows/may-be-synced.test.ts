import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import type { WindowTarget } from '../../../../plugin/controller/sync-windows/matches-window.ts'
import { mayBeSynced } from '../../../../plugin/controller/sync-windows/may-be-synced.ts'
import { readAppProject } from '../../../../plugin/controller/sync-windows/read-app-project.ts'
import type { SyncWindow } from '../../../../plugin/controller/sync-windows/sync-window.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { runs } from '../../../support/property-runs.ts'
import { SHOP, type WindowCase, type WrittenWindow, windowCases } from './window-cases.ts'

const NOON = Date.parse('2026-01-05T12:00:00Z')

function windowsOf(written: readonly WrittenWindow[]): readonly SyncWindow[] {
  return readAppProject({ metadata: { name: 'team' }, spec: { syncWindows: written } })?.windows ?? assert.fail('no project')
}

function answers(written: readonly WrittenWindow[], target: WindowTarget, now: number): readonly boolean[] {
  const windows = windowsOf(written)
  return (['automation', 'people'] as const).map((by) => mayBeSynced(windows, target, by, now))
}

describe('what Argo CD v3.6.1 decides', () => {
  for (const { what, windows, at, automation, people } of windowCases)
    test(what, () => assert.deepEqual(answers(windows, SHOP, Date.parse(at)), [automation, people]))

  // Recorded: what its functions, given that moment, made of random windows.
  test('about random windows', () => {
    const file = new URL('argo-cd.generated.json', import.meta.url)
    const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly (Omit<WindowCase, 'what'> & {
      readonly target: WindowTarget
    })[]
    assert.ok(cases.length >= 180)
    for (const one of cases)
      assert.deepEqual(
        answers(one.windows, one.target, Date.parse(one.at)),
        [one.automation, one.people],
        JSON.stringify({ ...one, target: one.target }),
      )
  })
})

const window: fc.Arbitrary<WrittenWindow> = fc.record({
  kind: fc.constantFrom('allow', 'deny'),
  schedule: fc.constantFrom('* * * * *', '0 3 * * *', '30 11 * * *', '0 0 1 1 *'),
  duration: fc.constantFrom('30m', '1h', '24h'),
  applications: fc.constantFrom([], ['*'], ['pay']),
  namespaces: fc.constantFrom([], ['shop'], ['pay']),
  manualSync: fc.boolean(),
  andOperator: fc.boolean(),
})

test('people may whatever programs may; another order of windows, or one more of others, changes nothing', () => {
  const ofOthers = { kind: 'deny', schedule: '* * * * *', duration: '1h', applications: ['pay'] }
  fc.assert(
    fc.property(fc.array(window, { maxLength: 5 }), (windows) => {
      const answer = answers(windows, SHOP, NOON)
      assert.ok(!answer[0] || answer[1])
      assert.deepEqual(answers(windows.toReversed(), SHOP, NOON), answer)
      assert.deepEqual(answers([...windows, ofOthers], SHOP, NOON), answer)
    }),
    { numRuns: runs(200) },
  )
})

test('one more window that denies never lets anything be synced that was not before', () => {
  fc.assert(
    fc.property(fc.array(window, { maxLength: 5 }), window, (windows, more) => {
      const before = answers(windows, SHOP, NOON)
      const after = answers([...windows, { ...more, kind: 'deny', manualSync: false }], SHOP, NOON)
      assert.ok(!after[0] || before[0])
      assert.ok(!after[1] || before[1])
    }),
    { numRuns: runs(200) },
  )
})

// Argo CD syncs nothing of an Application with a window that it cannot read; nor is a pattern taken that we cannot.
for (const [what, broken] of [
  ['a descriptor', { schedule: '@daily' }],
  ['@every', { schedule: '@every 1h' }],
  ['four fields', { schedule: '0 0 * *' }],
  ['a day that does not exist', { schedule: '0 0 * * 7' }],
  ['no schedule', { schedule: '' }],
  ['a zone within the schedule', { schedule: 'TZ=Europe/Berlin 0 0 * * *' }],
  ['days', { duration: '1d' }],
  ['no duration', { duration: '' }],
  ['a pattern that does not end', { applications: ['[shop'] }],
] as const) {
  test(`a window with ${what} is an error that says what to do, be there others that allow`, () => {
    const good = { kind: 'allow', schedule: '* * * * *', duration: '1h', applications: ['*'] }
    assert.throws(
      () => mayBeSynced(windowsOf([good, { ...good, ...broken }]), SHOP, 'people', NOON),
      (thrown) => thrown instanceof SecretError && thrown.kind === 'InvalidSpec' && thrown.remedy !== undefined,
    )
  })
}

test('a window of others need not be readable', () => {
  const windows = windowsOf([{ kind: 'deny', schedule: '@daily', duration: '1h', applications: ['pay'] }])
  assert.equal(mayBeSynced(windows, SHOP, 'automation', NOON), true)
})
