import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FieldPath } from '../../../plugin/model/field-path.ts'
import { lineOf } from '../../../plugin/stream/line-of.ts'
import { onlyDocument, stream } from './streams.ts'

const TEXT = `# head
---
# comment
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  "quoted key": x
spec:
  # comment
  list:
    - name: one

      value: |
        text
        more
    - name: two
    -
      name: three
  flow: {a: 1, b: [x,
    y, {c: d}]}
  copy: &copy
    inner: 1
  alias: *copy
`

const LINES: readonly (readonly [FieldPath, number])[] = [
  [[], 4],
  [['apiVersion'], 4],
  [['metadata'], 6],
  [['metadata', 'name'], 7],
  [['metadata', 'quoted key'], 8],
  [['spec', 'list'], 11],
  [['spec', 'list', 0], 12],
  [['spec', 'list', 0, 'value'], 14],
  [['spec', 'list', 1, 'name'], 17],
  [['spec', 'list', 2], 19],
  [['spec', 'flow', 'b'], 20],
  [['spec', 'flow', 'b', 1], 21],
  [['spec', 'flow', 'b', 2, 'c'], 21],
  [['spec', 'alias'], 24],
  [['spec', 'alias', 'inner'], 23],
]

describe('the line of a field', () => {
  for (const [path, line] of LINES) {
    test(path.join('.') || 'of the whole document', () => assert.equal(lineOf(onlyDocument(TEXT), path), line))
  }

  test('that is not there is its nearest parent that is', () => {
    assert.equal(lineOf(onlyDocument(TEXT), ['metadata', 'namespace']), 6)
    assert.equal(lineOf(onlyDocument(TEXT), ['spec', 'list', 7, 'name']), 11)
    assert.equal(lineOf(onlyDocument(TEXT), ['metadata', 'name', 'deeper', 3]), 7)
  })

  test('counts from the start of the file, over line ends of all kinds and directives', () => {
    const documents = stream('a: 1\r\n---\r\nb:\r\n  c: 1\r\n...\n%TAG !k! tag:k.io,1:\n---\nd:\n  e: !k!x 1\n').documents
    assert.deepEqual(
      [lineOf(documents[1] ?? onlyDocument('x'), ['b', 'c']), lineOf(documents[2] ?? onlyDocument('x'), ['d', 'e'])],
      [4, 9],
    )
  })

  test('is the same in a large document, which is parsed once', () => {
    const items = Array.from({ length: 5000 }, (_, index) => `  - name: item-${index}\r\n    value: x\n`)
    const document = onlyDocument(`items:\n${items.join('')}`)
    for (const index of [0, 1, 700, 4999]) {
      assert.equal(lineOf(document, ['items', index, 'value']), 3 + 2 * index)
    }
  })

  test('in a document with lines that stand too far left', () => {
    assert.equal(lineOf(onlyDocument('a: {\nb: 1,\nc: 2\n}\nd:\n  e: 1\n'), ['d', 'e']), 6)
  })

  test('of a document that cannot be read is its own', () => {
    assert.equal(lineOf(onlyDocument('# c\na: [\n'), ['a']), 2)
  })
})

test('a document of directives alone has its fields on its own line, not on that of a directive', () => {
  const document = onlyDocument('%YAML 1.1\n---')
  assert.equal(lineOf(document, ['a']), document.sourceLine)
})
