import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { readingPool } from '../../../plugin/daemon/reading-pool.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { directReading } from '../../../plugin/stream/document-reading.ts'
import type { ManifestDocument } from '../../../plugin/stream/manifest-document.ts'
import { splitManifests } from '../../../plugin/stream/split-manifests.ts'

const pool = readingPool({
  entry: new URL('../../../plugin/cli/reading-worker.ts', import.meta.url),
  size: 1,
  clock: systemClock,
})
after(() => pool.close())

const reading = pool.reading(new AbortController().signal)
const WANTED = { groups: [''], kinds: ['ConfigMap', 'Secret'] }
const PADDING = `# ${'x'.repeat(70_000)}\n`

function documentOf(text: string): ManifestDocument {
  const [document] = splitManifests('app.yaml', Buffer.from(text)).documents
  if (!document) throw new Error('no document')
  return document
}

const items = Array.from(
  { length: 3_000 },
  (_, index) => `- {apiVersion: v1, kind: ${index % 3 === 0 ? 'Pod' : 'ConfigMap'}, metadata: {name: "n${index}"}}\n`,
)
const LARGE: readonly (readonly [what: string, text: string])[] = [
  ['a List', `apiVersion: v1\nkind: List\nitems:\n${items.join('')}metadata: {}\n`],
  [
    'one object with everything that JSON has not',
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n__proto__: {a: 18446744073709551615}\ntext: "é\\0"\n${PADDING}`,
  ],
  ['JSON', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, text: PADDING })],
  ['an object that nobody asked for', `apiVersion: v1\nkind: Pod\n${PADDING}`],
  ['a key that is there twice', `apiVersion: v1\nkind: ConfigMap\n${PADDING}kind: ConfigMap\n`],
  ['nothing', PADDING],
  ['what is no YAML', `${PADDING}a: [\n`],
]

describe('a large document is read in a thread as it is read here', () => {
  for (const [what, text] of LARGE) {
    test(what, async () => {
      const document = documentOf(text)
      const asked = reading.objects(document, WANTED)
      assert.ok(asked instanceof Promise)
      assert.deepEqual(await asked, directReading.objects(document, WANTED))
      for (const way of ['line', 'list'] as const) {
        const [here, there] = await Promise.all([
          outcome(() => directReading[way](document)),
          outcome(() => reading[way](document)),
        ])
        assert.deepEqual(there, here)
      }
    })
  }
})

describe('a small document', () => {
  test('is read at once', () => {
    const document = documentOf('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n')
    assert.ok(!(reading.objects(document, WANTED) instanceof Promise))
    assert.equal(reading.line(document), '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}\n')
  })

  test('whose aliases may stand for much is read in a thread', async () => {
    const levels = Array.from(
      { length: 5 },
      (_, index) => `l${index + 1}: &l${index + 1} [${`*l${index}, `.repeat(9)}*l${index}]\n`,
    )
    const line = reading.line(documentOf(`l0: &l0 x\n${levels.join('')}`))
    assert.ok(line instanceof Promise)
    assert.equal((await line).length > 100_000, true)
  })

  test('with and signs and asterisks that are none is read at once', () => {
    const document = documentOf('run: a && b *.txt "*"\nschedule: "*/5 * * * *"\nurl: https://x/?a=1&b=2\n')
    assert.equal(typeof reading.line(document), 'string')
  })
})

test('what the parser did not like is explained in a thread with the same words', async () => {
  const document = documentOf('a: 1\n b: 2\n')
  const [problem] = directReading.objects(document, WANTED).problems
  assert.ok(problem)
  const [here, there] = await Promise.all([directReading.explain(document, problem), reading.explain(document, problem)])
  assert.notEqual(here.message, problem.message)
  assert.deepEqual([there.kind, there.message, there.place, there.remedy], [here.kind, here.message, here.place, here.remedy])
})

test('the lines of fields of a large document are found in a thread', async () => {
  const document = documentOf(`# app\napiVersion: v1\nkind: List\nitems:\n${items.join('')}`)
  const paths = [['items', 7, 'kind'], ['items', 2_999], ['nothing'], []]
  const lines = reading.lines(document, paths)
  assert.ok(lines instanceof Promise)
  assert.deepEqual(await lines, [12, 3_004, 2, 2])
  assert.deepEqual(directReading.lines(document, paths), await lines)
})

test('a render whose time is over waits for no document', async () => {
  const ends = new AbortController()
  const line = pool.reading(ends.signal).line(documentOf(LARGE[0]?.[1] ?? ''))
  ends.abort()
  await assert.rejects(async () => line, { kind: 'Deadline' })
  assert.deepEqual(await pool.reading(ends.signal).lines(documentOf(LARGE[0]?.[1] ?? ''), [['items', 4]]), [1])
  assert.equal(await reading.line(documentOf(PADDING)), '')
})

/** What it gives, or the words of its failure. */
async function outcome(read: () => unknown): Promise<unknown> {
  try {
    return await read()
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown
    return [thrown.kind, thrown.message, thrown.place, thrown.remedy]
  }
}
