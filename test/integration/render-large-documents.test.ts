import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { readingPool } from '../../plugin/daemon/reading-pool.ts'
import { systemClock } from '../../plugin/model/clock.ts'
import { renderText, STORE } from '../support/render.ts'
import { db, externalSecret, stream } from '../support/render-cases.ts'

const pool = readingPool({
  entry: new URL('../../plugin/cli/reading-worker.ts', import.meta.url),
  size: 1,
  clock: systemClock,
})
after(() => pool.close())

const PADDING = `# ${'x'.repeat(70_000)}\n`

function asItems(documents: readonly string[]): string {
  const items = documents.map((document) => `  - ${document.trimEnd().replaceAll('\n', '\n    ')}\n`)
  return `apiVersion: v1\nkind: List\nitems:\n${items.join('')}`
}

const foreign = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: "é"}\n`

describe('large documents, read in threads,', () => {
  for (const [what, text] of [
    ['of an ExternalSecret', stream(STORE, `${externalSecret()}${PADDING}`)],
    ['of a foreign object', stream(STORE, externalSecret(), `${foreign}${PADDING}`)],
    ['of a List of both', `${asItems([STORE, foreign, externalSecret()])}${PADDING}`],
    ['of a List in a List', `${asItems([foreign, asItems([STORE, externalSecret()])])}${PADDING}`],
    ['of a List with a store that is not there', `${asItems([foreign, externalSecret()])}${PADDING}`],
    [
      'of a List with fields that are wrong',
      `${asItems([STORE, externalSecret().replace('remoteRef', 'remoteReff')])}${PADDING}`,
    ],
    ['that are no YAML', stream(STORE, `${PADDING}${externalSecret()} x: [\n`)],
  ] as const) {
    test(`${what} give the same output or report`, async () => {
      const request = { output: 'json' } as const
      const here = await renderText(text, db(), request)
      const there = await renderText(text, db(), request, undefined, { reading: (signal) => pool.reading(signal) })
      assert.equal(Buffer.from(there.output ?? []).toString(), Buffer.from(here.output ?? []).toString())
      for (const said of ['problems', 'warnings'] as const)
        assert.deepEqual(
          there[said].map(({ message, place }) => [message, there.locate(place)]),
          here[said].map(({ message, place }) => [message, here.locate(place)]),
        )
    })
  }
})
