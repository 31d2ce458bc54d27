import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../tools/wait-until.ts'
import { createApplication } from './applications.ts'
import { createProject } from './argo-settings.ts'
import { type Controller, type ControllerPlace, controllerPlace, startController } from './controller.ts'
import { type InstalledAccount, installAccount } from './installed-account.ts'
import { liveSecret } from './live-secret.ts'
import { externalSecret, yamlOf } from './manifests.ts'
import { startWorld, type World } from './world.ts'

const PROJECTS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects'
const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'
const SETTINGS = '/api/v1/namespaces/argocd/configmaps/argocd-cm'
/** Argo CD looks at nothing by itself, and forgets nothing: what happens is our doing. */
const OF_ARGO = { ARGOCD_RECONCILIATION_TIMEOUT: '1h' }
const ALWAYS = { schedule: '* * * * *', duration: '1h', applications: ['held-*'] }
/** What an installation grants and this work does not come to: ConfigMaps are watched for events of providers (../kubernetes/rights.test.ts). */
const NOT_MET: ReadonlySet<string> = new Set(['patch /events', 'watch /configmaps'])

describe('sync windows, with the controller beside the real Argo CD', { timeout: 1_800_000 }, () => {
  let folder: string
  let place: ControllerPlace
  let world: World
  let account: InstalledAccount
  let controller: Controller | undefined

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'windows-'))
    place = await controllerPlace(folder)
    world = await startWorld('native', place.ofDaemons, OF_ARGO)
    account = await installAccount(world.home, folder)
    await createProject(world.home.client, 'global')
    // Before anything is rotated: with new settings Argo CD looks at its clusters anew, and heals nothing meanwhile.
    const globalProjects = '- projectName: global\n  labelSelector: {}\n'
    await world.home.client.call('PATCH', SETTINGS, { data: { globalProjects } })
    await start('annotation')
  })
  after(async () => {
    await controller?.stop()
    await world?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function start(way: 'annotation' | 'api'): Promise<void> {
    await controller?.stop()
    const words = ['--detect-interval=2000', `--refresh-by=${way}`]
    controller = await startController(world, place, words, 'reader', account.kubeconfig)
    await patiently('the daemons are there', async () => (await metric('daemons_connected')) === 2)
  }

  async function metric(name: string, labels?: string): Promise<number> {
    return (await controller?.metric(name, labels)) ?? 0
  }

  /** Two minutes: what is held is looked at once a minute. */
  async function patiently(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let round = 1; round < 3; round++) {
      const came = waitUntil(what, holds).then(
        () => true,
        () => false,
      )
      if (await came) return
    }
    await waitUntil(what, holds, async () => readFile(path.join(folder, 'controller.log'), 'utf8'))
  }

  async function windows(project: string, syncWindows: readonly object[]): Promise<void> {
    await world.home.client.call('PATCH', `${PROJECTS}/${project}`, { spec: { syncWindows } })
  }

  /** Argo CD forgets what it has merged of a project and the global ones when the project itself changes, not when one of those does. */
  async function forgotten(project: string, why: string): Promise<void> {
    await world.home.client.call('PATCH', `${PROJECTS}/${project}`, { metadata: { annotations: { forgotten: why } } })
  }

  /**
   * Two Applications of one key that has the value `first`; windows know the one as `held-…`. Each test has its own, for Argo CD heals one and the same
   * Application later and later.
   */
  async function pair(id: string): Promise<Pair> {
    const [held, free] = [`held-${id}`, `free-${id}`]
    await world.vault.put(id, { password: 'first' })
    const manifest = yamlOf(externalSecret({ name: 'database' }, { password: [id, 'password'] }))
    await world.repository.commit({ [`${held}/all.yaml`]: manifest, [`${free}/all.yaml`]: manifest })
    const known = await metric('index_applications')
    for (const name of [held, free]) await (await createApplication(world, { name, path: name })).isSynced()
    await patiently('the index knows both', async () => (await metric('index_applications')) === known + 2)
    return { held, free, rotate: (password) => world.vault.put(id, { password }) }
  }

  async function has(name: string, password: string): Promise<boolean> {
    return (await liveSecret(world.home, name, 'database'))?.['password'] === password
  }

  async function hasEvent(application: string, reason: string): Promise<boolean> {
    const { items } = await world.home.client.call('GET', '/api/v1/namespaces/argocd/events')
    const events = items as readonly { readonly reason: string; readonly involvedObject: { readonly name: string } }[]
    return events.some((event) => event.reason === reason && event.involvedObject.name === application)
  }

  /** How often a refresh of it was asked for, by our account or by argocd-server. */
  async function refreshes(application: string): Promise<number> {
    const events = await world.home.audit()
    return events.filter(
      ({ verb, objectRef, user, userAgent = '' }) =>
        verb === 'patch' &&
        objectRef?.resource === 'applications' &&
        objectRef.name === application &&
        (user?.username.startsWith('system:serviceaccount:') || userAgent.startsWith('argocd-server')),
    ).length
  }

  /** How often Argo CD has synced it by itself, one revision and the same. */
  async function heals(name: string): Promise<number> {
    const { status } = await world.home.client.call('GET', `${APPLICATIONS}/${name}`)
    const { operationState } = status as { readonly operationState: { readonly operation: { readonly sync: Heals } } }
    return operationState.operation.sync.autoHealAttemptsCount ?? 0
  }

  /** A rotation: the one that is free has the new value, the other the first, and nobody has asked Argo CD for it. */
  async function isHeld({ held, free, rotate }: Pair): Promise<void> {
    await rotate('second')
    await patiently('the other has the new value', () => has(free, 'second'))
    await patiently('it is held', async () => (await metric('refreshes_held')) >= 1)
    await patiently('it is told', () => hasEvent(held, 'SyncWindowClosed'))
    assert.ok(await has(held, 'first'))
    assert.equal(await refreshes(held), 0)
  }

  async function goesOn({ held }: Pair): Promise<void> {
    await patiently('it has the new value', () => has(held, 'second'))
    await patiently('it is held no more', async () => (await metric('refreshes_held')) === 0)
    assert.equal(await refreshes(held), 1)
  }

  test('by annotation one that denies holds an Application and no other, until it is removed', async () => {
    const both = await pair('denied')
    await windows('default', [{ kind: 'deny', ...ALWAYS }])
    await isHeld(both)
    await windows('default', [])
    await goesOn(both)
    await patiently('both are told', async () => (await metric('refreshes_total', 'outcome="synced"')) === 2)
  })

  test('by annotation one of a global project holds it, although people may sync it, and Argo CD is asked until it knows that it is gone', async () => {
    const both = await pair('global')
    const healed = await heals(both.held)
    await windows('global', [{ kind: 'allow', ...ALWAYS, schedule: '0 0 1 1 *', duration: '1m', manualSync: true }])
    // With the sync of the other one Argo CD merges both projects anew.
    await forgotten('default', 'that there is no window')
    await isHeld(both)
    await windows('global', [])
    await patiently('Argo CD keeps to the window', () => hasEvent(both.held, 'NoSyncBegan'))
    assert.ok(await has(both.held, 'first'))
    await forgotten('default', 'that there is one')
    await patiently('it has the new value', () => has(both.held, 'second'))
    await patiently('nothing waits', async () => (await metric('refreshes_waiting')) === 0)
    assert.equal(await heals(both.held), healed + 1)
  })

  test('by annotation a project that nobody may read holds all of it and is told, until the right is there', async () => {
    const { held, free, rotate } = await pair('unread')
    const role = '/apis/rbac.authorization.k8s.io/v1/namespaces/argocd/roles/external-secrets-applications-refresh'
    const { rules } = await world.home.client.call('GET', role)
    await world.home.client.call('PATCH', role, { rules: (rules as readonly object[]).slice(0, 1) })
    await rotate('second')
    for (const name of [held, free]) await patiently('it is told', () => hasEvent(name, 'SyncWindowsUnknown'))
    assert.ok((await has(held, 'first')) && (await has(free, 'first')))
    assert.equal((await refreshes(held)) + (await refreshes(free)), 0)
    await world.home.client.call('PATCH', role, { rules })
    await patiently('both have the new value', async () => (await has(held, 'second')) && (await has(free, 'second')))
  })

  test('the account has asked for nothing that it may not do but what was taken from it, and used every right', async () => {
    await patiently('every right has been used', async () => {
      const used = new Set((await account.asked()).map(({ right }) => right))
      return [...account.granted].every((right) => used.has(right) || NOT_MET.has(right))
    })
    const denied = (await account.asked()).filter(({ isDenied }) => isDenied)
    assert.deepEqual([...new Set(denied.map(({ right }) => right))], ['get argoproj.io/appprojects'])
  })

  test('by annotation and by the API a window that cannot be read holds it, and is told', async () => {
    for (const way of ['annotation', 'api'] as const) {
      if (way === 'api') await start('api')
      const { held, free, rotate } = await pair(`unreadable-${way}`)
      await windows('default', [{ kind: 'allow', ...ALWAYS, schedule: '@daily' }])
      await rotate('second')
      await patiently('the other has the new value', () => has(free, 'second'))
      await patiently('it is told', () => hasEvent(held, 'SyncWindowsUnknown'))
      assert.ok(await has(held, 'first'))
      assert.equal(await refreshes(held), 0)
      await windows('default', [])
    }
  })

  test('by the API one that denies holds it as well, although people may sync it, until it is removed', async () => {
    const both = await pair('asked')
    await windows('default', [{ kind: 'deny', ...ALWAYS, manualSync: true }])
    await isHeld(both)
    await windows('default', [])
    await goesOn(both)
  })
})

/** Names of two Applications, and what gives their key another value. */
interface Pair {
  readonly held: string
  readonly free: string
  readonly rotate: (password: string) => Promise<unknown>
}

interface Heals {
  readonly autoHealAttemptsCount?: number
}
