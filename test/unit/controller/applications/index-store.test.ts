import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FloorBoard } from '../../../../plugin/controller/applications/floor-board.ts'
import { IndexStore, readIndexMaps } from '../../../../plugin/controller/applications/index-store.ts'
import { DEFAULT_INDEX, RenderIndex } from '../../../../plugin/controller/applications/render-index.ts'
import { NO_STAND_INS } from '../../../../plugin/controller/applications/stand-in-counts.ts'
import { usedKeys } from '../../../../plugin/controller/applications/used-key.ts'
import { CONFIG_MAPS } from '../../../../plugin/kube/core-resources.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { type KubeEmulator, startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { readFact, VAULT } from './render-facts.ts'

let kube: KubeEmulator
before(async () => {
  kube = await startKubeEmulator({ namespaces: ['argocd'] })
})
after(() => kube.close())

const never = new AbortController().signal

function open() {
  const index = new RenderIndex(DEFAULT_INDEX)
  const board = new FloorBoard(new VirtualClock(), seededRandom('store'), () => [])
  const client = kube.localClient()
  return { index, board, client, store: new IndexStore({ client, namespace: 'argocd', index, board, logger: silentLogger }) }
}

function put(index: RenderIndex, name: string, version: string): void {
  const record = {
    application: { namespace: 'argocd', name, project: 'team' },
    source: { repoUrl: 'https://git.example.com/apps.git', path: name },
    revision: 'r1',
    renderedAtMs: 1,
    keys: usedKeys([readFact('db', version)]),
    standIns: NO_STAND_INS,
  }
  index.put(record, new Set(['r1']))
}

function writes(): number {
  return kube.audit().filter(({ verb }) => ['create', 'update'].includes(verb)).length
}

test('what was written is there for the next leader, and only what changed is written', async () => {
  const first = open()
  await first.store.load(never)
  for (let index = 0; index < 100; index++) put(first.index, `app-${index}`, 'v1')
  first.board.publish([{ store: VAULT, key: 'db', version: 'v1' }])
  await first.store.save(never)
  const before = writes()
  assert.ok(before <= 33, `${before} writes`)
  await first.store.save(never)
  put(first.index, 'app-7', 'v1')
  await first.store.save(never)
  assert.equal(writes(), before)
  put(first.index, 'app-7', 'v2')
  await first.store.save(never)
  assert.equal(writes(), before + 1)

  const next = open()
  kube.forgetAudit()
  await next.store.load(never)
  const pages = kube.audit().length
  assert.ok(pages > 3, `${pages} pages of ConfigMaps that may be large`)
  assert.equal(next.index.applications, 100)
  assert.deepEqual(
    next.index
      .usersOf(VAULT, 'db')
      .filter(({ used }) => used.version === 'v2')
      .map(({ application }) => application.name),
    ['app-7'],
  )
  assert.deepEqual(
    next.board.floors().map(({ key, version }) => [key, version]),
    [['db', 'v1']],
  )
})

test('what somebody else wrote or deleted meanwhile is written over, a moment later', async () => {
  const self = open()
  await self.store.load(never)
  const maps = (await readIndexMaps(self.client, 'argocd', never)).filter(({ metadata }) => metadata.name.includes('-index-'))
  const [changed] = maps
  assert.ok(changed)
  for (const map of maps) kube.put(CONFIG_MAPS, { ...map, data: { nonsense: '{' } })
  kube.remove(CONFIG_MAPS, { namespace: 'argocd', name: changed.metadata.name })
  for (let index = 0; index < 100; index++) put(self.index, `app-${index}`, 'v3')
  for (let attempt = 0; attempt < maps.length + 1; attempt++) await self.store.save(never).catch(() => undefined)
  const next = open()
  await next.store.load(never)
  assert.equal(next.index.usersOf(VAULT, 'db').filter(({ used }) => used.version === 'v3').length, 100)
})
