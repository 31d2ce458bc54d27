import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { silentLogger } from '../../../plugin/model/logger.ts'
import type { RenderFacts } from '../../../plugin/observability/render-facts.ts'
import { reportPoster } from '../../../plugin/observability/report-poster.ts'

function facts(application: string): RenderFacts {
  return {
    tenant: { project: 'team', application, namespace: 'shop' },
    revision: 'f00f',
    repoUrl: '',
    path: '.',
    policy: '',
    outcome: 'ok',
    guard: 'none',
    problems: 0,
    durationMs: 1,
    outputBytes: 1,
    reads: [],
    generated: [],
    standIns: [],
  }
}

function poster(answers: (number | 'none')[], capacity = 10) {
  const sent: string[] = []
  const outcomes: string[] = []
  const sleeps: number[] = []
  const ages: unknown[] = []
  const time = { nowMs: 0 }
  const self = reportPoster({
    capacity,
    logger: silentLogger,
    random: { fraction: () => 1 },
    clock: {
      now: () => 0,
      monotonic: () => time.nowMs,
      async sleep(ms, signal) {
        sleeps.push(ms)
        await setImmediate()
        signal?.throwIfAborted()
      },
    },
    async send(body) {
      await setImmediate()
      const answer = answers.shift() ?? 204
      if (answer === 'none') throw new Error('away')
      if (answer >= 300) return answer
      const report = JSON.parse(body) as RenderFacts & { readonly ageMs: unknown }
      sent.push(report.tenant.application)
      ages.push(report.ageMs)
      return answer
    },
    onReport: (outcome) => outcomes.push(outcome),
  })
  return { self, sent, outcomes, sleeps, ages, time }
}

async function drained(self: { readonly waiting: number }): Promise<void> {
  for (let rounds = 0; self.waiting > 0; rounds++) {
    assert.ok(rounds < 1_000)
    await setImmediate()
  }
  await setImmediate()
}

test('reports are sent in their order, each again until it is taken, more and more slowly', async () => {
  const { self, sent, outcomes, sleeps } = poster(['none', 500, 429, 204])
  for (const name of ['a', 'b', 'c']) self.post(facts(name))
  await drained(self)
  assert.deepEqual(sent, ['a', 'b', 'c'])
  assert.deepEqual(outcomes, ['sent', 'sent', 'sent'])
  assert.deepEqual(sleeps, [500, 1_000, 2_000])
})

test('a report waits while its sender is not let in: it may be with the next credential', async () => {
  const { self, sent, outcomes, sleeps } = poster([401, 401, 204])
  self.post(facts('a'))
  await drained(self)
  assert.deepEqual([sent, outcomes, sleeps], [['a'], ['sent'], [500, 1_000]])
})

test('a report that is refused is given up, the next one is sent', async () => {
  const { self, sent, outcomes } = poster([400, 204])
  for (const name of ['a', 'b']) self.post(facts(name))
  await drained(self)
  assert.deepEqual([sent, outcomes], [['b'], ['failed', 'sent']])
})

test('with more than fits the oldest goes, and nothing is sent twice', async () => {
  const { self, sent, outcomes } = poster([], 2)
  for (const name of ['a', 'b', 'c', 'd']) self.post(facts(name))
  await drained(self)
  assert.equal(new Set(sent).size, sent.length)
  assert.deepEqual(sent.slice(-2), ['c', 'd'])
  assert.equal(outcomes.filter((outcome) => outcome === 'dropped').length, 2)
})

test('once it is closed what waits is tried once more, and nothing is taken any more', async () => {
  const { self, sent } = poster(['none', 204])
  self.post(facts('a'))
  await setImmediate()
  await self.close(AbortSignal.timeout(1_000))
  self.post(facts('b'))
  assert.deepEqual([sent, self.waiting], [['a'], 0])
})

test('what was sent within the last half an hour is sent again when it is asked for, before what waits, with its age', async () => {
  const { self, sent, ages, time } = poster([])
  self.post(facts('too old'))
  await drained(self)
  time.nowMs = 1_000_000
  for (const name of ['a', 'b']) self.post(facts(name))
  await drained(self)
  time.nowMs = 1_900_000
  sent.length = ages.length = 0
  self.resend()
  self.post(facts('c'))
  await drained(self)
  assert.deepEqual(
    [sent, ages],
    [
      ['a', 'b', 'c'],
      [900_000, 900_000, 0],
    ],
  )
  self.resend()
  await drained(self)
  assert.deepEqual(sent.slice(3), ['a', 'b', 'c'])
})

test('no more is kept for another leader than may wait', async () => {
  const { self, sent } = poster([], 2)
  for (const name of ['a', 'b', 'c']) {
    self.post(facts(name))
    await drained(self)
  }
  sent.length = 0
  self.resend()
  await drained(self)
  assert.deepEqual(sent, ['b', 'c'])
})
