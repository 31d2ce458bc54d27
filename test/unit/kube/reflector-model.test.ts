import assert from 'node:assert/strict'
import { test } from 'node:test'
import { propertySeed, runs } from '../../support/property-runs.ts'
import { operate } from './reflector-operations.ts'
import { ReflectorWorld } from './reflector-world.ts'

const OPERATIONS = runs(100_000)

test('a reflector on a server that fails in every way misses nothing, tells nothing twice and goes back to nothing older', async (t) => {
  t.diagnostic(`${OPERATIONS} operations, seed ${propertySeed}`)
  const world = new ReflectorWorld(`seed ${propertySeed}`)
  for (let done = 0; done < OPERATIONS; ) {
    const size = 1 + world.below(80)
    for (let turn = 0; turn < size; turn++, done++) await operate(world)
    await world.becomeQuiet()
    assert.deepEqual(world.model.problems, [], `seed ${propertySeed}, before operation ${done}`)
  }
  await world.end()
  const seen = { ...world.model.counts, ...world.seen }
  t.diagnostic(JSON.stringify(seen))
  for (const [what, times] of Object.entries(seen)) assert.ok(times > OPERATIONS / 10_000, `${what} only ${times} times`)
})
