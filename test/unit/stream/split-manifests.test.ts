import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { splitManifests } from '../../../plugin/stream/split-manifests.ts'
import { stream } from './streams.ts'

/** `line: source` of each document. */
function parts(text: string): readonly string[] {
  return stream(text).documents.map(({ line, source }) => `${line}: ${source}`)
}

describe('documents are split', () => {
  test('at --- in the first column', () => {
    assert.deepEqual(parts('a: 1\n---\nb: 2\n---\nc: 3\n'), ['1: a: 1\n', '3: b: 2\n', '5: c: 3\n'])
  })

  test('with blanks and a comment behind the mark, which belong to the mark', () => {
    assert.deepEqual(parts('---  \na: 1\n--- # next\nb: 2\n'), ['2: a: 1\n', '4: b: 2\n'])
  })

  test('with content on the line of the mark', () => {
    assert.deepEqual(parts('--- {a: 1}\n--- |\n text\n'), ['1:  {a: 1}\n', '2:  |\n text\n'])
  })

  test('not at --- inside of a block scalar, in a word, or in a longer line of dashes', () => {
    const text = 'a: |\n  ---\n  x\nb: a---b\n----\n---x\n'
    assert.deepEqual(parts(text), [`1: ${text}`])
  })

  test('at ... , and what follows needs no ---', () => {
    assert.deepEqual(parts('a: 1\n...\nb: 2\n'), ['1: a: 1\n', '3: b: 2\n'])
  })

  test('with line ends of Windows and of old Macs', () => {
    assert.deepEqual(parts('a: 1\r\n---\r\nb: 2\r\n'), ['1: a: 1\r\n', '3: b: 2\r\n'])
    assert.deepEqual(parts('a: 1\r---\rb: 2'), ['1: a: 1\r', '3: b: 2'])
  })

  test('without a final line end, also right after the mark', () => {
    assert.deepEqual(parts('a: 1\n---'), ['1: a: 1\n', '2: '])
    assert.deepEqual(parts('a: 1\n---\nb: 2'), ['1: a: 1\n', '3: b: 2'])
  })
})

describe('what stands before a document is its opening', () => {
  test('comments and directives before the first mark', () => {
    const [document, ...others] = stream('# licence\n%YAML 1.1\n%TAG !k! tag:k.io,1:\n---\na: 1\n').documents
    assert.equal(document?.opening, '# licence\n%YAML 1.1\n%TAG !k! tag:k.io,1:\n---\n')
    assert.equal(document?.line, 5)
    assert.deepEqual(others, [])
  })

  test('a byte order mark', () => {
    assert.deepEqual(parts('\ufeffa: 1\n'), ['1: a: 1\n'])
    assert.deepEqual(parts('\ufeff---\na: 1\n'), ['2: a: 1\n'])
  })

  test('a byte order mark of a file that was appended to another one', () => {
    assert.deepEqual(parts('a: 1\n\ufeff---\nb: 2\n'), ['1: a: 1\n', '3: b: 2\n'])
  })

  test('an end mark and directives between documents', () => {
    const [, second] = stream('a: 1\n...\n%YAML 1.1\n---\nb: 2\n').documents
    assert.equal(second?.opening, '...\n%YAML 1.1\n---\n')
    assert.equal(second?.line, 5)
  })
})

test('the line of a document is that of its first line of content', () => {
  assert.deepEqual(
    stream('\n# comment\n\na: 1\n---\n\n# more\n  # and more\nb: 2\n').documents.map(({ line }) => line),
    [4, 9],
  )
})

test('comments alone are a document, nothing is none', () => {
  assert.deepEqual(parts('# only this\n'), ['1: # only this\n'])
  assert.deepEqual(parts(''), [])
})

describe('JSON objects without marks between them are documents of their own', () => {
  test('one a line', () => {
    assert.deepEqual(parts('{"a":1}\n{"b":"}{"}\n{"c":[{}]}\n'), ['1: {"a":1}\n', '2: {"b":"}{"}\n', '3: {"c":[{}]}\n'])
  })

  test('one right after the other, with escaped quotes', () => {
    assert.deepEqual(parts('{"a":"\\"}{\\\\"}{"b":2}'), ['1: {"a":"\\"}{\\\\"}', '1: {"b":2}'])
  })

  test('and nothing else is cut', () => {
    for (const text of ['{a: 1, b: {c: 2}}\n', "{a: '}{'}\n", '{"a":1} # {"b":2}\n', '{"a":"unterminated}{', '{"a":1}]{"b":2}']) {
      assert.deepEqual(parts(text), [`1: ${text}`])
    }
  })
})

test('openings and sources are the file, byte for byte, also where it is no UTF-8', () => {
  const bytes = Buffer.from([0xff, 0x0a, 0x2d, 0x2d, 0x2d, 0x0a, 0x00, 0xc3, 0x28, 0x0d])
  const { documents } = splitManifests('-', bytes)
  assert.equal(documents.length, 2)
  assert.deepEqual(Buffer.from(documents.map(({ opening, source }) => opening + source).join(''), 'latin1'), bytes)
})
