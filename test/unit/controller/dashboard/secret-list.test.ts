import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SecretFilter, secretList } from '../../../../plugin/controller/dashboard/secret-list.ts'
import { secretRow } from './view.ts'

const ALL: SecretFilter = { namespace: '', state: '', search: '', page: 1 }

function names(filter: Partial<SecretFilter>): readonly string[] {
  return secretList(ROWS, { ...ALL, ...filter }).rows.map(({ name }) => name)
}

const ROWS = [
  secretRow({ name: 'b', isPartial: true }),
  secretRow({ name: 'a' }),
  secretRow({ name: 'late', state: 'stale', applications: ['checkout'] }),
  secretRow({ name: 'broken', state: 'failed', namespace: 'pay' }),
  secretRow({ name: 'new', state: 'pending' }),
]

test('what needs somebody comes first, then names in order', () => {
  assert.deepEqual(names({}), ['broken', 'late', 'new', 'a', 'b'])
})

test('a namespace and a state are exact, a search finds parts of names, stores, keys and Applications in any case', () => {
  assert.deepEqual(names({ namespace: 'pay' }), ['broken'])
  assert.deepEqual(names({ state: 'synced' }), ['a', 'b'])
  assert.deepEqual(names({ state: 'partial' }), ['b'])
  assert.deepEqual(names({ search: 'CHECK' }), ['late'])
  assert.deepEqual(names({ search: 'team-a/b' }), ['broken', 'b'])
  assert.deepEqual(names({ search: 'nothing like it' }), [])
})

test('a page that is not there gives the nearest one, and every row is on exactly one page', () => {
  const many = Array.from({ length: 450 }, (_, index) => secretRow({ name: `s${index}` }))
  const pages = [1, 2, 3].map((page) => secretList(many, { ...ALL, page }))
  assert.deepEqual(
    pages.map(({ rows, total, pages: count }) => [rows.length, total, count]),
    [
      [200, 450, 3],
      [200, 450, 3],
      [50, 450, 3],
    ],
  )
  assert.equal(new Set(pages.flatMap(({ rows }) => rows)).size, 450)
  assert.equal(secretList(many, { ...ALL, page: 9 }).page, 3)
  assert.equal(secretList(many, { ...ALL, page: -1 }).page, 1)
})
