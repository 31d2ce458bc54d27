import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReflectorState } from '../../../plugin/kube/reflector-options.ts'
import type { LogFields } from '../../../plugin/model/logger.ts'
import { broken, gone } from './api-errors.ts'
import { failing, Reflected, running } from './reflected.ts'

test('the first list asks for the most recent state by pages, and the watch goes on from its version', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  for (const name of ['a', 'b', 'c']) reflected.server.create(name)
  const reflector = reflected.start({ pageSize: 2 })
  assert.equal(reflector.isSynced, false)
  await reflector.synced(AbortSignal.timeout(5_000))
  await reflected.settle()
  assert.equal(reflector.isSynced, true)
  assert.equal(reflector.lastResourceVersion, '103')
  assert.deepEqual(reflected.requests(), ['list', 'list next', 'watch 103'])
  assert.deepEqual(reflected.news(), ['add a@101', 'add b@102', 'add c@103'])
})

test('what happens is in the cache when it is told, each change once and in its order', async (t) => {
  const reflected = await running(t, 'a')
  reflected.news()
  reflected.server.update('a')
  reflected.server.create('b')
  reflected.server.update('a')
  reflected.server.delete('b')
  await reflected.settle()
  assert.deepEqual(reflected.news(), ['update a@101 -> a@102', 'add b@103', 'update a@102 -> a@104', 'delete b@105'])
  assert.deepEqual(reflected.cached, reflected.stored)
})

test('a watch lasts five to ten minutes by chance, and the next one goes on without a list from where it was', async (t) => {
  const reflected = await running(t, 'a')
  reflected.server.update('a')
  for (let watch = 0; watch < 20; watch++) await reflected.clock.run(300_000)
  const watches = reflected.server.requests.filter(({ verb }) => verb === 'watch')
  const lengths = watches.map(({ options }) => ('timeoutSeconds' in options ? options.timeoutSeconds : 0))
  assert.ok(
    lengths.every((seconds) => seconds >= 300 && seconds < 600),
    String(lengths),
  )
  assert.ok(new Set(lengths).size > 5)
  assert.equal(reflected.server.requests.filter(({ verb }) => verb === 'list').length, 1)
  assert.deepEqual(reflected.cached, reflected.stored)
})

test('a bookmark moves the version on, and nothing else', async (t) => {
  const reflected = await running(t)
  reflected.server.create('a')
  await reflected.settle()
  reflected.news()
  const [watch] = reflected.server.watches
  reflected.server.revision += 50
  await reflected.clock.run(61_000)
  watch?.end()
  await reflected.settle()
  assert.deepEqual(reflected.requests(), ['list', 'watch 100', 'watch 151'])
  assert.deepEqual(reflected.news(), [])
})

test('an object that was deleted and made again between two lists is told as both', async (t) => {
  const reflected = await running(t, 'a')
  const [watch] = reflected.server.watches
  reflected.news()
  reflected.server.delete('a')
  reflected.server.create('a')
  watch?.fail(gone())
  await reflected.clock.run(2_000)
  assert.deepEqual(reflected.news(), ['lost a@101', 'add a@103'])
})

test('a handler that throws is told again, the cache misses nothing, and only the name of the error is logged', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  const said: LogFields[] = []
  const logger = { info() {}, warn: (_: string, fields: LogFields = {}) => void said.push(fields) }
  const calls: string[] = []
  let fails = true
  const fail = (what: string): void => {
    calls.push(what)
    if (fails) throw new RangeError('a value that must not be said')
  }
  reflected.start(
    {
      handler: {
        onAdd: ({ metadata }) => fail(`add ${metadata.name}`),
        onUpdate: (_before, { metadata }) => fail(`update ${metadata.name}`),
        onDelete: ({ metadata }) => fail(`delete ${metadata.name}`),
      },
    },
    { logger },
  )
  await reflected.settle()
  reflected.server.create('a')
  reflected.server.update('a')
  reflected.server.create('b')
  reflected.server.delete('a')
  await reflected.settle()
  assert.deepEqual(calls.splice(0), ['add a', 'add a', 'add b', 'delete a'])
  assert.deepEqual(reflected.cached, reflected.stored)
  assert.deepEqual(new Set(said.map(({ error }) => error)), new Set(['RangeError']))
  assert.ok(!JSON.stringify(said).includes('must not be said'))
  fails = false
  await reflected.clock.run(70_000)
  assert.deepEqual(calls.toSorted(), ['add b', 'delete a'], 'with the next bookmark')
  assert.deepEqual(reflected.requests(), ['list', 'watch 100'])
  reflected.server.update('b')
  await reflected.settle()
  assert.equal(calls.at(-1), 'update b')
})

