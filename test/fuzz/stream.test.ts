import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { lineOf } from '../../plugin/stream/line-of.ts'
import type { ManifestObject, ManifestStream } from '../../plugin/stream/manifest-document.ts'
import { mayHoldKind } from '../../plugin/stream/may-hold-kind.ts'
import { mayHoldOurs } from '../../plugin/stream/may-hold-ours.ts'
import { printJsonLines } from '../../plugin/stream/print-json-lines.ts'
import { printStream } from '../../plugin/stream/print-stream.ts'
import { readObjects } from '../../plugin/stream/read-objects.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { runs } from '../support/property-runs.ts'

/** Pieces that mean something to YAML, so that random texts reach far into the readers. */
const pieces = [
  '---',
  '---\n',
  '--- # c\n',
  '...\n',
  '%TAG !k! tag:k.io,1:\n',
  '%YAML 1.1\n',
  '\ufeff',
  '\n',
  '\r\n',
  '\r',
  '\n  ',
  '\n    ',
  '\t',
  ' ',
  '# c\n',
  'a: ',
  'b:\n  ',
  '- ',
  '? ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  '"',
  "'",
  '|\n  ',
  '>-\n  ',
  '&x ',
  '*x',
  '<<: ',
  '!!str ',
  '!!binary ',
  '!t ',
  '!k!t ',
  'apiVersion: external-secrets.io/v1\n',
  'kind: ExternalSecret\n',
  'kind: List\nitems:\n- ',
  '{"apiVersion":"v1","kind":"Pod"}',
  '"\\u0065',
  '\\x41',
  '__proto__: ',
  'constructor: ',
  'yes',
  '0777',
  '1e3',
  '.inf',
  '~',
  'text',
  'é',
  '😀',
  '\0',
  '\\',
  'x'.repeat(40),
]
const yamlish = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 30 })
  .map((parts) => parts.join(''))
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  yamlish.map((text) => new TextEncoder().encode(text)),
  fc
    .tuple(yamlish, fc.uint8Array({ maxLength: 4 }), yamlish)
    .map(([head, middle, tail]) => Buffer.concat([Buffer.from(head), middle, Buffer.from(tail)])),
)

test('split and printed again, a file is the same bytes', () => {
  fc.assert(
    fc.property(bytes, (file) => {
      assert.deepEqual(Buffer.from(printStream([splitManifests('f', file)], new Map())), Buffer.from(file))
    }),
    { numRuns: runs(2000) },
  )
})

test('the lines of documents are within the file and never go back', () => {
  fc.assert(
    fc.property(bytes, (file) => {
      const lines = Buffer.from(file)
        .toString('latin1')
        .split(/\r\n|\n|\r/).length
      let before = 1
      for (const { sourceLine, line } of splitManifests('f', file).documents) {
        assert.ok(before <= sourceLine && sourceLine <= line && line <= lines)
        before = line
      }
    }),
    { numRuns: runs(1000) },
  )
})

test('reading gives objects or problems, whatever the bytes are, and pollutes nothing', () => {
  const properties = Object.getOwnPropertyNames(Object.prototype)
  fc.assert(
    fc.property(bytes, (file) => {
      for (const document of splitManifests('f', file).documents) {
        const { objects, problems } = readObjects(document)
        assert.ok(
          problems.every(({ kind, remedy, place }) => kind === 'InvalidSpec' && remedy !== undefined && (place.line ?? 0) >= 1),
        )
        assert.ok(problems.length === 0 || objects.length === 0)
        assert.ok(lineOf(document, ['a', 'b', 0]) >= document.sourceLine)
        for (const { value } of objects) assert.equal(Object.getPrototypeOf(value), Object.prototype)
      }
      assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), properties)
    }),
    { numRuns: runs(2000) },
  )
})

