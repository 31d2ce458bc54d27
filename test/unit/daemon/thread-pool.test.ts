import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Answered, threadPool } from '../../../plugin/daemon/thread-pool.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { eventually } from '../../support/eventually.ts'
import type { OddQuestion } from './odd-thread.ts'

const pool = threadPool<OddQuestion, { readonly done: true }>({
  entry: new URL('./odd-thread.ts', import.meta.url),
  size: 1,
  clock: systemClock,
})
after(() => pool.close())

const ask = (question: OddQuestion, limitMs: number): Promise<Answered<object>> =>
  pool.ask(question, limitMs, new AbortController().signal)

test('what a thread takes to load is not counted as work', async () => {
  assert.deepEqual(await ask({ loadMs: 1_000 }, 500), { ok: true, answer: { done: true } })
})

test('work that takes too long fails alone, and its thread is replaced', async () => {
  const [slow, next] = await Promise.all([ask({ workMs: 60_000 }, 50), ask({}, 30_000)])
  assert.deepEqual(slow, { ok: false, why: 'tooLong' })
  assert.equal(next.ok, true)
})

test('a question that is given up while its thread loads is over at once, and its thread is kept and asked next', async () => {
  const loading = new AbortController()
  const asked = pool.ask({ loadMs: 300, isCounted: true }, 30_000, loading.signal)
  const next = ask({ isCounted: true }, 30_000)
  loading.abort()
  assert.deepEqual(await asked, { ok: false, why: 'aborted' })
  assert.deepEqual(await next, { ok: true, answer: { done: true, count: 2 } })
})

test('a question that is given up while it is worked on ends its thread', async () => {
  await ask({ isCounted: true }, 30_000)
  const working = new AbortController()
  const asked = pool.ask({ workMs: 60_000 }, 60_000, working.signal)
  await new Promise((resolve) => setTimeout(resolve, 500))
  working.abort()
  assert.deepEqual(await asked, { ok: false, why: 'aborted' })
  assert.deepEqual(await ask({ isCounted: true }, 30_000), { ok: true, answer: { done: true, count: 1 } })
})

test('an answer that came in time counts, although the one who asked stood still meanwhile', async () => {
  await ask({}, 30_000)
  const answered = ask({ workMs: 100 }, 400)
  await new Promise((resolve) => setTimeout(resolve, 30))
  const until = performance.now() + 1_000
  while (performance.now() < until);
  assert.equal((await answered).ok, true)
})

test('a thread that ended by itself is asked nothing more', async () => {
  assert.equal((await ask({ ends: true }, 30_000)).ok, true)
  assert.ok(await eventually(async () => ((await ask({}, 30_000)).ok ? true : undefined)))
})

test('many questions leave nothing behind at their thread', async () => {
  const warnings: Error[] = []
  const note = (warning: Error): unknown => warnings.push(warning)
  process.on('warning', note)
  for (let index = 0; index < 30; index++) assert.ok((await ask({}, 30_000)).ok)
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)
  assert.deepEqual(warnings, [])
})
