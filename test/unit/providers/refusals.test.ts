import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { Refusals } from '../../../plugin/providers/refusals.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const MINUTE_MS = 60_000
const refusal = new SecretError('AccessDenied', 'may not look', { remedy: 'grant it' })

function setUp() {
  const clock = new FakeClock()
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
  return { clock, warnings, refusals: new Refusals({ clock, logger, store: { name: 'vault' } }) }
}

/** How many minutes pass until it may be asked again. */
function minutesUntilAsked({ clock, refusals }: ReturnType<typeof setUp>): number {
  for (let minutes = 0; ; minutes++) {
    if (!refusals.has('list')) return minutes
    clock.advance(MINUTE_MS)
  }
}

test('a question that was refused is asked again after a minute, then less and less often, up to once an hour', () => {
  const world = setUp()
  assert.equal(world.refusals.has('list'), false)
  const waits = Array.from({ length: 8 }, () => {
    world.refusals.note('list', refusal)
    return minutesUntilAsked(world)
  })
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60])
  assert.equal(world.warnings.length, 1)
})

test('each question waits for itself, and two refusals at once are one', () => {
  const world = setUp()
  world.refusals.note('list', refusal)
  world.refusals.note('list', refusal)
  assert.equal(world.refusals.has('describe db'), false)
  assert.equal(minutesUntilAsked(world), 1)
})

test('a question that comes at intervals of minutes is refused less and less often as well', () => {
  const world = setUp()
  let asked = 0
  for (let minutes = 0; minutes < 600; minutes += 5, world.clock.advance(5 * MINUTE_MS)) {
    if (world.refusals.has('list')) continue
    asked++
    world.refusals.note('list', refusal)
  }
  assert.ok(asked < 20, `${asked} times in ten hours`)
})

test('a right that was granted and is taken away much later is a new refusal', () => {
  const world = setUp()
  for (let times = 0; times < 4; times++) {
    world.refusals.note('list', refusal)
    minutesUntilAsked(world)
  }
  world.clock.advance(120 * MINUTE_MS)
  world.refusals.note('list', refusal)
  assert.equal(minutesUntilAsked(world), 1)
})

test('questions that nobody asks any more are forgotten an hour after they might have been asked again', () => {
  const { clock, refusals } = setUp()
  for (let number = 0; number < 1_000; number++) refusals.note(`describe gone-${number}`, refusal)
  clock.advance(30 * MINUTE_MS)
  refusals.note('list', refusal)
  assert.equal(refusals.size, 1_001)
  clock.advance(40 * MINUTE_MS)
  refusals.note('describe', refusal)
  assert.equal(refusals.size, 2)
})
