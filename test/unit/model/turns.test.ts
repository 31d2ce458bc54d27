import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atOnce, createTurns, inTurns, type Steps, type Turns } from '../../../plugin/model/turns.ts'

function* steps(count: number, done: number[]): Steps<string> {
  for (let step = 0; step < count; step++) {
    done.push(step)
    yield
  }
  return 'result'
}

/** Work that takes all of its turn. */
function* busy(name: string, log: string[]): Steps<void> {
  for (let step = 0; step < 3; step++) {
    log.push(name)
    const end = performance.now() + 15
    while (performance.now() < end);
    yield
  }
}

test('steps that nobody waits for come one after the other', () => {
  const done: number[] = []
  assert.equal(atOnce(steps(3, done)), 'result')
  assert.deepEqual(done, [0, 1, 2])
})

describe('steps in turns', () => {
  test('ask for a turn after each step, and give the result', async () => {
    const done: number[] = []
    const doneAtTurns: number[] = []
    const turns: Turns = {
      take() {
        doneAtTurns.push(done.length)
        return Promise.resolve()
      },
    }
    assert.equal(await inTurns(steps(3, done), turns), 'result')
    assert.deepEqual(doneAtTurns, [1, 2, 3])
  })

  test('of two works that take long alternate, with rounds of the event loop between them', async () => {
    const log: string[] = []
    let isOver = false
    const beat = (): void => {
      log.push('.')
      if (!isOver) setImmediate(beat)
    }
    setImmediate(beat)
    await Promise.all([inTurns(busy('a', log)), inTurns(busy('b', log))])
    isOver = true
    const works = log.filter((name) => name !== '.')
    assert.deepEqual(works.toSorted(), ['a', 'a', 'a', 'b', 'b', 'b'])
    // At most the two that began at once share a round.
    assert.doesNotMatch(log.slice(2).join(''), /[ab]{2}/)
  })

  test('end with what a step throws', async () => {
    function* failing(): Steps<void> {
      yield
      throw new RangeError('no')
    }
    await assert.rejects(inTurns(failing()), RangeError)
  })
})

test('a turn is over for all works of the thread at once', async () => {
  const [one, other] = [createTurns(), createTurns()]
  await one.take()
  const end = performance.now() + 15
  while (performance.now() < end);
  assert.ok(one.take() instanceof Promise)
  assert.ok(other.take() instanceof Promise)
})
