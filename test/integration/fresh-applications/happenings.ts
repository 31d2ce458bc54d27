import { SecretError } from '../../../plugin/model/secret-error.ts'
import { hasUsed, type ModelApplication, REPOSITORY } from './model-application.ts'
import type { ModelWorld } from './model-world.ts'
import { PROJECTS } from './model-world.ts'
import { GIT_STORE, STORES, secretId, type UsedSecret } from './secret-managers.ts'

/** Something that may happen; gives what is to be done when it is over, where it does not stay so. */
type Happening = (world: ModelWorld) => (() => void) | undefined | Promise<undefined>

const KEYS = ['a', 'b', 'c'] as const
const NAMES = 9
const PERSON_MS = 30_000
/** By then a report has been taken. */
const REPORTED_MS = 240_000

let versions = 0

/** Every key of every store has a first version. */
export function fillStores({ managers }: ModelWorld): void {
  versions = 0
  for (const store of STORES) for (const key of KEYS) managers.put(store, key, `v${++versions}`)
}

export function addApplication(world: ModelWorld): undefined {
  const { dice, argo, tell } = world
  const number = dice.below(NAMES)
  const [namespace, name] = [number % 4 === 3 ? 'team' : 'argocd', `app-${number}`]
  if (argo.apps.has(`${namespace}/${name}`)) return
  const syncs = dice.pick(['always', 'always', 'new-revisions', 'by-hand'] as const)
  const secrets = someSecrets(world)
  argo.add({ namespace, name, project: dice.pick(PROJECTS), secrets, syncs })
  tell(`added ${name}, ${syncs}: ${secrets.map(secretId).join(', ')}`)
  const app = argo.apps.get(`${namespace}/${name}`)
  if (app && syncs === 'by-hand') syncByPerson(world, app)
}

function someSecrets({ dice }: ModelWorld): readonly UsedSecret[] {
  const found = new Map<string, UsedSecret>()
  for (let count = 1 + dice.below(3); count > 0; count--) {
    const secret = { store: dice.pick(STORES), key: dice.pick(KEYS), isOptional: dice.chance(20) }
    found.set(secretId(secret), secret)
  }
  return [...found.values()]
}

/** Somebody syncs it by hand, as soon as Argo CD lets them. */
function syncByPerson({ argo, clock }: ModelWorld, app: ModelApplication): void {
  const attempt = async (): Promise<void> => {
    await clock.sleep(PERSON_MS)
    if (app.isGone) return
    const isRendered = app.cache?.rendered instanceof Map && app.status.revision === app.revision
    if (argo.isAway || !isRendered || !argo.maySync(app, 'people') || !argo.sync(app, undefined)) await attempt()
  }
  void attempt()
}

function anyApp({ dice, argo }: ModelWorld): ModelApplication | undefined {
  return argo.apps.size === 0 ? undefined : dice.pick([...argo.apps.values()])
}

function put(world: ModelWorld, { store, key }: Key, version: string | undefined): undefined {
  world.managers.put(store, key, version)
  world.tell(`${store} ${key} is ${version ?? 'gone'}`)
  // Of a store that nobody watches only an event tells, or an interval.
  if (store !== GIT_STORE) for (const app of world.argo.apps.values()) if (hasUsed(app, { store, key })) world.judge.allow(app)
}

interface Key {
  readonly store: string
  readonly key: string
}

function anyKey({ dice }: ModelWorld): Key {
  return { store: dice.pick(STORES), key: dice.pick(KEYS) }
}

const rotate: Happening = (world) => put(world, anyKey(world), `v${++versions}`)

const rotateTwice: Happening = (world) => {
  const which = anyKey(world)
  put(world, which, `v${++versions}`)
  const delayMs = world.dice.pick([1_000, 15_000, 61_000, 75_000])
  void world.clock.sleep(delayMs).then(() => put(world, which, `v${++versions}`))
  return undefined
}

const rollBack: Happening = (world) => {
  const which = anyKey(world)
  const earlier = world.managers.entriesOf(secretId(which)).flatMap(({ version }) => version ?? [])
  put(world, which, world.dice.pick(earlier))
  return undefined
}

/** Gone, and back with the same version or another. */
const remove: Happening = (world) => {
  const which = anyKey(world)
  const { version } = world.managers.entriesOf(secretId(which)).at(-1) ?? {}
  if (version === undefined) return undefined
  put(world, which, undefined)
  const back = world.dice.chance(50) ? version : `v${++versions}`
  return () => put(world, which, back)
}

const sayRotated: Happening = (world) => {
  const { controller, argo, judge, tell } = world
  const { store, key } = anyKey(world)
  if (!controller.leader) return undefined
  controller.leader.rotated([{ store, key }])
  tell(`an event says ${store} ${key}`)
  if (store === GIT_STORE) for (const app of argo.apps.values()) if (hasUsed(app, { store, key })) judge.allow(app)
  return undefined
}

const refreshByHand: Happening = (world) => {
  const { store, key } = anyKey(world)
  if (!world.controller.leader) return undefined
  world.controller.leader.refresh(store, key)
  world.tell(`refresh ${store} ${key}`)
  for (const app of world.argo.apps.values()) if (hasUsed(app, { store, key })) world.judge.allow(app)
  return undefined
}

const commit: Happening = (world) => {
  const app = anyApp(world)
  if (!app) return undefined
  app.secrets = someSecrets(world)
  app.everUsed = [...app.everUsed, ...app.secrets]
  app.revision = world.argo.newRevision()
  world.tell(`${app.name} is at ${app.revision}: ${app.secrets.map(secretId).join(', ')}`)
  world.judge.allow(app)
  world.argo.changed(app)
  if (app.syncs === 'by-hand') syncByPerson(world, app)
  return undefined
}

