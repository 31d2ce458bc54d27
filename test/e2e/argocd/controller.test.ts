import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../tools/wait-until.ts'
import { type Application, createApplication } from './applications.ts'
import { type Controller, type ControllerPlace, controllerPlace, startController } from './controller.ts'
import { liveSecret } from './live-secret.ts'
import { configMap, externalSecret, yamlOf } from './manifests.ts'
import { startWorld, type World } from './world.ts'

/** `ARGOCD_E2E_APPLICATIONS=200` makes it a long one. */
const COUNT = Number(process.env['ARGOCD_E2E_APPLICATIONS'] ?? 20)
/** What an Argo CD with two cores renders and syncs beside: it came to 170 a minute. */
const PER_MINUTE = 120
const NAMES = Array.from({ length: COUNT }, (_, index) => `shared-${index}`)
const CHANGED = 'cause="changed"'

describe('with the controller beside the real Argo CD', { timeout: 1_800_000 }, () => {
  let folder: string
  let place: ControllerPlace
  let world: World
  let controller: Controller
  const applications = new Map<string, Application>()

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'controller-'))
    place = await controllerPlace(folder)
    world = await startWorld('native', place.ofDaemons)
    controller = await startController(world, place, [`--refresh-rate=${PER_MINUTE}`, '--detect-interval=2000'])
  })
  after(async () => {
    await controller?.stop()
    await world?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function passwordOf(name: string): Promise<string | undefined> {
    return (await liveSecret(world.home, name, 'database'))?.['password']
  }

  async function haveAll(password: string): Promise<boolean> {
    return (await Promise.all(NAMES.map(passwordOf))).every((one) => one === password)
  }

  /** As patient as so many Applications ask for. */
  async function patiently(what: string, holds: () => Promise<boolean>): Promise<void> {
    const rounds = 1 + Math.ceil(COUNT / 20)
    for (let round = 1; round < rounds; round++) {
      if (
        await waitUntil(what, holds).then(
          () => true,
          () => false,
        )
      )
        return
    }
    await waitUntil(what, holds, async () => readFile(path.join(folder, 'controller.log'), 'utf8'))
  }

  test('one key of many Applications is rotated: all have the new value, none twice, and the rate is held', async (t) => {
    await world.vault.put('shared/database', { password: 'before' })
    const manifest = yamlOf(externalSecret({ name: 'database' }, { password: ['shared/database', 'password'] }))
    await world.repository.commit(Object.fromEntries(NAMES.map((name) => [`${name}/all.yaml`, manifest])))
    for (const name of NAMES) applications.set(name, await createApplication(world, { name, path: name }))
    await patiently('all have the first value', () => haveAll('before'))
    await patiently('the index knows all', async () => (await controller.metric('index_applications')) === COUNT)
    assert.equal(await controller.metric('daemons_connected'), 2)
    assert.equal(await controller.metric('refreshes_total'), 0)

    const since = new Date().toISOString()
    await world.vault.put('shared/database', { password: 'after' })
    await patiently('all have the new value', () => haveAll('after'))
    await patiently('all are told to be synced', async () => (await controller.metric('refreshes_total', CHANGED)) >= COUNT)
    assert.equal(
      await controller.metric('refreshes_total', 'outcome="synced"'),
      COUNT,
      (await controller.samples('refreshes_total')).join('\n'),
    )
    assert.equal(await controller.metric('refreshes_total'), COUNT)

    const times = (await refreshTimes(world, since)).map((time) => time - Date.parse(since)).toSorted((a, b) => a - b)
    assert.equal(times.length, COUNT)
    const everyMs = 60_000 / PER_MINUTE
    // The first is a burst of one. A busy machine makes a refresh later, never earlier.
    for (const [index, atMs] of times.entries())
      assert.ok(atMs >= index * everyMs, `number ${index + 1} was refreshed ${atMs} ms after the rotation`)
    assert.deepEqual(await writesOfSecrets(world, since), NAMES.map((name) => `${name} once`).toSorted())
    t.diagnostic(`the last of ${COUNT} refreshes began after ${times.at(-1)} ms; 10 s beside ${COUNT * everyMs} are good`)
  })

  test('an outage of the provider in the middle of a rotation breaks no Application, and none goes back to an older value', async () => {
    const before = await controller.metric('refreshes_total')
    const since = new Date().toISOString()
    await world.vault.put('shared/database', { password: 'last' })
    await patiently(
      'a few are refreshed',
      async () => (await controller.metric('refreshes_total')) >= before + Math.ceil(COUNT / 5),
    )
    world.vault.takeAway()
    try {
      await patiently('all have the new value', () => haveAll('last'))
      for (const application of applications.values()) {
        // What was applied is compared a moment later.
        await patiently('what was applied is compared', async () => (await application.status()).sync?.status === 'Synced')
        assert.deepEqual((await application.status()).conditions ?? [], [])
      }
    } finally {
      world.vault.bringBack()
    }
    assert.equal(await controller.metric('refreshes_total', 'outcome="comparison-error"'), 0)
    // One that had gone back would have been written twice more.
    assert.deepEqual(await writesOfSecrets(world, since), NAMES.map((name) => `${name} once`).toSorted())
  })

  test('a controller that was started anew knows all Applications, and may ask by annotation as well', async () => {
    await controller.stop()
    controller = await startController(world, place, [
      `--refresh-rate=${PER_MINUTE}`,
      '--detect-interval=2000',
      '--refresh-by=annotation',
    ])
    await patiently('the daemons are back', async () => (await controller.metric('daemons_connected')) === 2)
    assert.equal(await controller.metric('index_applications'), COUNT)
    assert.equal(await controller.metric('refreshes_total'), 0)
    await world.vault.put('shared/database', { password: 'annotated' })
    await patiently('all have the new value', () => haveAll('annotated'))
    await patiently('all are told to be synced', async () => (await controller.metric('refreshes_total', CHANGED)) >= COUNT)
    assert.equal(await controller.metric('refreshes_total', 'outcome="synced"'), COUNT)
  })

  test('an Application that does not heal itself is synced where that is allowed, and nothing but what was rotated', async () => {
    await world.vault.put('unhealed/database', { password: 'before' })
    const drift = configMap({ name: 'settings' }, { colour: 'of Git' })
    await world.repository.commit({
      'unhealed/all.yaml': yamlOf(externalSecret({ name: 'database' }, { password: ['unhealed/database', 'password'] }), drift),
    })
    const wish = { name: 'unhealed', path: 'unhealed', syncPolicy: { automated: { prune: true } } }
    const application = await createApplication(world, wish)
    await application.isSynced()
    await patiently('the index knows it', async () => (await controller.metric('index_applications')) === COUNT + 1)
    const settings = '/api/v1/namespaces/unhealed/configmaps/settings'
    await world.home.client.call('PATCH', settings, { data: { colour: 'by hand' } })
    await waitUntil('it has drifted', async () => (await application.status()).sync?.status === 'OutOfSync')
    await controller.stop()
    controller = await startController(world, place, ['--detect-interval=2000', '--sync=automated'], 'syncer')
    await world.vault.put('unhealed/database', { password: 'after' })
    await patiently('it has the new value', async () => (await passwordOf('unhealed')) === 'after')
    await patiently('it is told', async () => (await controller.metric('refreshes_total', 'outcome="synced"')) === 1)
    const { data } = await world.home.client.call('GET', settings)
    assert.deepEqual(data, { colour: 'by hand' })
  })

  test('a Secret that is a hook has the new value by a whole sync, where that is allowed', async () => {
    await world.vault.put('hooked/database', { password: 'before' })
    const annotations = { 'argocd.argoproj.io/hook': 'PreSync', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' }
    const hook = externalSecret({ name: 'database', annotations }, { password: ['hooked/database', 'password'] })
    await world.repository.commit({ 'hooked/all.yaml': yamlOf(hook, configMap({ name: 'settings' }, { colour: 'of Git' })) })
    const application = await createApplication(world, { name: 'hooked', path: 'hooked' })
    await application.isSynced()
    assert.equal(await passwordOf('hooked'), 'before')
    await controller.stop()
    controller = await startController(world, place, ['--detect-interval=2000', '--sync-hooks'], 'syncer')
    await patiently('the index knows it', async () => (await controller.metric('index_applications')) === COUNT + 2)
    await world.vault.put('hooked/database', { password: 'after' })
    await patiently('it has the new value', async () => (await passwordOf('hooked')) === 'after')
    await patiently('it is told', async () => (await controller.metric('refreshes_total', 'outcome="synced"')) === 1)
  })

  test('what stands in for a key that is missing gives way once the key is there', async () => {
    const annotations = { 'argocd-external-secrets.io/when-missing': 'password: {default: of Git}' }
    const manifest = externalSecret({ name: 'database', annotations }, { password: ['late/database', 'password'] })
    await world.repository.commit({ 'late/all.yaml': yamlOf(manifest) })
    await controller.stop()
    controller = await startController(world, place, ['--detect-interval=2000'])
    const application = await createApplication(world, { name: 'late', path: 'late' })
    await application.isSynced()
    assert.equal(await passwordOf('late'), 'of Git')
    await patiently('it is told what stands in', async () => (await controller.metric('stand_ins', 'kind="default"')) === 1)
    assert.equal(await controller.metric('refreshes_total'), 0)
    await world.vault.put('late/database', { password: 'here at last' })
    await patiently('it has the value', async () => (await passwordOf('late')) === 'here at last')
    await patiently('nothing stands in any more', async () => (await controller.samples('stand_ins')).length === 0)
    await patiently('it is told', async () => (await controller.metric('refreshes_total', 'outcome="synced"')) === 1)
  })

  test('an Application whose repository is away while its value is rotated has the new one once the repository is back', async () => {
    await world.vault.put('away/database', { password: 'before' })
    const manifest = yamlOf(externalSecret({ name: 'database' }, { password: ['away/database', 'password'] }))
    await world.repository.commit({ 'away/all.yaml': manifest })
    const known = await controller.metric('index_applications')
    const synced = await controller.metric('refreshes_total', 'outcome="synced"')
    const application = await createApplication(world, { name: 'away', path: 'away' })
    await application.isSynced()
    await patiently('the index knows it', async () => (await controller.metric('index_applications')) === known + 1)
    await world.repository.takeAway()
    try {
      await application.refresh()
      await application.condition('ComparisonError')
      await world.vault.put('away/database', { password: 'after' })
      await patiently('it is told', async () => (await controller.metric('refreshes_total', 'outcome="was-broken"')) === 1)
    } finally {
      await world.repository.bringBack()
    }
    // Argo CD compares it with the manifests of before, which are in its cache; we look at it once a minute.
    await application.refresh()
    await patiently('it is refreshed', async () => (await controller.metric('refreshes_total', 'outcome="synced"')) > synced)
    await patiently('it has the new value', async () => (await passwordOf('away')) === 'after')
  })
})

/** How often the Secrets of the Applications were written, by namespace. */
async function writesOfSecrets(world: World, since: string): Promise<readonly string[]> {
  const writes = (await world.home.audit()).filter(
    ({ verb, requestURI, requestReceivedTimestamp, objectRef, responseStatus }) =>
      ['create', 'update', 'patch', 'delete'].includes(verb) &&
      objectRef?.resource === 'secrets' &&
      objectRef.name === 'database' &&
      requestReceivedTimestamp >= since &&
      !requestURI.includes('dryRun') &&
      (responseStatus?.code ?? 500) < 300,
  )
  const byNamespace = Map.groupBy(writes, ({ objectRef }) => objectRef?.namespace ?? '')
  return Array.from(byNamespace, ([name, { length }]) => `${name} ${length === 1 ? 'once' : `${length} times`}`).toSorted()
}

/** When argocd-server asked for hard refreshes, in milliseconds since the epoch. */
async function refreshTimes(world: World, since: string): Promise<readonly number[]> {
  const events = await world.home.audit()
  return events
    .filter(
      ({ verb, userAgent, objectRef }) =>
        verb === 'patch' && objectRef?.resource === 'applications' && (userAgent ?? '').startsWith('argocd-server'),
    )
    .map(({ requestReceivedTimestamp }) => requestReceivedTimestamp)
    .filter((time) => time >= since)
    .map((time) => Date.parse(time))
}
