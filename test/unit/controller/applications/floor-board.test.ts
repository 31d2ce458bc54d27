import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FloorBoard } from '../../../../plugin/controller/applications/floor-board.ts'
import { FLOORS_WAIT_MS } from '../../../../plugin/stores/warm/floor-exchange.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

const STORE = 'ClusterSecretStore vault'
const never = new AbortController().signal

function board(clock: VirtualClock, seed = 'board'): FloorBoard {
  return new FloorBoard(clock, seededRandom(seed), () => [STORE])
}

test('a question waits for news, and the next one confirms it', async () => {
  const clock = new VirtualClock()
  const self = board(clock)
  const first = await self.answer({ after: '', daemon: 'd', isAway: false }, never)
  assert.deepEqual([first.floors, first.watched], [[], [STORE]])
  const asking = self.answer({ after: first.cursor, daemon: 'd', isAway: false }, never)
  await clock.run(10_000)
  const sequence = self.publish([{ store: STORE, key: 'a', version: 'v2' }])
  const confirmed = self.acknowledged(sequence, 10_000, never)
  const told = await asking
  assert.deepEqual(told.floors, [{ store: STORE, key: 'a', version: 'v2', ageMs: 0 }])
  const next = self.answer({ after: told.cursor, daemon: 'd', isAway: false }, never)
  assert.deepEqual(await confirmed, { daemons: 1, late: 0, away: 0 })
  await clock.run(FLOORS_WAIT_MS)
  assert.deepEqual(await next, { cursor: told.cursor, leader: told.leader, watched: [STORE], floors: [] })
})

test('a daemon that does not confirm is waited for no longer than the bound, one that is gone not at all', async () => {
  const clock = new VirtualClock()
  const self = board(clock)
  const leaving = new AbortController()
  const { cursor } = await self.answer({ after: '', daemon: 'slow', isAway: false }, never)
  void self.answer({ after: cursor, daemon: 'slow', isAway: false }, leaving.signal)
  const late = self.acknowledged(self.publish([{ store: STORE, key: 'a' }]), 4_000, never)
  await clock.run(4_000)
  assert.deepEqual(await late, { daemons: 1, late: 1, away: 0 })
  await clock.run(2_000)
  assert.deepEqual(await self.acknowledged(self.publish([]), 10_000, never), { daemons: 0, late: 0, away: 0 })
})

test('a daemon that cannot read what was told says so', async () => {
  const clock = new VirtualClock()
  const self = board(clock)
  const sequence = self.publish([{ store: STORE, key: 'a' }])
  const { cursor } = await self.answer({ after: '', daemon: 'd', isAway: false }, never)
  void self.answer({ after: cursor, daemon: 'd', isAway: true }, never)
  assert.deepEqual(await self.acknowledged(sequence, 10_000, never), { daemons: 1, late: 0, away: 1 })
})

test('a daemon that comes from another leader, or for the first time, is told everything that is in force', async () => {
  const clock = new VirtualClock()
  const before = board(clock, 'before')
  before.publish([
    { store: STORE, key: 'a', version: 'v2' },
    { store: STORE, key: 'b' },
  ])
  const { cursor } = await before.answer({ after: '', daemon: 'd', isAway: false }, never)
  await clock.run(60_000)
  const self = board(clock, 'after')
  self.restore(before.floors())
  self.publish([{ store: STORE, key: 'c' }])
  const told = await self.answer({ after: cursor, daemon: 'd', isAway: false }, never)
  assert.deepEqual(told.floors, [
    { store: STORE, key: 'a', version: 'v2', ageMs: 60_000 },
    { store: STORE, key: 'b', ageMs: 60_000 },
    { store: STORE, key: 'c', ageMs: 0 },
  ])
})
