import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVENTS, NAMESPACES, SECRETS } from '../../../plugin/kube/core-resources.ts'
import type { EventSubject, EventToRecord, KubeEvent } from '../../../plugin/kube/event-record.ts'
import { EventRecorder } from '../../../plugin/kube/event-recorder.ts'
import { type LogFields, silentLogger } from '../../../plugin/model/logger.ts'
import { type KubeEmulator, startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { settle, VirtualClock } from '../../support/virtual-clock.ts'

interface World {
  readonly clock: VirtualClock
  readonly api: KubeEmulator
  readonly recorder: EventRecorder
  readonly warnings: readonly LogFields[]
  readonly events: (namespace?: string) => readonly KubeEvent[]
  /** `POST events 201`, ... */
  readonly calls: () => readonly string[]
}

async function withRecorder(run: (world: World) => Promise<void>): Promise<void> {
  const clock = new VirtualClock()
  const api = await startKubeEmulator({ now: clock.now, namespaces: ['shop'] })
  const warnings: LogFields[] = []
  const logger = { ...silentLogger, warn: (_message: string, fields: LogFields = {}) => void warnings.push(fields) }
  const recorder = new EventRecorder('external-secrets', {
    client: api.localClient(),
    clock,
    random: { fraction: () => 0.5 },
    logger,
  })
  const events = (namespace = 'shop'): readonly KubeEvent[] => api.list(EVENTS, namespace) as unknown as readonly KubeEvent[]
  const calls = (): readonly string[] => api.audit().map(({ verb, code }) => `${verb} ${code}`)
  try {
    await run({ clock, api, recorder, warnings, events, calls })
  } finally {
    await api.close()
  }
}

const database: EventSubject = {
  resource: {
    group: 'external-secrets.io',
    version: 'v1',
    plural: 'externalsecrets',
    kind: 'ExternalSecret',
    isNamespaced: true,
  },
  metadata: { name: 'database', namespace: 'shop', uid: 'b6d0', resourceVersion: '41' },
}
const updated: EventToRecord = { type: 'Normal', reason: 'Updated', message: 'secret updated' }

function failed(message: string): EventToRecord {
  return { type: 'Warning', reason: 'UpdateFailed', message }
}

test('an event names its object, its source and its time', async () => {
  await withRecorder(async ({ recorder, events }) => {
    recorder.record(database, updated)
    await settle()
    const [{ metadata, ...event } = assert.fail('no event')] = events()
    assert.deepEqual(event, {
      apiVersion: 'v1',
      kind: 'Event',
      involvedObject: {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        namespace: 'shop',
        name: 'database',
        uid: 'b6d0',
        resourceVersion: '41',
      },
      type: 'Normal',
      reason: 'Updated',
      message: 'secret updated',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      source: { component: 'external-secrets' },
      reportingComponent: 'external-secrets',
      reportingInstance: '',
    })
    assert.match(metadata.name, /^database\.[0-9a-f]{16}$/)
    assert.equal(recorder.counts.written, 1)
  })
})

test('the same event again is a count and a time, by a patch', async () => {
  await withRecorder(async ({ recorder, clock, events, calls }) => {
    for (let time = 0; time < 3; time++) {
      recorder.record(database, updated)
      await clock.run(60_000)
    }
    assert.deepEqual(calls(), ['create 201', 'patch 200', 'patch 200'])
    assert.deepEqual(
      events().map(({ count, firstTimestamp, lastTimestamp }) => [count, firstTimestamp, lastTimestamp]),
      [[3, '2026-01-01T00:00:00Z', '2026-01-01T00:02:00Z']],
    )
  })
})

test('what happens often while nothing can be written is written once', async () => {
  await withRecorder(async ({ recorder, api, clock, events, calls }) => {
    api.inject({ status: 503 }, { verb: 'create' })
    for (let time = 0; time < 10; time++) recorder.record(database, updated)
    await clock.run(10_000)
    assert.deepEqual(calls(), ['create 503', 'create 201'])
    assert.equal(events()[0]?.count, 10)
  })
})

test('two writes of one event are never under way at once', async () => {
  const gates: PromiseWithResolvers<void>[] = []
  const writes: string[] = []
  const gated = async <T>(write: string, answer: T): Promise<T> => {
    writes.push(write)
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    await gate.promise
    return answer
  }
  const recorder = new EventRecorder('external-secrets', {
    client: {
      create: (_resource, object) => gated('create', object),
      patch: (_resource, _key, patch) => gated(`patch to ${(patch.body as { count: number }).count}`, undefined as never),
    },
    clock: new VirtualClock(),
    random: { fraction: () => 0.5 },
    logger: silentLogger,
  })
  for (let time = 0; time < 5; time++) recorder.record(database, updated)
  for (const expected of [['create'], ['create', 'patch to 5']]) {
    await settle()
    assert.deepEqual(writes, expected)
    gates.shift()?.resolve()
  }
  await recorder.stop(new AbortController().signal)
  assert.equal(recorder.counts.written, 2)
})

test('the tenth message of one reason and all after it are one event; after ten quiet minutes they are told apart again', async () => {
  await withRecorder(async ({ recorder, clock, events }) => {
    for (let index = 1; index <= 12; index++) recorder.record(database, failed(`problem ${index}`))
    recorder.record(database, updated)
    await settle()
    const combined = events().filter(({ message }) => message.startsWith('(combined'))
    assert.equal(events().length, 11)
    assert.deepEqual(
      combined.map(({ message, count }) => [message, count]),
      [['(combined from similar events): problem 12', 3]],
    )
    await clock.run(600_001)
    recorder.record(database, failed('problem 20'))
    await settle()
    assert.equal(events().filter(({ message }) => message === 'problem 20').length, 1)
  })
})

test('an object has 25 events at once and then one in five minutes; what is not written is counted in what comes later', async () => {
  await withRecorder(async ({ recorder, clock, events, calls }) => {
    for (let time = 0; time < 40; time++) {
      recorder.record(database, updated)
      await settle()
    }
    assert.equal(calls().length, 25)
    assert.equal(recorder.counts.throttled, 15)
    recorder.record({ ...database, metadata: { ...database.metadata, name: 'other', uid: 'c7e1' } }, updated)
    recorder.record(database, failed('another type'))
    await settle()
    assert.equal(calls().length, 27, 'others have their own')
    await clock.run(299_999)
    recorder.record(database, updated)
    await settle()
    assert.equal(calls().length, 27)
    await clock.run(1)
    recorder.record(database, updated)
    await settle()
    assert.equal(calls().length, 28)
    assert.equal(events().find(({ involvedObject, type }) => involvedObject.name === 'database' && type === 'Normal')?.count, 42)
  })
})

test('an event that is gone is made anew, with its count', async () => {
  await withRecorder(async ({ recorder, api, events, calls }) => {
    recorder.record(database, updated)
    await settle()
    api.remove(EVENTS, { namespace: 'shop', name: events()[0]?.metadata.name ?? '' })
    recorder.record(database, updated)
    await settle()
    assert.deepEqual(calls(), ['create 201', 'patch 404', 'create 201'])
    assert.equal(events()[0]?.count, 2)
  })
})

test('events of what lives in the cluster as a whole are in the namespace default', async () => {
  await withRecorder(async ({ recorder, events }) => {
    recorder.record({ resource: NAMESPACES, metadata: { name: 'shop', uid: 'd8f2' } }, updated)
    await settle()
    assert.deepEqual(
      events('default').map(({ involvedObject }) => involvedObject),
      [{ apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'd8f2' }],
    )
  })
})

test('long names and long messages are cut so that the API server takes them, never within a character', async () => {
  await withRecorder(async ({ recorder, events }) => {
    const name = `${'a'.repeat(235)}.${'b'.repeat(17)}`
    recorder.record({ resource: SECRETS, metadata: { name, namespace: 'shop' } }, failed(`x${'é'.repeat(600)}`))
    await settle()
    const [event] = events()
    assert.match(event?.metadata.name ?? '', /^a{235}\.[0-9a-f]{16}$/)
    assert.equal(event?.message, `x${'é'.repeat(510)}...`)
    assert.equal(Buffer.byteLength(event.message), 1_024)
  })
})

test('an API server that is away is tried again, at least when it says so; a lost answer makes no second event', async () => {
  await withRecorder(async ({ recorder, api, clock, events, calls }) => {
    api.inject('cutAfterwards', { verb: 'create' })
    api.inject({ status: 503 }, { verb: 'create' })
    api.inject({ status: 429, retryAfterSeconds: 30 }, { verb: 'create' })
    recorder.record(database, updated)
    await clock.run(4_999)
    assert.equal(calls().length, 1)
    await clock.run(1)
    assert.equal(calls().length, 2)
    await clock.run(10_000)
    assert.equal(calls().length, 3)
    await clock.run(29_999)
    assert.equal(calls().length, 3)
    await clock.run(1)
    assert.equal(calls().length, 4)
    recorder.record(database, updated)
    await settle()
    assert.deepEqual(
      events().map(({ count }) => count),
      [2],
    )
    assert.deepEqual(recorder.counts, { written: 2, throttled: 0, dropped: 0, refused: 0 })
  })
})

test('it gives up after twelve tries, and what the API server refuses is not tried again', async () => {
  await withRecorder(async ({ recorder, api, clock, calls, warnings }) => {
    api.inject({ status: 500 }, { verb: 'create' }, 12)
    recorder.record(database, updated)
    await clock.run(600_000)
    assert.equal(calls().length, 12)
    recorder.record({ ...database, metadata: { ...database.metadata, namespace: 'missing' } }, failed('it held hunter2'))
    await clock.run(600_000)
    assert.equal(calls().length, 13)
    assert.deepEqual(recorder.counts, { written: 0, throttled: 0, dropped: 1, refused: 1 })
    assert.deepEqual(warnings, [
      { reason: 'Updated', tries: 12 },
      { object: 'missing/database', event: 'UpdateFailed', reason: 'NotFound' },
    ])
  })
})

test('what waits is bounded', async () => {
  await withRecorder(async ({ recorder, api, clock, calls }) => {
    api.inject({ status: 503 }, { verb: 'create' }, 4)
    for (let index = 0; index < 5_100; index++) {
      recorder.record({ ...database, metadata: { name: `database-${index}`, namespace: 'shop' } }, updated)
      if (index === 10) await settle()
    }
    assert.equal(recorder.counts.dropped, 5_100 - 5_000 - 4)
    await clock.run(60_000)
    assert.equal(calls().filter((call) => call === 'create 201').length, 5_004)
  })
})

test('a stop writes what waits, does not wait for an outage to end, and afterwards nothing is taken', async () => {
  await withRecorder(async ({ recorder, api, events }) => {
    api.inject({ status: 503 }, { name: 'unknown' })
    for (let index = 0; index < 20; index++)
      recorder.record({ ...database, metadata: { name: `database-${index}`, namespace: 'shop' } }, updated)
    await recorder.stop(new AbortController().signal)
    assert.equal(events().length, 20)
    recorder.record(database, updated)
    await settle()
    assert.deepEqual([events().length, recorder.counts.dropped], [20, 1])
  })
  await withRecorder(async ({ recorder, api, events, calls }) => {
    api.inject({ status: 503 }, { verb: 'create' })
    recorder.record(database, updated)
    await settle()
    await recorder.stop(new AbortController().signal)
    assert.deepEqual(calls(), ['create 503', 'create 201'])
    assert.equal(events().length, 1)
  })
})

test('a stop ends when its time is over, also while a write hangs', async () => {
  await withRecorder(async ({ recorder, api, events }) => {
    api.inject('hang', { verb: 'create' })
    recorder.record(database, updated)
    await settle()
    const over = new AbortController()
    const stopped = recorder.stop(over.signal)
    over.abort()
    await stopped
    assert.deepEqual([events().length, recorder.counts.dropped], [0, 1])
  })
})
