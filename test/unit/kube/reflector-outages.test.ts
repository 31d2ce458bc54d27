import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KubeError } from '../../../plugin/kube/kube-error.ts'
import type { LogFields } from '../../../plugin/model/logger.ts'
import { broken, forbidden, gone, overloaded, refused, reset, unknownKind } from './api-errors.ts'
import { failing, Reflected, running } from './reflected.ts'

/** Ten minutes: longer than any watch, any wait and any silence. */
const LONG_MS = 600_000

test('a watch that is refused with 410 leads to a list that is not older than what was seen', async (t) => {
  const reflected = await running(t, 'a', 'b')
  const [watch] = reflected.server.watches
  reflected.news()
  reflected.requests()
  reflected.server.behindAt = reflected.server.revision
  reflected.server.update('a')
  reflected.server.delete('b')
  reflected.server.create('c')
  reflected.server.catchUp()
  reflected.server.compact()
  watch?.fail(reset())
  await reflected.clock.run(2_000)
  assert.deepEqual(reflected.requests(), ['watch 102', 'list >=102', 'watch 105'])
  assert.deepEqual(reflected.news(), ['lost b@102', 'update a@101 -> a@103', 'add c@105'])
  assert.deepEqual(reflected.cached, reflected.stored)
})

test('410 in mid-stream leads to a list that tells what the watch did not', async (t) => {
  const reflected = await running(t, 'a', 'b')
  const [watch] = reflected.server.watches
  reflected.news()
  reflected.server.update('a')
  reflected.server.delete('b')
  watch?.fail(gone(), 1)
  await reflected.clock.run(2_000)
  assert.deepEqual(reflected.news(), ['update a@101 -> a@103', 'lost b@102'])
})

test('a list that expires between two pages is asked for in one piece', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  for (const name of ['a', 'b', 'c']) reflected.server.create(name)
  reflected.server.fault = ({ options }) => ('continue' in options ? gone() : undefined)
  reflected.start({ pageSize: 2 })
  await reflected.settle()
  assert.deepEqual(reflected.requests(), ['list', 'list next', 'list whole', 'watch 103'])
  assert.deepEqual(reflected.cached, reflected.stored)
})

test('an API server that is behind what was seen is asked for the most recent state and takes nothing back', async (t) => {
  const reflected = await running(t, 'a', 'b')
  const [watch] = reflected.server.watches
  reflected.server.update('a')
  reflected.server.delete('b')
  await reflected.settle()
  reflected.news()
  reflected.requests()
  reflected.server.behindAt = 102
  watch?.fail(gone())
  await reflected.clock.run(2_000)
  assert.deepEqual(reflected.requests(), ['list >=104', 'list', 'watch 104'])
  assert.deepEqual(reflected.news(), [])
  reflected.server.create('c')
  reflected.server.catchUp()
  await reflected.settle()
  assert.deepEqual(reflected.news(), ['add c@105'])
})

test('a watch that is cut goes on from the last whole event, without a list', async (t) => {
  const reflected = await running(t, 'a', 'b')
  reflected.news()
  reflected.requests()
  const [watch] = reflected.server.watches
  reflected.server.update('a')
  reflected.server.update('b')
  watch?.cutAt(JSON.stringify({ type: 'MODIFIED', object: reflected.server.objects.get('a') }).length + 20)
  await reflected.settle()
  assert.deepEqual(reflected.requests(), ['watch 103'])
  assert.deepEqual(reflected.news(), ['update a@101 -> a@103', 'update b@102 -> b@104'])
})

test('an API server that refuses connections or has too much to do is watched again from where it was, after a wait', async (t) => {
  const reflected = await running(t, 'a')
  reflected.requests()
  for (const error of [refused, overloaded]) {
    const [watch] = reflected.server.watches
    reflected.server.fault = failing('watch', 1, error)
    watch?.end()
    await reflected.settle()
    assert.deepEqual(reflected.requests(), ['watch 101'])
    await reflected.clock.run(10_000)
    assert.deepEqual(reflected.requests(), ['watch 101'])
  }
})

for (const [what, error] of [
  ['any other refusal of a watch', broken],
  ['an event that is too large to be taken', () => new KubeError('cannot watch things: TooLarge', 0, 'TooLarge')],
] as const)
  test(`${what} leads to a list`, async (t) => {
    const reflected = await running(t, 'a')
    reflected.requests()
    reflected.server.fault = failing('watch', 1, error)
    const [watch] = reflected.server.watches
    watch?.end()
    await reflected.clock.run(2_000)
    assert.deepEqual(reflected.requests(), ['watch 101', 'list >=101', 'watch 101'])
  })

test('Retry-After is waited for, with a list and with a watch', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  reflected.server.fault = failing('list', 1, () => overloaded(20_000))
  reflected.start()
  await reflected.clock.run(19_999)
  assert.deepEqual(reflected.requests(), ['list'])
  await reflected.clock.run(1)
  assert.deepEqual(reflected.requests(), ['list', 'watch 100'])
  await reflected.clock.run(1_000)
  reflected.server.fault = failing('watch', 1, () => overloaded(20_000))
  for (const watch of reflected.server.watches) watch.end()
  await reflected.clock.run(19_999)
  assert.deepEqual(reflected.requests(), ['watch 100'])
  await reflected.clock.run(1)
  assert.deepEqual(reflected.requests(), ['watch 100'])
})

