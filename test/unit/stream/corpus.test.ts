import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { readYamlValue } from '../../../plugin/stream/read-yaml-value.ts'
import { readWithYaml } from './second-reader.ts'

/** One document a file; beside it what sigs.k8s.io/yaml 1.4.0, the reader of kubectl and Argo CD, makes of it as JSON. */
const files = globSync(path.join(import.meta.dirname, 'corpus', '*.yaml')).sort()

/**
 * YAML says that a mapping's own keys win over merged ones; go-yaml v2 lets the later of the two win, and so do we.
 * The yaml package does not take a carriage return alone for a line break.
 */
const READERS_DIFFER = new Set(['merge-after-own-keys', 'carriage-returns'])

/** As numbers of JSON, which is how the expectation is read. */
function withoutBigints(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(withoutBigints)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, withoutBigints(item)])
  return Object.fromEntries(entries)
}

test('the corpus is large enough to mean something', () => {
  assert.ok(files.length >= 80, `${files.length} files`)
})

describe('a document of the corpus means what it means to Kubernetes', () => {
  for (const file of files) {
    test(path.basename(file, '.yaml'), () => {
      const expected: unknown = JSON.parse(readFileSync(file.replace(/yaml$/, 'json'), 'utf8'))
      assert.deepEqual(withoutBigints(readYamlValue(readFileSync(file, 'utf8'))), expected)
    })
  }
})

describe('the yaml package reads a document of the corpus as our reader does', () => {
  for (const file of files) {
    const name = path.basename(file, '.yaml')
    if (READERS_DIFFER.has(name)) continue
    test(name, () => {
      const text = readFileSync(file, 'utf8')
      assert.deepEqual(withoutBigints(readWithYaml(text)), withoutBigints(readYamlValue(text)))
    })
  }
})
