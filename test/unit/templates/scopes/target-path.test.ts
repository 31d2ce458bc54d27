import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { ScopeError } from '../../../../templates/scopes/scope-error.ts'
import { parseTargetPath } from '../../../../templates/scopes/target-path.ts'

describe('a path is read', () => {
  for (const [path, steps] of [
    ['spec', ['spec']],
    ['spec.customHeaders.X-a', ['spec', 'customHeaders', 'X-a']],
    ['a[0]', ['a', 0]],
    ['a[1][+2].b', ['a', 1, 2, 'b']],
    ['a.[3]', ['a', 3]],
    ['a[10000]', ['a', 10000]],
  ] as const) {
    test(path, () => assert.deepEqual(parseTargetPath(path), steps))
  }
})

describe('a path is refused in the words of External Secrets', () => {
  for (const [path, problem] of [
    ['', 'empty segment'],
    ['a..b', 'empty segment'],
    ['a.', 'empty segment'],
    ['[0]', 'path must start with a key'],
    ['a[', "unterminated '['"],
    ['a[0', "unterminated '['"],
    ['a[0]b', `expected '[' near "b"`],
    ['a[]', 'bad index ""'],
    ['a[x]', 'bad index "x"'],
    ['a[1.5]', 'empty segment|unterminated'],
    ['a[-1]', 'negative index -1'],
    ['a[10001]', 'index 10001 exceeds maximum \\(10000\\)'],
    ['a[99999999999999999999]', 'bad index "99999999999999999999"'],
  ] as const) {
    test(path === '' ? 'nothing' : path, () => {
      assert.throws(
        () => parseTargetPath(path),
        (thrown) => {
          assert.ok(thrown instanceof ScopeError)
          assert.ok(thrown.message.startsWith(`invalid path "${path}": `))
          assert.match(thrown.message, new RegExp(problem.replaceAll(/[[\]]/g, String.raw`\$&`)))
          return true
        },
      )
    })
  }
})

test('a path of keys and indexes is read as what it was made of', () => {
  const key = fc.stringMatching(/^[a-zA-Z0-9_-]{1,8}$/)
  const segment = fc.tuple(key, fc.array(fc.nat(10_000), { maxLength: 3 }))
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
      const path = segments.map(([name, indexes]) => name + indexes.map((index) => `[${index}]`).join('')).join('.')
      assert.deepEqual(parseTargetPath(path), segments.flat(2))
    }),
  )
})
