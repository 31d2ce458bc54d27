import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoticeBoard } from '../../../../plugin/controller/rotations/notice-board.ts'
import type { Rotation } from '../../../../plugin/controller/rotations/rotation.ts'
import { CONFIG_MAPS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../../plugin/kube/kube-client.ts'
import { KubeError } from '../../../../plugin/kube/kube-error.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { type Logger, silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../../../support/eventually.ts'

const MAP = { namespace: 'shop', name: 'controller-notices' }
const STORE = 'SecretStore shop/vault'
const HOUR_MS = 3_600_000

type Client = Pick<KubeClient, 'list' | 'update'>

/** Processes of one cluster, each with a clock that can be set on. */
async function start() {
  const emulator = await startKubeEmulator({ namespaces: ['shop'] })
  const ending = new AbortController()
  const board = (changes: Partial<Client> = {}, logger: Logger = silentLogger) => {
    let aheadMs = 0
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs }
    const client = Object.assign(emulator.localClient({ clock: systemClock }), changes)
    const self = new NoticeBoard({ client, clock, random: systemRandom, logger }, MAP, ending.signal)
    return { self, pass: (ms: number) => void (aheadMs += ms) }
  }
  const map = (): string => {
    const found: (KubeObject & { readonly data?: Readonly<Record<string, string>> }) | undefined = emulator.get(CONFIG_MAPS, MAP)
    return found?.data?.['notices'] ?? ''
  }
  /** Leads until it is told to stop, and notes the keys that it is told of. */
  const follower = (board: NoticeBoard) => {
    const leading = new AbortController()
    const told: string[] = []
    const rotated = (rotations: readonly Rotation[]): number =>
      told.push(...rotations.map((one) => ('store' in one ? one.key : `${[...one.names].join('|')} at ${one.atMs}`)))
    const stopped = board.follow({ rotated }, leading.signal)
    return { told, stop: () => (leading.abort(), stopped) }
  }
  return {
    emulator,
    board,
    map,
    follower,
    async [Symbol.asyncDispose]() {
      ending.abort()
      await emulator.close()
    },
  }
}

/** Until the board knows what there is it takes nothing. */
async function take(board: NoticeBoard, key: string, id?: string): Promise<'taken' | 'known'> {
  return await eventually(() => board.take([{ store: STORE, key }], id).catch(() => undefined))
}

test('whichever process takes an event, each that leads is told, and whoever comes to lead later as well', async () => {
  await using world = await start()
  const [one, other] = [world.board(), world.board()]
  const leaders = [world.follower(one.self), world.follower(other.self)]
  assert.equal(await take(one.self, 'db'), 'taken')
  await other.self.take([{ provider: 'aws', names: new Set(['a', 'b']), atMs: 5 }])
  for (const { told } of leaders) await eventually(() => (told.length === 2 ? true : undefined))
  for (const { told, stop } of leaders) {
    assert.deepEqual(told, ['db', 'a|b at 5'])
    await stop()
  }
  await take(other.self, 'later')
  const next = world.follower(world.board().self)
  await eventually(() => (next.told.length === 3 ? true : undefined))
  assert.deepEqual(next.told, ['db', 'a|b at 5', 'later'])
  await next.stop()
})

test('whoever comes to lead is told when something was written down before; as it comes, nobody is', async () => {
  await using world = await start()
  const { self } = world.board()
  const follow = (board: NoticeBoard) => {
    const leading = new AbortController()
    const told: (number | undefined)[] = []
    const rotated = (rotations: readonly Rotation[]): number => told.push(...rotations.map((one) => one.writtenAtMs))
    const stopped = board.follow({ rotated }, leading.signal)
    return { told, stop: () => (leading.abort(), stopped) }
  }
  const first = follow(self)
  await take(self, 'db')
  await eventually(() => (first.told.length === 1 ? true : undefined))
  assert.deepEqual(first.told, [undefined])
  const written = Date.parse(/"at":"([^"]+)"/.exec(world.map())?.[1] ?? '')
  // One that has watched for long, and one whose watch begins just then.
  for (const board of [self, world.board().self]) {
    const later = follow(board)
    await eventually(() => (later.told.length === 1 ? true : undefined))
    assert.deepEqual(later.told, [written])
    await later.stop()
  }
  await first.stop()
})

test('where a leader cannot look at what an event says, the log says why and what to do, and the next event is told', async () => {
  await using world = await start()
  const lines: string[] = []
  const logger: Logger = { ...silentLogger, warn: (message, fields) => void lines.push(JSON.stringify([message, fields])) }
  const { self } = world.board({}, logger)
  const leading = new AbortController()
  const told: string[] = []
  const rotated = async (rotations: readonly Rotation[]): Promise<number> => {
    const count = told.push(...rotations.map((one) => ('store' in one ? one.key : '')))
    if (count > 1) return count
    throw new SecretError('AccessDenied', 'the store may not be read', { remedy: 'grant get on it' })
  }
  const stopped = self.follow({ rotated }, leading.signal)
  await take(self, 'first')
  await eventually(() => (lines.length > 0 ? true : undefined))
  await take(self, 'second')
  await eventually(() => (told.length === 2 ? true : undefined))
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /AccessDenied.*the store may not be read.*grant get on it/)
  leading.abort()
  await stopped
})