test('no object of ours is overlooked, and no kind, however they are spelled', () => {
  const escaped = (text: string) =>
    fc.array(fc.nat(4), { minLength: text.length, maxLength: text.length }).map((ways) =>
      Array.from(text, (character, index) => {
        const code = character.charCodeAt(0).toString(16)
        if (ways[index] === 1) return `\\x${code.padStart(2, '0')}`
        if (ways[index] === 2) return `\\u${code.padStart(4, '0')}`
        if (ways[index] === 3) return `\\U${code.padStart(8, '0')}`
        return ways[index] === 4 && index > 0 ? `\\\n    ${character}` : character
      }).join(''),
    )
  fc.assert(
    fc.property(escaped('external-secrets.io/v1'), escaped('ExternalSecret'), fc.boolean(), (apiVersion, kind, inList) => {
      const object = `{"apiVersion": "${apiVersion}", "kind": "${kind}"}`
      const text = inList ? `apiVersion: v1\nkind: List\nitems:\n  - ${object}\n` : `${object}\n`
      const [document] = splitManifests('f', Buffer.from(text)).documents
      assert.ok(document)
      assert.deepEqual(
        readObjects(document).objects.map((found) => [found.apiVersion, found.kind]),
        [['external-secrets.io/v1', 'ExternalSecret']],
      )
      assert.ok(mayHoldOurs(document))
      assert.ok(mayHoldKind(document, ['ExternalSecret']))
    }),
    { numRuns: runs(500) },
  )
})

interface Piece {
  readonly text: string
  /** Names of the objects in it. */
  readonly names: readonly string[]
}

/** Documents in the styles that people have, with what comes before them. */
function files(marks: readonly string[], styles: readonly number[], ends: readonly boolean[]): readonly string[] {
  const documents: Piece[] = styles.map((style, index) => {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `n${index}` } }
    const yaml = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: n${index}`
    const text = [yaml, JSON.stringify(object), yaml.replaceAll('\n', '\r\n'), `# c\n${yaml}`][style] ?? yaml
    return { text, names: [`n${index}`] }
  })
  const texts = ['']
  for (const [index, { text }] of documents.entries()) {
    const end = ends[index] ? '\n' : ''
    if (ends[index] === undefined || index % 3 === 0) texts.push(`${marks[index] ?? ''}${text}${end}`)
    else texts[texts.length - 1] += `${texts.at(-1)?.endsWith('\n') ? '' : '\n'}---\n${text}${end}`
  }
  return texts
}

const choices = fc.record({
  marks: fc.array(fc.constantFrom('', '---\n', '--- # c\n', '\ufeff', '\ufeff---\n', '%YAML 1.1\n---\n', '# head\n---\n', '\n'), {
    minLength: 9,
    maxLength: 9,
  }),
  styles: fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }),
  ends: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
  edits: fc.array(fc.constantFrom(undefined, 0, 1, 2), { minLength: 9, maxLength: 9 }),
})

function objectsOf(streams: readonly ManifestStream[]): readonly ManifestObject[] {
  return streams.flatMap(({ documents }) =>
    documents.flatMap((document) => {
      const { objects, problems } = readObjects(document)
      assert.deepEqual(problems, [])
      return objects
    }),
  )
}

test('after edits the printed stream has the kept and the new objects in their order, as YAML and as JSON', async () => {
  await fc.assert(
    fc.asyncProperty(choices, async ({ marks, styles, ends, edits }) => {
      const streams = files(marks, styles, ends).map((text, index) => splitManifests(`${index}`, Buffer.from(text)))
      const objects = objectsOf(streams)
      assert.equal(objects.length, styles.length)
      const expected: string[] = []
      const changes = new Map<ManifestObject, readonly object[]>()
      for (const [index, object] of objects.entries()) {
        const count = edits[index]
        const made = Array.from({ length: count ?? 0 }, (_, copy) => `new-${index}-${copy}`)
        if (count === undefined) expected.push(object.name ?? '')
        else
          changes.set(
            object,
            made.map((name) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } })),
          )
        expected.push(...made)
      }
      const printed = splitManifests('-', printStream(streams, changes))
      assert.deepEqual(
        objectsOf([printed]).map(({ name }) => name),
        expected,
      )
      const json = splitManifests('-', (await printJsonLines(streams, changes)).bytes)
      assert.deepEqual(
        objectsOf([json]).map(({ name }) => name),
        expected,
      )
    }),
    { numRuns: runs(500) },
  )
})
