import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuid } from '../../../plugin/generators/uuid.ts'
import { generatorContext, textOf } from '../../support/generator-context.ts'

const made = async (seed: string): Promise<string> =>
  textOf((await uuid.generate({}, generatorContext(seed), new AbortController().signal)).values, 'uuid')

test('a UUID is one of version 4, another of other bytes', async () => {
  const texts = await Promise.all(Array.from({ length: 50 }, (_, index) => made(`${index}`)))
  for (const text of texts) assert.match(text, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(new Set(texts).size, 50)
})

test('a UUID has all bytes that it may have', async () => {
  const texts = await Promise.all(Array.from({ length: 200 }, (_, index) => made(`${index}`)))
  for (let place = 0; place < 36; place++) {
    const seen = new Set(texts.map((text) => text[place])).size
    assert.equal(seen, [8, 13, 18, 23, 14].includes(place) ? 1 : place === 19 ? 4 : 16, `place ${place}`)
  }
})
