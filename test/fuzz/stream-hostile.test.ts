import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lineOf } from '../../plugin/stream/line-of.ts'
import { mayHoldOurs } from '../../plugin/stream/may-hold-ours.ts'
import { printStream } from '../../plugin/stream/print-stream.ts'
import { readObjects } from '../../plugin/stream/read-objects.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'

/** The limit of a test is generous: what it guards against is work that grows with the square of the input, minutes at these sizes. */
const TIMEOUT_MS = 60_000
const HEAD = 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n'

const many = (piece: string, bytes = 3 * 1024 * 1024): string => piece.repeat(Math.floor(bytes / piece.length))
const numbered = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('')

function read(text: string): { readonly problem: string; readonly objects: number; readonly warnings: number } {
  const bytes = Buffer.from(text, 'latin1')
  const stream = splitManifests('f', bytes)
  assert.equal(Buffer.compare(Buffer.from(printStream([stream], new Map())), bytes), 0)
  let problem = ''
  let objects = 0
  let warnings = 0
  for (const document of stream.documents.slice(0, 100)) {
    mayHoldOurs(document)
    lineOf(document, ['spec', 'data', 1])
    const result = readObjects(document)
    problem ||= result.problems[0]?.message ?? ''
    objects += result.objects.length
    warnings += result.warnings.length
  }
  return { problem, objects, warnings }
}

const REFUSED: Readonly<Record<string, readonly [text: string, problem: RegExp]>> = {
  'a billion laughs': [
    `${HEAD}a0: &a0 [x,x,x,x,x,x,x,x,x]\n${numbered(9, (index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join()}]\n`)}`,
    /too large/,
  ],
  'a long text repeated by aliases': [`${HEAD}a: &a ${'x'.repeat(1_000_000)}\nb:\n${'  - *a\n'.repeat(1000)}`, /too large/],
  'a large mapping merged over and over': [
    `${HEAD}a: &a {${numbered(20_000, (i) => `k${i}: v, `)}}\nb:\n${'  - <<: *a\n'.repeat(2000)}`,
    /too large/,
  ],
  'depth by aliases': [`${HEAD}b0: &b0 [x]\n${numbered(10_000, (i) => `b${i + 1}: &b${i + 1} [[[[*b${i}]]]]\n`)}`, /levels deep/],
  'deep lists': [`${HEAD}a: ${'['.repeat(100_000)}`, /levels deep/],
  'deep mappings': [`${HEAD}a: ${'{a: '.repeat(100_000)}`, /levels deep/],
  'deep block lists': [`${HEAD}a:\n  ${'- '.repeat(100_000)}`, /levels deep/],
  'deep JSON': ['{"apiVersion":"external-secrets.io/v1","a":'.repeat(20_000), /levels deep/],
  'deep explicit keys': [`${HEAD}${'? '.repeat(100_000)}`, /levels deep/],
  'an alias to itself': [`${HEAD}a: &a [*a]`, /contains itself/],
  NUL: [`${HEAD}a: \0`, /NUL/],
  'nothing but NUL': [many('\0'), /NUL/],
  'millions of items': [`${HEAD}a: [${many('a,')}]`, /more than \d+ lines/],
  'millions of pairs in a list': [`${HEAD}a: [${many('a: b,')}]`, /more than \d+ lines/],
  'millions of blank lines': [`${HEAD}a: |\n${many('\n')}`, /more than \d+ lines/],
  'bad UTF-8': [`${HEAD}a: ${many('\u00ff')}`, /not UTF-8/],
  'a text without end': [`${HEAD}a: "${many('x')}`, /unexpected end/],
  'a tag of megabytes': [`${HEAD}a: !${many('t', 12 * 1024 * 1024)} x`, /too large/],
  'more bytes than any document': [`${HEAD}a: ${many('x', 17 * 1024 * 1024)}`, /larger than/],
  'thousands of brackets closed too far left': [`${HEAD}a:\n  b: [\n${many('x,\n', 1_000_000)}]\n`, /deficient indentation/],
  'unclosed brackets of every kind': [`${HEAD}a: ${many('{[,', 300_000)}`, /levels deep|not valid YAML/],
  'directives without a document': [`%TAG !external-secrets.io x\n${many('%TAG ! x\n', 300_000)}`, /not valid YAML/],
}

describe('refused with a bounded error:', { timeout: TIMEOUT_MS }, () => {
  for (const [name, [text, expected]] of Object.entries(REFUSED)) {
    test(name, () => {
      const { problem, objects } = read(text)
      assert.match(problem, expected)
      assert.ok(problem.length < 500)
      assert.equal(objects, 0)
    })
  }
})

const READ: Readonly<Record<string, string>> = {
  '50,000 keys in a flow mapping': `${HEAD}a: {${numbered(50_000, (i) => `k${i}: v, `)}}\n`,
  '200,000 keys in a block mapping': `${HEAD}a:\n${numbered(200_000, (i) => `  k${i}: v\n`)}`,
  'a text of megabytes': `${HEAD}a: ${many('x')}\n`,
  'a quoted text of megabytes': `${HEAD}a: "${many('\\x41')}"\n`,
  'a block of megabytes': `${HEAD}a: |\n${many('  some text\n')}`,
  'digits of megabytes': `${HEAD}a: ${many('9')}\nb: -${many('0')}\nc: 0x${many('f')}\nd: 1${many('_')}\ne: .${many('1_')}\n`,
  'colons without end': `${HEAD}a: ${many('1:', 600_000)}1\n`,
  'blanks and tabs of megabytes': `${HEAD}${many(' ')}\n${many('\t')}\n`,
  'comments of megabytes': `${HEAD}${many('# external-secrets.io\n')}`,
  'a key of megabytes': `${HEAD}${many('k')}: v\n`,
  'tens of thousands of anchors': `${HEAD}a:\n${numbered(50_000, (i) => `  - &a${i} x\n`)}`,
  'nested properties': `${HEAD}x:\n${numbered(45, (i) => `${'  '.repeat(i + 1)}&p${i} !t${i}\n${'  '.repeat(i + 1)}k${i}:\n`)}`,
  'a JSON text of megabytes': `{"apiVersion":"external-secrets.io/v1","kind":"X","a":"${many('\\"')}"}`,
}

describe('read all the same:', { timeout: TIMEOUT_MS }, () => {
  for (const [name, text] of Object.entries(READ)) {
    test(name, () => assert.deepEqual(read(text), { problem: '', objects: 1, warnings: 0 }))
  }

  test('100,000 times the same key, with as many warnings as anybody reads', () => {
    const { problem, warnings } = read(`${HEAD}a: {${'k: 1, '.repeat(100_000)}}\n`)
    assert.equal(problem, '')
    assert.equal(warnings, 1000)
  })
})

describe('split all the same:', { timeout: TIMEOUT_MS }, () => {
  const SPLIT: Readonly<Record<string, readonly [text: string, documents: number]>> = {
    'a file of line ends': [many('\n'), 1],
    'a file of dashes': [many('-'), 1],
    'a file of marks': [many('---\n', 400_000), 100_000],
    'a file of end marks': [many('...\n'), 1],
    'a file of byte order marks': [many('\u00ef\u00bb\u00bf'), 1],
    'a file of braces': [many('{}\n'), 1],
    'escaped quotes without end': [`{"a":"${many('\\"')}`, 1],
    'backslashes without end': [`{"a":"${many('\\')}`, 1],
  }
  for (const [name, [text, documents]] of Object.entries(SPLIT)) {
    test(name, () => {
      assert.equal(splitManifests('f', Buffer.from(text, 'latin1')).documents.length, documents)
    })
  }
})
