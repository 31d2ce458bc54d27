import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { splitLines } from '../../../plugin/kube/split-lines.ts'
import { runs } from '../../support/property-runs.ts'

async function linesOf(chunks: readonly Uint8Array[], maxBytes = 1000): Promise<string[]> {
  const seen: string[] = []
  for await (const line of splitLines(stream(chunks), maxBytes)) seen.push(line)
  return seen
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((end, i) => bytes.subarray(edges[i], end))
}

test('lines do not depend on how the network cuts them', async () => {
  const line = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\n', ' ').toWellFormed())
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat()), async (lines, places) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
      assert.deepEqual(await linesOf(cutAt(bytes, places)), lines)
    }),
    { numRuns: runs(300) },
  )
})

test('the last line needs no end', async () => {
  assert.deepEqual(await linesOf([Buffer.from('a\n'), Buffer.from('b')]), ['a', 'b'])
  assert.deepEqual(await linesOf([]), [])
})

test('a line that is too long is given up, whether its end is there or not', async () => {
  const failure = { name: 'TransportFailure', code: 'TooLarge' }
  await assert.rejects(linesOf([Buffer.from('abcd')], 3), failure)
  await assert.rejects(linesOf([Buffer.from('ab'), Buffer.from('cd\n')], 3), failure)
  assert.deepEqual(await linesOf([Buffer.from('ab'), Buffer.from('c\ndef\n')], 3), ['abc', 'def'])
})
