import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { type DelayedKey, DelayedKeys } from '../../../../plugin/controller/queue/delayed-keys.ts'
import { runs } from '../../../support/property-runs.ts'

const entry = fc.record({
  key: fc.nat({ max: 200 }).map(String),
  atMs: fc.nat({ max: 1_000 }),
  lane: fc.constant('periodic' as const),
})
const orders = fc.array(fc.oneof({ weight: 4, arbitrary: entry }, fc.nat({ max: 200 }).map(String), fc.nat({ max: 300 })), {
  maxLength: 500,
  size: 'max',
})

test('keys come out in the order of their times, each once, whatever was moved and taken out before', () => {
  fc.assert(
    fc.property(orders, (sequence) => {
      const delayed = new DelayedKeys()
      const model = new Map<string, DelayedKey>()
      const takeAll = (nowMs: number): void => {
        const due = Array.from(model.values(), ({ atMs }) => atMs).filter((atMs) => atMs <= nowMs)
        for (const atMs of due.toSorted((one, other) => one - other)) {
          const taken = delayed.takeDue(nowMs)
          assert.equal(taken?.atMs, atMs)
          assert.deepEqual(model.get(taken.key), taken)
          model.delete(taken.key)
        }
        assert.equal(delayed.takeDue(nowMs), undefined)
      }
      for (const order of sequence) {
        if (typeof order === 'number') takeAll(order)
        else if (typeof order === 'string') {
          assert.deepEqual(delayed.delete(order), model.get(order))
          model.delete(order)
        } else {
          delayed.set(order)
          model.set(order.key, order)
          assert.deepEqual(delayed.get(order.key), order)
        }
        assert.equal(delayed.size, model.size)
      }
      takeAll(1_000)
      assert.equal(delayed.size, 0)
    }),
    { numRuns: runs(50) },
  )
})
