import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ManifestObject } from '../../../plugin/stream/manifest-document.ts'
import { printJsonLines } from '../../../plugin/stream/print-json-lines.ts'
import { objectsOf, print, stream } from './streams.ts'

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'made' } }
const MADE = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: made\n'

const ours = (name: string): string => `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: ${name}}\n`
const foreign = (name: string): string => `apiVersion: v1\nkind: Pod # ${name}\nmetadata:   {name: ${name}}\n`

function named(objects: readonly ManifestObject[], name: string): ManifestObject {
  const object = objects.find((candidate) => candidate.name === name)
  if (!object) throw new Error(`no ${name}`)
  return object
}

/** The text with each of these objects replaced. */
function edited(text: string, replacements: Readonly<Record<string, readonly object[]>>): string {
  const source = stream(text)
  const objects = objectsOf(source)
  return print([source], new Map(Object.entries(replacements).map(([name, by]) => [named(objects, name), by])))
}

test('a stream without edits is exactly its file', () => {
  for (const text of [
    '',
    '# c',
    '---\n',
    '\ufeffa: 1\n---\nb: 2',
    '{"a":1}{"b":2}',
    '...\na: 1\r\n...\n%YAML 1.1\n---\nb: 2\n',
    '--- {a: 1}\n--- x',
  ]) {
    assert.equal(print([stream(text)]), text)
  }
})

describe('an edit', () => {
  test('replaces its document and no other byte', () => {
    const text = `# licence\n---\n${foreign('a')}---\n${ours('b')}--- # third\n${foreign('c')}`
    assert.equal(edited(text, { b: [SECRET] }), `# licence\n---\n${foreign('a')}---\n${MADE}--- # third\n${foreign('c')}`)
  })

  test('of the first document needs no mark before it', () => {
    assert.equal(edited(`${ours('a')}---\n${foreign('b')}`, { a: [SECRET] }), `${MADE}---\n${foreign('b')}`)
  })

  test('of the last document ends with a line end', () => {
    assert.equal(edited(`${foreign('a')}---\n${ours('b').trimEnd()}`, { b: [SECRET] }), `${foreign('a')}---\n${MADE}`)
  })

  test('may put several documents in place of one', () => {
    assert.equal(edited(`${ours('a')}---\n${foreign('b')}`, { a: [SECRET, SECRET] }), `${MADE}---\n${MADE}---\n${foreign('b')}`)
  })

  test('without replacement removes the document with its mark', () => {
    const text = `${ours('a')}---\n${foreign('b')}---\n${ours('c')}---\n${foreign('d')}`
    assert.equal(edited(text, { a: [], c: [] }), `---\n${foreign('b')}---\n${foreign('d')}`)
    assert.equal(edited(`${ours('a')}---\n${ours('b')}`, { a: [], b: [] }), '')
  })

  test('of a document that starts beside its mark starts on the next line', () => {
    assert.equal(edited(`--- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n`, { a: [SECRET] }), `---\n${MADE}`)
  })

  test('leaves the line ends of its neighbours', () => {
    const windows = foreign('a').replaceAll('\n', '\r\n')
    assert.equal(edited(`${windows}---\r\n${ours('b')}`, { b: [SECRET] }), `${windows}---\r\n${MADE}`)
  })

  test('between JSON objects gives every document a mark of its own', () => {
    const pod = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}'
    const own = '{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","metadata":{"name":"b"}}'
    assert.equal(edited(`${pod}${own}\n${pod}`, { b: [SECRET] }), `---\n${pod}\n---\n${MADE}---\n${pod}`)
  })

  test('after an end mark gets a mark', () => {
    assert.equal(edited(`${ours('a')}...\n${foreign('b')}`, { a: [] }), foreign('b'))
    assert.equal(edited(`${ours('a')}...\n${foreign('b')}`, { a: [SECRET] }), `${MADE}---\n${foreign('b')}`)
    assert.equal(edited(`${ours('a')}...\n`, { a: [SECRET] }), MADE)
  })
})

describe('an edit in a List', () => {
  const LIST = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: a}
    data: {octal: "0123", yes: "on", count: 9007199254740993}
  - apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: {name: b}
  - apiVersion: v1
    kind: List
    items:
      - {apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: c}}
      - {apiVersion: v1, kind: Pod, metadata: {name: d}}
