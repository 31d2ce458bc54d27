import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { call } from './call.ts'

/** Expectations come from Go's packages path and path/filepath. */
describe('paths are those of Go', () => {
  const cases: readonly (readonly [path: string, base: string, dir: string, clean: string, ext: string])[] = [
    ['', '.', '.', '.', ''],
    ['/', '/', '/', '/', ''],
    ['a/b/c', 'c', 'a/b', 'a/b/c', ''],
    ['/a', 'a', '/', '/a', ''],
    ['a', 'a', '.', 'a', ''],
    ['a/', 'a', 'a', 'a', ''],
    ['a//b/../c/./d.txt', 'd.txt', 'a/c', 'a/c/d.txt', '.txt'],
    ['../../a', 'a', '../..', '../../a', ''],
    ['/../a', 'a', '/', '/a', ''],
    ['a/../..', '..', '.', '..', '.'],
    ['.bashrc', '.bashrc', '.', '.bashrc', '.bashrc'],
    ['a.b/c', 'c', 'a.b', 'a.b/c', ''],
    ['a.tar.gz', 'a.tar.gz', '.', 'a.tar.gz', '.gz'],
    ['///', '/', '/', '/', ''],
  ]
  for (const [path, base, dir, clean, ext] of cases) {
    test(JSON.stringify(path), () => {
      const results = ['base', 'dir', 'clean', 'ext'].map((name) => call(name, path))
      assert.deepEqual(results, [base, dir, clean, ext])
      assert.deepEqual(
        ['osBase', 'osDir', 'osClean', 'osExt'].map((name) => call(name, path)),
        results,
      )
      assert.equal(call('isAbs', path), path.startsWith('/'))
      assert.equal(call('osIsAbs', path), path.startsWith('/'))
    })
  }
})

test('a clean path stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/') }), (path) => {
      const clean = call('clean', path)
      assert.equal(call('clean', clean), clean)
    }),
  )
})
