import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followFloors } from '../../../plugin/daemon/follow-floors.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { DEFAULT_FLOORS, FloorTable } from '../../../plugin/stores/warm/floor-table.ts'
import type { StoreLabel } from '../../../plugin/stores/warm/warm-listener.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const LABEL: StoreLabel = {
  provider: 'vault',
  kind: 'ClusterSecretStore',
  name: 'vault',
  id: 'ClusterSecretStore vault',
  isAdministrators: true,
}

/** A controller that gives these answers, one after the other; asked once more, the test is over. */
async function follow(answers: readonly (object | number)[]) {
  const ending = new AbortController()
  const clock = new FakeClock()
  const table = new FloorTable(DEFAULT_FLOORS, clock)
  const asked: string[] = []
  const told: number[] = []
  const said: string[] = []
  let leaders = 0
  const left = [...answers]
  const send = async ({ path }: { readonly path: string }) => {
    const query = new URL(path, 'http://controller').searchParams
    asked.push(`${query.get('after')}${query.has('away') ? ' away' : ''}`)
    const answer = left.shift()
    if (answer === undefined) ending.abort()
    const isRefused = typeof answer === 'number'
    return { status: isRefused ? answer : 200, headers: {}, body: Buffer.from(JSON.stringify(isRefused ? {} : (answer ?? ''))) }
  }
  await followFloors(
    {
      client: { send },
      table,
      daemon: 'd1',
      clock,
      random: { fraction: () => 1 },
      logger: { ...silentLogger, warn: (message) => void said.push(message) },
      onLeader: () => leaders++,
      onFloors: async (floors) => {
        told.push(floors.length)
        return floors.some(({ key }) => key === 'away') ? 'away' : 'read'
      },
    },
    ending.signal,
  )
  return { table, asked, told, said, leaders, slept: clock.slept }
}

const floor = (key: string) => ({ store: LABEL.id, key, ageMs: 0 })

test('each question confirms the answer before it, and what was told is in force', async () => {
  const { table, asked, told } = await follow([
    { cursor: 'e.1', watched: [LABEL.id], floors: [floor('a')] },
    { cursor: 'e.3', watched: [LABEL.id], floors: [floor('b'), floor('c')] },
  ])
  assert.deepEqual(asked, ['', 'e.1', 'e.3'])
  assert.deepEqual(told, [1, 2])
  assert.ok(['a', 'b', 'c'].every((key) => table.floorOf('', LABEL, key)))
})

test('a controller that is away, does not lead or speaks nonsense is asked more and more slowly, from where it left', async () => {
  const { table, asked, slept } = await follow([{ cursor: 'e.1', watched: [], floors: [floor('a')] }, 503, { cursor: 7 }, 500])
  assert.deepEqual(asked, ['', 'e.1', 'e.1', 'e.1', 'e.1'])
  assert.deepEqual(slept, [500, 1_000, 2_000])
  assert.equal(table.isConnected, false)
  assert.ok(table.floorOf('', LABEL, 'a'))
})

test('a daemon that is not let in says so once until it is, and asks on', async () => {
  const { said, asked, table } = await follow([401, 401, 503, 401, { cursor: 'e.1', watched: [], floors: [] }, 401])
  const refused = 'the controller does not let this daemon in'
  assert.deepEqual(
    said.filter((line) => line === refused),
    [refused, refused],
  )
  assert.equal(asked.length, 7)
  assert.equal(table.isConnected, false)
})

test('answers without news that come at once are not asked for without end', async () => {
  const same = { cursor: 'e.1', watched: [], floors: [] }
  const { slept } = await follow([same, same, same])
  assert.deepEqual(slept, [1_000, 1_000])
})

test('the question after an outage says that the new values could not be read, until they were', async () => {
  const answer = (cursor: string, ...keys: string[]) => ({ cursor, watched: [], floors: keys.map(floor) })
  const { asked } = await follow([answer('e.1', 'away'), answer('e.2', 'a', 'away'), answer('e.3', 'a')])
  assert.deepEqual(asked, ['', 'e.1 away', 'e.2 away', 'e.3'])
})

test('another leader is noticed once, the first one as well', async () => {
  const answer = (leader: string) => ({ cursor: `${leader}.1`, leader, watched: [], floors: [floor('a')] })
  const { leaders } = await follow([answer('e'), answer('e'), 503, answer('e'), answer('f'), answer('f')])
  assert.equal(leaders, 2)
})
