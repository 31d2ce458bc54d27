import { after, before, describe } from 'node:test'
import { allCases } from './cases/all-cases.ts'
import { startWorld, type World } from './world.ts'

describe('in the real Argo CD, with the daemon on the socket of the plugin', () => {
  let world: World

  before(async () => {
    world = await startWorld('native')
  })
  after(() => world?.stop())

  allCases(() => world)
})
