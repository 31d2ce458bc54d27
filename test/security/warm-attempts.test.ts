import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { WarmStores } from '../../plugin/stores/warm/warm-stores.ts'
import { assertGood, assertOutcome, assertSilent, has } from './assert-answer.ts'
import { reads } from './attempt.ts'
import { attempts } from './attempts/attempts.ts'
import { vaultStore } from './attempts/vault-attempts.ts'
import { warmOpener } from './openers.ts'
import { renderTrial } from './render-trial.ts'
import { startWorld, type World } from './world.ts'

const TEAM_B = { ARGOCD_APP_PROJECT_NAME: 'team-b', ARGOCD_APP_NAMESPACE: 'team-b' }

describe('attempts to get at what the daemon holds in memory already', () => {
  let world: World
  let opener: WarmStores
  before(async () => {
    world = await startWorld()
    opener = warmOpener(world)
    // What team-b reads is there before team-a comes; so is, row by row, what the twin reads.
    const answer = await renderTrial({ manifests: [vaultStore(world), reads('team-b/db')], environment: TEAM_B }, world, opener)
    assert.ok(has(answer, world.forbidden[0] ?? ''), 'team-b reads its own')
  })
  after(async () => {
    await opener.close()
    await world.close()
  })

  // A backend that is made to fail is not asked when the value is there: those rows are about the way to it.
  for (const attempt of attempts.filter(({ before: prepare }) => !prepare)) {
    test(attempt.name, async () => {
      assertGood(await renderTrial(attempt.twin(world), world, opener), world)
      world.reset()
      const answer = await renderTrial(attempt.trick(world), world, opener)
      assertSilent(answer, world)
      assertOutcome(attempt, answer, world)
    })
  }

  test('what is kept is given to whom it belongs, without a call', async () => {
    world.reset()
    const answer = await renderTrial({ manifests: [vaultStore(world), reads('team-a/db')] }, world, opener)
    assertGood(answer, world)
    assert.equal(world.calls(), 0)
  })
})