test('an event of one id is taken once, also when it comes to several processes at one time', async () => {
  await using world = await start()
  const boards = [world.board(), world.board(), world.board()]
  const outcomes = await Promise.all(boards.map(({ self }) => take(self, 'db', 'same')))
  assert.deepEqual(outcomes.toSorted(), ['known', 'known', 'taken'])
  assert.equal(await take(world.board().self, 'db', 'same'), 'known')
  assert.equal(world.map().trim().split('\n').length, 1)
})

test('what several processes take at one time is all written down, and what comes together in one write', async () => {
  await using world = await start()
  let writes = 0
  const boards = [world.board(), world.board()]
  const client = world.emulator.localClient({ clock: systemClock })
  const counting = world.board({
    update: (...args) => {
      writes++
      return client.update(...args)
    },
  })
  await take(boards[0]?.self ?? assert.fail(), 'first')
  const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`)
  await Promise.all(boards.flatMap(({ self }, place) => keys.map((key) => take(self, `${key}-${place}`))))
  assert.equal(world.map().trim().split('\n').length, 101)
  await take(counting.self, 'second')
  writes = 0
  await Promise.all(keys.map((key) => take(counting.self, `${key}-2`)))
  assert.ok(writes <= 2, String(writes))
})

test('what could not be written down is not taken, and nobody is told', async () => {
  await using world = await start()
  const fine = world.board()
  await take(fine.self, 'first')
  const refused = world.board({ update: () => Promise.reject(new KubeError('no', 503, 'ServiceUnavailable')) })
  const leader = world.follower(fine.self)
  await assert.rejects(
    eventually(async () => {
      const outcome = await refused.self.take([{ store: STORE, key: 'second' }]).catch((thrown: Error) => thrown)
      if (outcome instanceof Error && outcome.message.includes('503')) throw outcome
      return undefined
    }),
    { kind: 'Unavailable', message: 'the ConfigMap shop/controller-notices could not be written: 503 ServiceUnavailable' },
  )
  await take(fine.self, 'third')
  await eventually(() => (leader.told.length === 2 ? true : undefined))
  assert.deepEqual(leader.told, ['first', 'third'])
  await leader.stop()
})

test('who cannot see what others write takes nothing, since it would not hear of it when leading', async () => {
  await using world = await start()
  const blind = world.board({ list: () => Promise.reject(new KubeError('no', 403, 'Forbidden')) })
  await assert.rejects(blind.self.take([{ store: STORE, key: 'db' }]), {
    kind: 'Unavailable',
    message: 'the ConfigMap shop/controller-notices is not watched yet',
  })
  assert.equal(world.map(), '')
})

test('a notice goes ten minutes after it was seen, by the clock of whoever writes; a process that is new lets all stay', async () => {
  await using world = await start()
  const old = world.board()
  await take(old.self, 'early')
  const fresh = world.board()
  await take(fresh.self, 'next')
  fresh.pass(500_000)
  await take(fresh.self, 'again')
  assert.match(world.map(), /early/)
  await take(world.board().self, 'by another')
  assert.match(world.map(), /early/)
  old.pass(HOUR_MS)
  await take(old.self, 'late')
  assert.doesNotMatch(world.map(), /early|next/)
  assert.match(world.map(), /late/)
})

test('when more comes than has room, what everybody has read goes early; nothing else does, and the rest is to come again', async () => {
  await using world = await start()
  const { self, pass } = world.board()
  const large = (name: string): string => name.padEnd(2_000, '.')
  await take(self, large('first'))
  const some = Array.from({ length: 100 }, (_, index): Rotation => ({ store: STORE, key: large(`a-${index}`) }))
  await self.take(some)
  await self.take(some)
  const refused = self.take([...some, ...some])
  await assert.rejects(refused, { kind: 'Throttled' })
  assert.match(world.map(), /first/)
  pass(200_000)
  await self.take(some)
  assert.doesNotMatch(world.map(), /first/)
  assert.ok(world.map().length < 512 * 1024)
})

test('what is in the ConfigMap and no notice is passed over', async () => {
  await using world = await start()
  const line = JSON.stringify({ id: 'x', at: '', store: STORE, key: 'db' })
  const notices = ['{', '{"id":"y"}', '{"id":"z","at":"","provider":"other","names":["a"]}', line].join('\n')
  const map: KubeObject & { readonly data: object } = { metadata: MAP, data: { notices } }
  world.emulator.put(CONFIG_MAPS, map)
  const leader = world.follower(world.board().self)
  await eventually(() => (leader.told.length > 0 ? true : undefined))
  assert.deepEqual(leader.told, ['db'])
  await leader.stop()
})
