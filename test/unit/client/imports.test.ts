import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

/** Every module that the client loads, by what it imports: types are gone when it runs. */
function importsBelow(file: URL, seen = new Set<string>()): ReadonlySet<string> {
  const source = readFileSync(file, 'utf8').replaceAll(/^import type [^\n]*$/gm, '')
  for (const [, specifier = ''] of source.matchAll(/\b(?:from |import\()'([^']+)'/g)) {
    const target = specifier.startsWith('.') ? new URL(specifier, file) : undefined
    const name = target?.pathname ?? specifier
    if (seen.has(name)) continue
    seen.add(name)
    if (target?.pathname.endsWith('.ts')) importsBelow(target, seen)
  }
  return seen
}

const imports = [...importsBelow(new URL('../../../plugin/client/client.ts', import.meta.url))]

test('the client imports its own files and modules of Node, no package', () => {
  assert.ok(imports.length > 20)
  assert.deepEqual(
    imports.filter((name) => !name.startsWith('/') && !name.startsWith('node:')),
    [],
  )
})

test('what takes long to load is not loaded for a plain directory', () => {
  const slow = new Set([
    'node:http',
    'node:https',
    'node:zlib',
    'node:tls',
    'node:stream',
    'node:util',
    'node:fs/promises',
    'node:url',
  ])
  assert.deepEqual(
    imports.filter((name) => slow.has(name)),
    [],
  )
})