`
  const itemsOf = (text: string): readonly (string | undefined)[] =>
    objectsOf(stream(text)).map(({ kind, name }) => `${kind} ${name}`)

  test('replaces, adds and removes items, also of a List in it', () => {
    assert.deepEqual(itemsOf(edited(LIST, { b: [SECRET, SECRET], c: [] })), [
      'ConfigMap a',
      'Secret made',
      'Secret made',
      'Pod d',
    ])
    assert.deepEqual(itemsOf(edited(LIST, { a: [], b: [], c: [SECRET], d: [] })), ['Secret made'])
  })

  test('keeps what the other items mean', () => {
    const before = named(objectsOf(stream(LIST)), 'a').value
    assert.deepEqual(named(objectsOf(stream(edited(LIST, { b: [] }))), 'a').value, before)
  })
})

describe('several files become one stream', () => {
  const joined = (...files: readonly string[]): string => print(files.map((text, index) => stream(text, `${index}.yaml`)))

  test('with a mark between them where the next one has none', () => {
    assert.equal(joined('a: 1\n', 'b: 2\n', '---\nc: 3\n'), 'a: 1\n---\nb: 2\n---\nc: 3\n')
  })

  test('and a line end where the one before has none', () => {
    assert.equal(joined('a: 1', 'b: 2', '--- c'), 'a: 1\n---\nb: 2\n--- c')
  })

  test('with the byte order mark of the first one alone', () => {
    assert.equal(joined('\ufeffa: 1\n', '\ufeffb: 2\n', '\ufeff---\nc: 3\n'), '\ufeffa: 1\n---\nb: 2\n---\nc: 3\n')
  })

  test('with an end mark before directives', () => {
    assert.equal(joined('a: 1\n', '%YAML 1.1\n---\nb: 2\n'), 'a: 1\n...\n%YAML 1.1\n---\nb: 2\n')
  })

  test('after an end mark, an empty file and a file of comments', () => {
    assert.equal(joined('a: 1\n...\n', '', '# c\n', 'b: 2\n'), 'a: 1\n...\n---\n# c\n---\nb: 2\n')
  })

  test('of JSON, each with a mark, so that nobody takes the stream for JSON', () => {
    assert.equal(joined('{"a":1}', '{"b":2}\n', 'c: 3\n'), '---\n{"a":1}\n---\n{"b":2}\n---\nc: 3\n')
  })
})

describe('as JSON lines', () => {
  const lines = async (text: string): Promise<readonly unknown[]> => {
    const { bytes, problems } = await printJsonLines([stream(text)], new Map())
    assert.deepEqual(problems, [])
    return Buffer.from(bytes)
      .toString('utf8')
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line))
  }

  test('every document is one, empty ones are none, Lists stay together', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ a: 1 }, { b: 2 }] }
    assert.deepEqual(await lines(`a: yes\n---\n# empty\n---\n${JSON.stringify(list)}\n---\n"é\\n"\n---\n`), [
      { a: true },
      list,
      'é\n',
    ])
  })

  test('large integers keep their digits', async () => {
    const { bytes } = await printJsonLines([stream('a: 18446744073709551615\n')], new Map())
    assert.equal(Buffer.from(bytes).toString('utf8'), '{"a":18446744073709551615}\n')
  })

  test('edits are in them', async () => {
    const source = stream(`${ours('a')}---\n${ours('b')}---\na: 1\n`)
    const objects = objectsOf(source)
    const { bytes } = await printJsonLines(
      [source],
      new Map([
        [named(objects, 'a'), [SECRET]],
        [named(objects, 'b'), []],
      ]),
    )
    assert.equal(Buffer.from(bytes).toString('utf8'), `${JSON.stringify(SECRET)}\n{"a":1}\n`)
  })

  test('a foreign document that cannot be parsed is a problem with its line', async () => {
    const { problems } = await printJsonLines([stream('a: 1\n---\nb: [\n---\nc: 3\n---\nd: "\n')], new Map())
    assert.deepEqual(
      problems.map(({ kind, place }) => [kind, place.file]),
      [
        ['InvalidSpec', 'app.yaml'],
        ['InvalidSpec', 'app.yaml'],
      ],
    )
  })
})