test('of an object only what is asked for is kept and told, and without asking all but its managed fields', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  const thing = reflected.server.create('a', 'long')
  const managed = { ...thing, metadata: { ...thing.metadata, managedFields: [{ manager: 'kubectl' }] } }
  reflected.server.objects.set('a', managed)
  const whole = reflected.start()
  await reflected.settle()
  assert.deepEqual(Array.from(whole.cache.list()), [thing])
  const reduced = reflected.start({ keep: ({ metadata }) => ({ metadata }) })
  await reflected.settle()
  assert.deepEqual(Array.from(reduced.cache.list()), [{ metadata: managed.metadata }])
})

test('an object that cannot be reduced is kept as it is', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  reflected.server.create('a')
  reflected.start({
    keep: () => {
      throw new TypeError('odd')
    },
  })
  await reflected.settle()
  reflected.server.update('a')
  await reflected.settle()
  assert.deepEqual(reflected.news(), ['add a@101', 'update a@101 -> a@102'])
})

test('the cache has the indexes that were asked for', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  const { cache } = reflected.start({ indexes: { note: ({ spec }) => (spec ? [spec.note] : []) } })
  await reflected.settle()
  reflected.server.create('a', 'red')
  reflected.server.create('b', 'blue')
  reflected.server.update('a', 'blue')
  await reflected.settle()
  assert.deepEqual(
    ['red', 'blue'].map((note) => Array.from(cache.byIndex('note', note)).length),
    [0, 2],
  )
})

test('selectors, the namespace and metadata-only are part of every request', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  const selection = { namespace: 'here', labelSelector: 'a=b', fieldSelector: 'c=d', metadataOnly: true } as const
  reflected.start(selection)
  await reflected.settle()
  assert.equal(reflected.server.requests.length, 2)
  for (const { options } of reflected.server.requests) {
    const { namespace, labelSelector, fieldSelector, metadataOnly } = options
    assert.deepEqual({ namespace, labelSelector, fieldSelector, metadataOnly }, selection)
  }
})

test('after its end a reflector tells nothing, waits for nothing and lets go of the server', async () => {
  const reflected = new Reflected()
  const states: ReflectorState['phase'][] = []
  const { stopped } = reflected.start({}, { onState: ({ phase }) => void states.push(phase) })
  await reflected.settle()
  reflected.stop.abort(new Error('over'))
  await stopped
  reflected.server.create('a')
  await reflected.settle()
  assert.deepEqual(reflected.news(), [])
  assert.equal(reflected.server.watches.size, 0)
  assert.equal(reflected.clock.sleeping, 0)
  assert.deepEqual(states, ['listing', 'watching', 'stopped'])
})

test('who waits for the first list is told when the reflector ends before it, and may give up earlier', async () => {
  const reflected = new Reflected()
  reflected.server.fault = () => broken()
  const reflector = reflected.start()
  const giveUp = new AbortController()
  const impatient = assert.rejects(reflector.synced(giveUp.signal), /enough/)
  const patient = assert.rejects(reflector.synced(new AbortController().signal), /over/)
  await reflected.clock.run(1_000)
  giveUp.abort(new Error('enough'))
  await impatient
  reflected.stop.abort(new Error('over'))
  await patient
  await reflector.stopped
  assert.equal(reflector.isSynced, false)
  assert.equal(reflected.clock.sleeping, 0)
})

test('what a reflector waits for is said with the reason and status of the failure, and not with its words', async (t) => {
  const reflected = new Reflected()
  t.after(() => reflected.end())
  const said: (LogFields | ReflectorState)[] = []
  const logger = { info() {}, warn: (_: string, fields: LogFields = {}) => void said.push(fields) }
  reflected.server.fault = failing('list', 1, broken)
  reflected.start({}, { logger, onState: (state) => void said.push(state) })
  await reflected.settle()
  const [listing, waiting, logged] = said
  assert.deepEqual(listing, { phase: 'listing' })
  assert.deepEqual({ ...waiting, delayMs: 0 }, { phase: 'waiting', reason: 'InternalError', status: 500, delayMs: 0 })
  assert.deepEqual({ ...logged, delayMs: 0 }, { resource: 'things', reason: 'InternalError', status: 500, delayMs: 0 })
})
