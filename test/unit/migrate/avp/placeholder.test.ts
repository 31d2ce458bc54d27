import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { type Placeholder, splitPlaceholders } from '../../../../plugin/migrate/avp/placeholder.ts'
import { avpPlaceholders } from '../../../support/avp-model.ts'
import { runs } from '../../../support/property-runs.ts'

const only = (text: string, scope: 'inline' | 'all' = 'inline'): Placeholder | string | undefined => {
  const parts = splitPlaceholders(text, scope)
  assert.equal(parts.length, 1)
  return parts[0]
}

describe('placeholders of argocd-vault-plugin', () => {
  test('name path, key and version', () => {
    assert.deepEqual(only('<path:a/b#c>'), { path: 'a/b', key: 'c', modifiers: [] })
    assert.deepEqual(only('<path:a/b# c #2>'), { path: 'a/b', key: 'c', version: '2', modifiers: [] })
    assert.deepEqual(only('< key >', 'all'), { key: 'key', modifiers: [] })
    assert.deepEqual(only('<<key>', 'all'), { key: 'key', modifiers: [] })
    assert.deepEqual(only('<path:a#b#c#d>', 'all'), { path: 'a', key: 'b', version: 'c#d', modifiers: [] })
  })

  test('have modifiers with words', () => {
    assert.deepEqual(only("<path:a#b#v1 | jsonPath {.x}  {'|'}>"), {
      path: 'a',
      key: 'b',
      version: 'v1',
      modifiers: [
        { name: 'jsonPath', words: ['{.x}', "{'"] },
        { name: "'}", words: [] },
      ],
    })
  })

  test('without a path are text where no annotation names one', () => {
    assert.equal(only('labels[<KEY>] and <not:a#path>'), 'labels[<KEY>] and <not:a#path>')
    assert.equal(only('<path:a#b#c#d>'), '<path:a#b#c#d>')
    assert.equal(only('<path:#b>'), '<path:#b>')
    assert.equal(only('<path:a##>'), '<path:a##>')
  })

  const pieces = fc.array(fc.constantFrom('<', '>', '<path:', 'path:', '#', '|', 'a', ' ', '\n', '{.x}', 'ü'), { maxLength: 24 })
  for (const scope of ['inline', 'all'] as const) {
    test(`are what the expressions of the program match: ${scope}`, () => {
      fc.assert(
        fc.property(pieces, (all) => {
          const text = all.join('')
          const parts = splitPlaceholders(text, scope)
          const found = avpPlaceholders(text, scope)
          assert.equal(parts.filter((part) => typeof part !== 'string').length, found.length)
          const between = parts.filter((part) => typeof part === 'string').join('\0')
          assert.equal(
            between.replaceAll('\0', ''),
            found.reduce((rest, one) => rest.replace(one, ''), text),
          )
        }),
        { numRuns: runs(2_000) },
      )
    })
  }

  test('are found in megabytes of almost placeholders', () => {
    for (const almost of ['<path:', '<path:a#', '<path:a##', '<', '<\n', '<path:a#b#c#', 'path:#']) {
      const text = almost.repeat(300_000)
      assert.ok(splitPlaceholders(text, 'inline').length >= 1)
      assert.ok(splitPlaceholders(`${text}>`, 'all').length >= 1)
    }
  })
})