const moveProject: Happening = (world) => {
  const app = anyApp(world)
  // What is reported of it while it moves does not count.
  if (!app?.cache || world.clock.monotonic() - app.cache.atMs < REPORTED_MS) return undefined
  app.project = app.project === 'red' ? 'blue' : 'red'
  world.tell(`${app.name} moves to the project ${app.project}`)
  world.argo.changed(app)
  return undefined
}

const create: Happening = addApplication

const destroy: Happening = (world) => {
  const app = anyApp(world)
  if (!app) return undefined
  world.tell(`${app.name} is deleted`)
  world.argo.remove(app)
  return undefined
}

const preview: Happening = (world) => {
  const app = anyApp(world)
  if (!app) return undefined
  const { namespace, name, project, path } = app
  const secrets = someSecrets(world)
  void world.dice.pick(world.daemons).render({ namespace, name, project, path, repoUrl: REPOSITORY, revision: 'branch', secrets })
  return undefined
}

const refreshByOther: Happening = (world) => {
  const app = anyApp(world)
  if (!app || world.argo.isForgetful) return undefined
  world.tell(`somebody refreshes ${app.name}`)
  void world.argo.refresh(app, 'hard', new AbortController().signal)
  return undefined
}

const drift: Happening = (world) => {
  const app = anyApp(world)
  if (!app || app.syncs === 'always') return undefined
  app.isDrifted = true
  world.argo.changed(app)
  world.tell(`${app.name} drifts`)
  return undefined
}

const providerAway: Happening = ({ dice, managers, tell }) => {
  const store = dice.pick(STORES)
  managers.backendOf(store).outage = new SecretError('Unavailable', 'away')
  tell(`${store} is away`)
  return () => {
    managers.backendOf(store).outage = undefined
    tell(`${store} is back`)
  }
}

const argoAway: Happening = ({ argo, tell }) => {
  argo.isAway = true
  tell('Argo CD is away')
  return () => {
    argo.isAway = false
    tell('Argo CD is back')
  }
}

const argoSlow: Happening = ({ argo, dice, tell }) => {
  argo.renderMs = dice.pick([5_000, 40_000])
  tell(`renders take ${argo.renderMs} ms`)
  return () => void (argo.renderMs = 500)
}

const renderFails: Happening = (world) => {
  const app = anyApp(world)
  if (!app) return undefined
  world.argo.broken.add(app.name)
  world.tell(`renders of ${app.name} fail`)
  return () => {
    world.argo.broken.delete(app.name)
    world.tell(`renders of ${app.name} may succeed`)
  }
}

const restart: Happening = async ({ dice, controller, judge, clock, tell }) => {
  const how = dice.pick(['stopped', 'killed'] as const)
  tell(`the controller is ${how}`)
  await controller.end(how)
  await clock.run(dice.pick([0, 20_000, 90_000]))
  controller.start()
  judge.started()
  return undefined
}

const pause: Happening = ({ dice, controller, judge, tell }) => {
  const data = dice.pick([{ all: 'true' }, { projects: 'red\n' }, { stores: `${STORES[0]}\n` }] as const)
  controller.pause(data)
  judge.paused(data)
  tell(`paused: ${JSON.stringify(data)}`)
  return () => {
    controller.pause({})
    judge.paused({})
    tell('nothing is paused')
  }
}

const closeWindow: Happening = ({ dice, argo, judge, tell }) => {
  const project = dice.pick(PROJECTS)
  const manualSync = dice.chance(30)
  argo.setWindow(project, { manualSync })
  judge.windowSet(project, true)
  tell(`the window of ${project} is closed, by hand ${manualSync}`)
  return () => {
    argo.setWindow(project, undefined)
    judge.windowSet(project, false)
    tell(`the window of ${project} is open`)
  }
}

const cutDaemon: Happening = ({ dice, daemons, judge, tell }) => {
  const daemon = dice.pick(daemons)
  daemon.connect(false)
  judge.cut(daemon)
  tell(`${daemon.name} is cut off`)
  return () => {
    daemon.connect(true)
    judge.cut(daemon)
    tell(`${daemon.name} is connected`)
  }
}

const lateReports: Happening = ({ dice, daemons, tell }) => {
  const daemon = dice.pick(daemons)
  daemon.reportMs = dice.pick([5_000, 45_000])
  daemon.isForgetful = dice.chance(50)
  tell(`reports of ${daemon.name} are late`)
  return () => {
    daemon.reportMs = 20
    daemon.isForgetful = false
  }
}

/** By how often each happens. */
const HAPPENINGS: readonly (readonly [weight: number, happening: Happening])[] = [
  [12, rotate],
  [4, rotateTwice],
  [2, rollBack],
  [2, remove],
  [2, sayRotated],
  [1, refreshByHand],
  [3, commit],
  [1, moveProject],
  [2, create],
  [1, destroy],
  [2, preview],
  [1, refreshByOther],
  [1, drift],
  [2, providerAway],
  [1, argoAway],
  [1, argoSlow],
  [2, renderFails],
  [2, restart],
  [2, pause],
  [2, closeWindow],
  [1, cutDaemon],
  [2, lateReports],
]

const ALL = HAPPENINGS.flatMap(([weight, happening]) => Array.from({ length: weight }, () => happening))

/** At the end every key gets a new version. */
export function rotateAll(world: ModelWorld): void {
  for (const store of STORES) for (const key of KEYS) put(world, { store, key }, `v${++versions}`)
}

export async function happen(world: ModelWorld): Promise<(() => void) | undefined> {
  return world.dice.pick(ALL)(world)
}
