import { after, before, describe } from 'node:test'
import { allCases } from './cases/all-cases.ts'
import { startWorld, type World } from './world.ts'

describe('in the real Argo CD, with the client that argocd-cmp-server starts', () => {
  let world: World

  before(async () => {
    world = await startWorld('forked')
  })
  after(() => world?.stop())

  allCases(() => world)
})
