import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { jsonLineCache } from '../../../plugin/stream/json-line-cache.ts'

test('a line is made once, for its text alone', () => {
  const cache = jsonLineCache(10_000)
  let made = 0
  const line = (source: string): string | Promise<string> => cache.line(source, () => `${source} ${made++}`)
  assert.deepEqual([line('a'), line('a'), line('b'), line('a')], ['a 0', 'a 0', 'b 1', 'a 0'])
})

test('what was not asked for longest makes room, and what is too large is not kept', () => {
  const cache = jsonLineCache(1_000)
  let made = 0
  const line = (source: string): string | Promise<string> => cache.line(source, () => `${'x'.repeat(100)}${made++}`)
  for (const source of ['a', 'b', 'a', 'c']) void line(source)
  assert.equal(made, 3)
  void line('a')
  assert.equal(made, 3)
  void line('b')
  assert.equal(made, 4)
  for (let time = 0; time < 2; time++)
    void cache.line('large', () => {
      made++
      return 'x'.repeat(600)
    })
  assert.equal(made, 6)
})

test('whatever is asked for in whatever order, the lines that were asked for last are kept', () => {
  const cache = jsonLineCache(4_000)
  const recent: string[] = []
  for (let index = 0; index < 2_000; index++) {
    const source = String((index * index) % 13)
    let isMade = false
    void cache.line(source, () => {
      isMade = true
      return 'x'.repeat(100)
    })
    // Ten lines of 400 bytes have room.
    assert.equal(isMade, !recent.slice(-10).includes(source), `${source} at ${index}`)
    if (recent.includes(source)) recent.splice(recent.indexOf(source), 1)
    recent.push(source)
  }
})

test('a failure is not kept', () => {
  const cache = jsonLineCache(1_000)
  const fails = (): string => {
    throw new Error('no')
  }
  assert.throws(() => cache.line('a', fails))
  assert.equal(
    cache.line('a', () => 'yes'),
    'yes',
  )
})

describe('a line that is made elsewhere', () => {
  test('is made once for all who ask for it meanwhile, and kept', async () => {
    const cache = jsonLineCache(1_000)
    let made = 0
    const make = async (): Promise<string> => `line ${made++}`
    assert.deepEqual(await Promise.all([cache.line('a', make), cache.line('a', make)]), ['line 0', 'line 0'])
    assert.equal(cache.line('a', make), 'line 0')
  })

  test('whose maker fails is made once more for the others', async () => {
    const cache = jsonLineCache(1_000)
    const first = cache.line('a', () => Promise.reject(new Error('ended')))
    const second = cache.line('a', () => 'line')
    await assert.rejects(async () => first)
    assert.equal(await second, 'line')
    assert.equal(
      cache.line('a', () => 'anew'),
      'anew',
    )
  })
})