test('waits double from 0.8 s to 30 s, up to twice that by chance, and start afresh after two minutes without a failure', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  const waits: number[] = []
  reflected.server.fault = failing('list', 8, broken)
  reflected.start({}, { onState: (state) => (state.phase === 'waiting' ? waits.push(state.delayMs) : undefined) })
  await reflected.clock.run(LONG_MS)
  const least = [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]
  assert.equal(waits.length, least.length)
  for (const [turn, ms] of least.entries()) assert.ok((waits[turn] ?? 0) >= ms && (waits[turn] ?? 0) < 2 * ms, String(waits))
  reflected.server.fault = failing('watch', 1, broken)
  for (const watch of reflected.server.watches) watch.end()
  await reflected.clock.run(2_000)
  assert.ok((waits[8] ?? 0) >= 800 && (waits[8] ?? 0) < 1_600, String(waits))
})

test('a watch that says nothing, not even a bookmark, is cut within two minutes and goes on', async (t) => {
  const reflected = await running(t, 'a')
  reflected.news()
  for (const watch of reflected.server.watches) watch.isStalled = true
  reflected.server.update('a')
  await reflected.clock.run(118_999)
  assert.deepEqual(reflected.news(), [])
  await reflected.clock.run(1)
  assert.deepEqual(reflected.news(), ['update a@101 -> a@102'])
  assert.deepEqual(reflected.requests(), ['list', 'watch 101', 'watch 101'])
})

test('a quiet watch with bookmarks is left alone', async (t) => {
  const reflected = await running(t, 'a')
  await reflected.clock.run(290_000)
  assert.deepEqual(reflected.requests(), ['list', 'watch 101'])
})

test('a server that sends no bookmarks is asked again, and nothing is told twice', async (t) => {
  const reflected = await running(t, 'a')
  reflected.server.sendsBookmarks = false
  reflected.server.create('b')
  await reflected.clock.run(250_000)
  assert.deepEqual(reflected.requests(), ['list', 'watch 101', 'watch 102', 'watch 102'])
  assert.deepEqual(reflected.news(), ['add a@101', 'add b@102'])
})

test('a request that is never answered is given up within two minutes and made again', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  reflected.server.create('a')
  for (const verb of ['list', 'watch']) {
    let isFirst = true
    reflected.server.fault = (request) => {
      const isHit = isFirst && request.verb === verb
      if (isHit) isFirst = false
      return isHit ? 'silence' : undefined
    }
    if (verb === 'list') reflected.start()
    else for (const watch of reflected.server.watches) watch.end()
    await reflected.clock.run(125_000)
    assert.equal(reflected.server.watches.size, 1)
  }
  assert.deepEqual(reflected.requests(), ['list', 'list', 'watch 101', 'watch 101', 'watch 101'])
})

test('watches that end at once are not made in a loop', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  reflected.start()
  for (let turn = 0; turn < 50; turn++) {
    await reflected.settle()
    for (const watch of reflected.server.watches) watch.end()
  }
  assert.deepEqual(reflected.requests(), ['list', 'watch 100'])
})

test('of a kind that the API server need not know there is nothing until it does, which is said once', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  const said: string[] = []
  const logger = {
    info: (text: string) => void said.push(`info ${text}`),
    warn: (text: string) => void said.push(`warn ${text}`),
  }
  reflected.server.fault = ({ verb }) => (verb === 'list' ? unknownKind() : undefined)
  const reflector = reflected.start({ mayBeUnknown: true }, { logger })
  await reflector.synced(new AbortController().signal)
  await reflected.clock.run(300_000)
  assert.deepEqual(said, ['info there is none of a kind until the API server knows it'])
  reflected.server.fault = () => undefined
  reflected.server.create('a')
  await reflected.clock.run(120_000)
  assert.equal(reflected.cached.length, 1)
  reflected.server.fault = () => unknownKind()
  for (const watch of reflected.server.watches) watch.end()
  await reflected.clock.run(120_000)
  assert.equal(reflected.cached.length, 0)
})

test('a kind that has to be there is waited for, and what to do about it is logged', async (t) => {
  for (const [failure, remedy] of [
    [unknownKind, 'the API server does not know this kind: install its definition'],
    [forbidden, 'let the account list and watch it'],
  ] as const) {
    const reflected = new Reflected()
    t.after(() => reflected.end())
    const said: unknown[] = []
    reflected.server.fault = failing('list', 1, failure)
    const logger = { info() {}, warn: (_: string, fields: LogFields = {}) => void said.push(fields['remedy']) }
    const reflector = reflected.start({}, { logger })
    await reflected.settle()
    assert.deepEqual([reflector.isSynced, said], [false, [remedy]])
  }
})
