import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ExpandAnswer } from '../../plugin/argocd/wire/expand-exchange.ts'
import type { StoreOpener } from '../../plugin/stores/open-store.ts'
import { assertGood, assertOutcome, assertSilent } from './assert-answer.ts'
import type { Trial } from './attempt.ts'
import { attempts } from './attempts/attempts.ts'
import { freshOpener } from './openers.ts'
import { renderTrial } from './render-trial.ts'
import { startWorld, type World } from './world.ts'

/** As many as were asked for. */
const LEAST_ATTEMPTS = 60

describe('attempts to get out of a tenancy policy', () => {
  const twins = new Map<string, Promise<ExpandAnswer>>()
  let world: World
  let opener: StoreOpener
  before(async () => {
    world = await startWorld()
    opener = freshOpener(world)
  })
  after(() => world.close())

  /** Many rows have the same twin: it is rendered once. */
  function twinAnswer(trial: Trial): Promise<ExpandAnswer> {
    const id = JSON.stringify(trial)
    const answer = twins.get(id) ?? renderTrial(trial, world, opener)
    twins.set(id, answer)
    return answer
  }

  test(`are at least ${LEAST_ATTEMPTS}, each with a name of its own`, () => {
    assert.ok(attempts.length >= LEAST_ATTEMPTS)
    assert.equal(new Set(attempts.map(({ name }) => name)).size, attempts.length)
  })

  for (const attempt of attempts) {
    test(attempt.name, async () => {
      world.reset()
      attempt.before?.(world)
      const answer = await renderTrial(attempt.trick(world), world, opener)
      assertSilent(answer, world)
      assertOutcome(attempt, answer, world)

      world.reset()
      const good = await twinAnswer(attempt.twin(world))
      assertGood(good, world)
      assertSilent(good, world)
    })
  }
})
