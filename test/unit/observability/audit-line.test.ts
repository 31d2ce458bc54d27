import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogFields } from '../../../plugin/model/logger.ts'
import { withoutUser, writeAuditLine } from '../../../plugin/observability/audit-line.ts'
import { jsonLogger } from '../../../plugin/observability/json-logger.ts'
import type { RenderFacts } from '../../../plugin/observability/render-facts.ts'

const FACTS: RenderFacts = {
  tenant: { project: 'team', application: 'shop', namespace: 'shop' },
  revision: 'f00f',
  repoUrl: 'https://robot:hunter2@git.example.com/shop.git',
  path: 'apps/shop',
  policy: 'abc',
  outcome: 'ok',
  guard: 'none',
  problems: 0,
  durationMs: 12.4,
  outputBytes: 10,
  reads: [],
  generated: [],
  standIns: [],
}
const read = {
  externalSecret: 'shop/a',
  store: 'SecretStore shop/s',
  provider: 'aws',
  keyPrefix: '',
  requestedVersion: '',
  part: 'value' as const,
  version: '1',
  refreshInterval: '',
  isHook: false,
  stale: false,
}

function lineOf(facts: RenderFacts): LogFields & { readonly level: string; readonly message: string } {
  const lines: string[] = []
  writeAuditLine(
    jsonLogger('info', { now: () => 0 }, (line) => lines.push(line)),
    facts,
  )
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /^[^\n]*\n$/)
  return JSON.parse(lines[0] ?? '') as ReturnType<typeof lineOf>
}

test('says who got what, each key once, and marks what is stale', () => {
  const line = lineOf({
    ...FACTS,
    reads: [
      { ...read, key: 'one' },
      { ...read, externalSecret: 'shop/b', key: 'one' },
      { ...read, key: 'two', stale: true },
      { ...read, key: 'three', version: undefined },
    ],
  })
  assert.deepEqual([line.level, line.message, line['durationMs']], ['info', 'rendered', 12])
  assert.equal(
    line['reads'],
    'SecretStore shop/s aws one@1, SecretStore shop/s aws two@1 (stale), SecretStore shop/s aws three (absent)',
  )
})

test('what failed is a warning with its kind', () => {
  const { level, message, outcome } = lineOf({ ...FACTS, outcome: 'AccessDenied', problems: 2 }) as Record<string, unknown>
  assert.deepEqual([level, message, outcome], ['warn', 'not rendered', 'AccessDenied'])
})

test('no password of a repository is in it', () => {
  assert.equal(lineOf(FACTS)['repoUrl'], 'https://git.example.com/shop.git')
  assert.equal(withoutUser('git@github.com:a/b.git'), 'git@github.com:a/b.git')
  assert.equal(withoutUser('https://a:p@ss@host/x'), 'https://host/x')
})

test('names cannot begin a line or change how it is shown', () => {
  assert.equal(lineOf({ ...FACTS, path: 'a\u202eb\n{"level":"info"}' })['path'], 'a\\u202eb\\u000a{"level":"info"}')
})

test('a thousand keys are listed, the rest is counted', () => {
  const reads = Array.from({ length: 1_003 }, (_, index) => ({ ...read, key: `k${index}` }))
  assert.equal(lineOf({ ...FACTS, reads })['readsNotShown'], 3)
})

test('the generators that made values are listed once each, and a thousand at most; a render without one says nothing of them', () => {
  const of = (generator: string, externalSecret = 'shop/a') => ({ externalSecret, generator })
  const line = lineOf({
    ...FACTS,
    generated: [of('Password shop/one'), of('Password shop/one', 'shop/b'), of('UUID shop/i\u202ed')],
  })
  assert.equal(line['generators'], 'Password shop/one, UUID shop/i\\u202ed')
  const many = Array.from({ length: 1_002 }, (_, index) => of(`UUID shop/u${index}`))
  assert.equal(lineOf({ ...FACTS, generated: many })['generatorsNotShown'], 2)
  assert.ok(!('generators' in lineOf(FACTS)))
})

test('a render in which something stands in says so, what, and how often; another says nothing of it', () => {
  const line = lineOf({
    ...FACTS,
    standIns: [
      { externalSecret: 'shop/a', kind: 'default', what: 'level', store: '' },
      { externalSecret: 'shop/b', kind: 'otherStore', what: 'password', store: 'SecretStore shop/old' },
    ],
  })
  assert.equal(line['standIns'], 2)
  assert.equal(
    line['partial'],
    'shop/a: level was not found; its default stands in; shop/b: password was not found in its own store and is read from SecretStore shop/old',
  )
  assert.ok(!('standIns' in lineOf(FACTS)) && !('partial' in lineOf(FACTS)))
})
