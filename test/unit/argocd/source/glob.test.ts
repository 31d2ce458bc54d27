import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { compileGlob } from '../../../../plugin/argocd/source/glob.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

// What github.com/gobwas/glob without separators says of each (its readme and syntax).
for (const [pattern, matching, others] of [
  ['*.yaml', ['a.yaml', 'deep/er/a.yaml', '.yaml'], ['a.yml', 'a.yaml.bak', '']],
  ['**/*.yaml', ['a/b.yaml', 'a/b/c.yaml'], ['b.yaml']],
  ['?.yaml', ['a.yaml', '/.yaml'], ['ab.yaml', '.yaml']],
  ['[abc].yaml', ['a.yaml', 'c.yaml'], ['d.yaml']],
  ['[!abc].yaml', ['d.yaml'], ['a.yaml']],
  ['[a-c].yaml', ['b.yaml'], ['d.yaml', '-.yaml']],
  ['[!a-c].yaml', ['d.yaml'], ['b.yaml']],
  ['{a,b}.yaml', ['a.yaml', 'b.yaml'], ['c.yaml', 'a,b.yaml']],
  ['{*.yaml,conf/*}', ['x.yaml', 'conf/x'], ['x', 'other/x.yml']],
  ['{a{1,2},b}x', ['a1x', 'a2x', 'bx'], ['ax', 'a1', 'b1x']],
  ['{,a}b', ['b', 'ab'], ['a', 'aab']],
  ['a\\*', ['a*'], ['ab']],
  ['a,b}', ['a,b}'], ['a']],
  ['', [''], ['a']],
] as const) {
  test(`the glob ${JSON.stringify(pattern)}`, () => {
    const glob = compileGlob(pattern)
    assert.deepEqual(
      matching.filter((path) => !glob(path)),
      [],
    )
    assert.deepEqual(others.filter(glob), [])
  })
}

for (const pattern of ['[abc', '{a,b', 'a\\', '[]', '[c-a]', '[a-]', '[a-cx]', String.raw`[a\]`, 'x'.repeat(5000)])
  test(`the glob ${JSON.stringify(pattern.slice(0, 20))} cannot be read`, () => {
    assert.throws(
      () => compileGlob(pattern),
      (thrown) => thrown instanceof SecretError && thrown.kind === 'InvalidSpec',
    )
  })

test('a text matches itself once its special characters are escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      assert.ok(compileGlob(text.replaceAll(/[*?[\]{},\\]/g, String.raw`\$&`))(text))
    }),
  )
})

test('stars and texts match as the regular expression of the same meaning', () => {
  const piece = fc.constantFrom('*', 'a', 'b', '/', '?')
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 10 }),
      (pattern, path) => {
        const expression = new RegExp(`^${pattern.join('').replaceAll('*', '.*').replaceAll('?', '.')}$`)
        assert.equal(compileGlob(pattern.join(''))(path.join('')), expression.test(path.join('')))
      },
    ),
  )
})

test('a hostile pattern takes steps in proportion to its length', () => {
  assert.equal(compileGlob(`${'*a'.repeat(1000)}b`)('a'.repeat(1000)), false)
  assert.equal(compileGlob(`${'{a,*}'.repeat(500)}b`)('a'.repeat(500)), false)
})
