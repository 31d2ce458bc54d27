import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { SecretObject } from '../../../plugin/controller/external-secrets/secret-object.ts'
import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import { type Content, type Expectation, expectedPass, isExternalSecret, type Texts, textsOf } from './expected-pass.ts'
import { EVERYWHERE } from './names.ts'
import type { World, WorldObject } from './world.ts'

const MANAGED = 'reconcile.external-secrets.io/managed'
const CREATED_BY = 'reconcile.external-secrets.io/created-by'
const HASH = 'reconcile.external-secrets.io/data-hash'

/** What an ExternalSecret says of itself. */
interface Said {
  readonly status: string
  readonly reason: string
  readonly message: string
}

/** How an ExternalSecret and its Secret were when everything had settled. */
interface Settled {
  readonly said: Said | undefined
  readonly target: string
  readonly secret: SecretObject | undefined
}

/** Compares a cluster with what external-secrets.md says it has to become, whatever became of it in between. */
export class Judge {
  readonly #world: World
  readonly problems: string[] = []
  /** What a pass would have come to at any time since all was settled, by UID. */
  readonly #expected = new Map<string, Expectation[]>()
  readonly #settled = new Map<string, Settled>()
  /** Secrets that somebody else has changed since. */
  readonly #touched = new Set<string>()
  /** What somebody else has ever put into a Secret. */
  readonly #foreign = new Map<string, Map<string, string>>()
  readonly #targets = new Set<string>()
  /** Secrets that were changed when no process may have seen it: what no hash tells of is seen with the daily read (docs/changes.md, Sweep). */
  readonly #unseen = new Set<string>()
  #isRestarted = false
  readonly #last = new Map<string, SecretObject>()
  #isByHand = false

  constructor(world: World) {
    this.#world = world
    world.kube.follow(SECRETS, (secret, type) => this.#seen(secret, type))
  }

  /** What happens meanwhile is somebody else's work. */
  byHand(work: () => void): void {
    this.#isByHand = true
    work()
    this.#isByHand = false
    this.look()
  }

  restarted(): void {
    this.#isRestarted = true
    for (const target of this.#touched) this.#unseen.add(target)
  }

  /** Notes what passes would come to now. */
  look(): void {
    for (const object of this.#world.externalSecrets()) {
      this.#targets.add(targetOf(object))
      const { uid = '' } = object.metadata
      const known = this.#expected.get(uid) ?? []
      const now = expectedPass(this.#world.sceneOf(object))
      if (!isDeepStrictEqual(known.at(-1), now)) this.#expected.set(uid, [...known, now])
    }
  }

  /** Everything has had the time it needs. */
  judge(): void {
    this.look()
    const objects = this.#world.externalSecrets()
    for (const object of objects) this.#judgeObject(object, objects)
    this.#judgeOrphans(objects)
    this.#judgeEverywhere(objects)
    this.#settle(objects)
  }

  #settle(objects: readonly WorldObject[]): void {
    this.#touched.clear()
    this.#isRestarted = false
    this.#expected.clear()
    this.#settled.clear()
    for (const object of objects) {
      const secret = this.#world.sceneOf(object).target
      this.#settled.set(object.metadata.uid ?? '', { said: saidOf(object), target: targetOf(object), secret })
    }
    this.look()
  }

  #judgeObject(object: WorldObject, objects: readonly WorldObject[]): void {
    if (object.metadata.deletionTimestamp !== undefined) return this.#tell(object, 'is still being deleted')
    const expected = expectedPass(this.#world.sceneOf(object))
    const said = saidOf(object)
    if (!this.#maySay(object, said, expected)) {
      this.#tell(object, `says ${textOf(said)}, expected is ${expectationText(expected)}`)
      return
    }
    const isAlone = objects.filter((other) => targetOf(other) === targetOf(object)).length === 1
    if (isAlone) this.#judgeSecret(object, expected, said)
  }

  #maySay({ metadata: { uid = '' }, spec }: WorldObject, said: Said | undefined, expected: Expectation): boolean {
    if (expected.kind === 'silence' || says(said, expected)) return true
    const earlier = this.#expected.get(uid) ?? []
    const wasSaid = earlier.some((one) => says(said, one)) || isDeepStrictEqual(this.#settled.get(uid)?.said, said)
    // Of others time makes nothing due (4.3), and final failures wait for the next event (4.5).
    return wasSaid && (!isExact(spec) || isFinal(said))
  }

  #judgeSecret(object: WorldObject, expected: Expectation, said: Said | undefined): void {
    const { uid = '' } = object.metadata
    const secret = this.#world.sceneOf(object).target
    const before = this.#settled.get(uid)
    const isTouched = this.#touched.has(targetOf(object))
    const earlier = this.#expected.get(uid) ?? []
    const isIdle =
      before?.target === targetOf(object) &&
      !isTouched &&
      !this.#wasShared(object) &&
      earlier.every(({ kind }) => kind === 'failed' || kind === 'asIs')
    if (isIdle && !isDeepStrictEqual(dataOf(before.secret), dataOf(secret)))
      this.#tell(object, 'its Secret was changed, and nothing could be written')
    if (!isExact(object.spec) || !says(said, expected)) return
    if (expected.kind === 'deleted' && secret) this.#tell(object, 'its Secret is still there')
    if (expected.kind !== 'written') return
    if (!secret) return this.#tell(object, 'its Secret is missing')
    if (!this.#unseen.has(targetOf(object))) this.#judgeMetadata(object, secret, expected.content)
    if (expected.content) this.#judgeData(object, secret, expected.content.data)
  }

  /** Who made it as well may have taken it away since. */
  #wasShared(object: WorldObject): boolean {
    return [...this.#settled].some(([uid, { target }]) => uid !== object.metadata.uid && target === targetOf(object))
  }

  #judgeData(object: WorldObject, secret: SecretObject, wanted: Texts): void {
    const there = textsOf(secret)
    for (const [key, text] of Object.entries(wanted))
      if (there[key] !== text) this.#tell(object, `its Secret has ${key} as ${there[key]}, not as ${text}`)
    const foreign = this.#foreign.get(targetOf(object))
    const merges = mergesInto(object)
    for (const [key, text] of Object.entries(there)) {
      if (key in wanted) continue
      const isOfOthers = foreign?.get(key) === text || isOfAnother(key, object.metadata.name)
      if (!merges || !isOfOthers) this.#tell(object, `its Secret has ${key} as ${text}, which nobody wants`)
    }
  }

  #judgeMetadata(object: WorldObject, secret: SecretObject, content: Content | undefined): void {
    const { labels = {}, annotations = {}, ownerReferences = [] } = secret.metadata
    const { uid, name, namespace = '' } = object.metadata
    const isOwner = object.spec.target.creationPolicy === 'Owner'
    const own = ownerReferences.filter((reference) => isExternalSecret(reference) && reference.name === name)
    if (isOwner ? own.length !== 1 || own[0]?.uid !== uid : own.length > 0)
      this.#tell(object, `its Secret has owners ${JSON.stringify(own)}`)
    if (labels[MANAGED] !== 'true') this.#tell(object, 'its Secret is not marked as managed')
    if (labels[CREATED_BY] !== (isOwner ? hashOf(`${namespace}/${name}`) : undefined))
      this.#tell(object, `its Secret says that it was made by ${labels[CREATED_BY]}`)
    if (annotations[HASH] !== dataHashOf(secret)) this.#tell(object, 'its Secret has the hash of other data')
    if (!content) return
    for (const [label, value] of Object.entries(content.labels))
      if (labels[label] !== value) this.#tell(object, `its Secret has the label ${label} as ${labels[label]}, not as ${value}`)
    for (const [annotation, value] of Object.entries(content.annotations))
      if (annotations[annotation] !== value)
        this.#tell(object, `its Secret has the annotation ${annotation} as ${annotations[annotation]}`)
    for (const label of Object.keys(labels))
      if (label.startsWith('team') && !(label in content.labels) && !isOfAnother(label, name))
        this.#tell(object, `its Secret still has the label ${label}`)
  }

  /** 4.11 */
  #judgeOrphans(objects: readonly WorldObject[]): void {
    for (const namespace of new Set(objects.map(({ metadata }) => metadata.namespace ?? ''))) {
      for (const secret of this.#world.kube.list(SECRETS, namespace)) {
        const { name, labels = {} } = secret.metadata
        const owner = objects.find(
          ({ metadata }) => metadata.namespace === namespace && labels[CREATED_BY] === hashOf(`${namespace}/${metadata.name}`),
        )
        if (
          !owner ||
          !isExact(owner.spec) ||
          owner.spec.target.creationPolicy !== 'Owner' ||
          targetOf(owner) === `${namespace}/${name}`
        )
          continue
        const expected = expectedPass(this.#world.sceneOf(owner))
        if (expected.kind === 'written') this.#tell(owner, `its earlier Secret ${name} is still there`)
      }
    }
  }

  /** 6.1 */
  #judgeEverywhere(objects: readonly WorldObject[]): void {
    const wanted = this.#world.namespacesOfAll().map((namespace) => `${namespace}/${EVERYWHERE}`)
    const there = objects
      .filter(({ metadata }) => metadata.name === EVERYWHERE)
      .map(({ metadata }) => `${metadata.namespace}/${EVERYWHERE}`)
    if (!isDeepStrictEqual(wanted.toSorted(), there.toSorted()))
      this.problems.push(`made everywhere: ${there.join()}, expected are ${wanted.join()}`)
  }

  #seen(secret: SecretObject, type: 'ADDED' | 'MODIFIED' | 'DELETED'): void {
    const key = `${secret.metadata.namespace}/${secret.metadata.name}`
    const before = this.#last.get(key)
    if (type === 'DELETED') this.#last.delete(key)
    else this.#last.set(key, secret)
    if (this.#isByHand) {
      this.#touched.add(key)
      if (this.#isRestarted) this.#unseen.add(key)
      if (type !== 'DELETED') this.#noteForeign(key, before, secret)
      return
    }
    this.#unseen.delete(key)
    for (const object of this.#world.externalSecrets()) this.#targets.add(targetOf(object))
    if (!this.#targets.has(key)) this.problems.push(`Secret ${key}, which is nobody's, was ${type}`)
    for (const [name, text] of Object.entries(textsOf(secret)))
      if (text === '' && type !== 'DELETED') this.problems.push(`Secret ${key} was written with ${name} blank`)
  }

  #noteForeign(key: string, before: SecretObject | undefined, now: SecretObject): void {
    const known = this.#foreign.get(key) ?? new Map<string, string>()
    const there: Texts = before ? textsOf(before) : {}
    for (const [name, text] of Object.entries(textsOf(now))) if (there[name] !== text) known.set(name, text)
    this.#foreign.set(key, known)
  }

  #tell({ metadata }: WorldObject, problem: string): void {
    this.problems.push(`ExternalSecret ${metadata.namespace}/${metadata.name}: ${problem}`)
  }
}

/** Keys and labels of those who make a Secret with others end with their names: what they leave there stays (external-secrets.md 4.11). */
function isOfAnother(key: string, name: string): boolean {
  return /_e\d$/.test(key) && !key.endsWith(`_${name}`)
}

/** Whether time makes its refreshes due, so that it has to be as everything is now. */
function isExact({ refreshPolicy, refreshInterval }: WorldObject['spec']): boolean {
  return refreshPolicy === 'Periodic' && refreshInterval !== '0s'
}

function mergesInto({ spec }: WorldObject): boolean {
  return spec.target.creationPolicy === 'Merge' || spec.target.creationPolicy === 'CreateOrMerge'
}

function targetOf({ metadata, spec }: WorldObject): string {
  return `${metadata.namespace}/${spec.target.name ?? metadata.name}`
}

function saidOf({ status }: WorldObject): Said | undefined {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  return ready && { status: ready.status, reason: ready.reason ?? '', message: ready.message ?? '' }
}

/** 4.14 */
function saidFor(expected: Expectation): Said | undefined {
  switch (expected.kind) {
    case 'silence':
      return undefined
    case 'failed':
      return { status: 'False', reason: 'SecretSyncedError', message: expected.message }
    case 'written':
      return { status: 'True', reason: 'SecretSynced', message: 'secret synced' }
    default:
      return { status: 'True', reason: expected.reason, message: expected.message }
  }
}

function says(said: Said | undefined, expected: Expectation): boolean {
  return said !== undefined && isDeepStrictEqual(said, saidFor(expected))
}

const FINAL = new Set([
  'could not delete secret',
  'could not update secret, target is immutable',
  'failed to take ownership of target secret',
  'target is owned by another ExternalSecret',
])

function isFinal(said: Said | undefined): boolean {
  return said?.status === 'False' && FINAL.has(said.message)
}

function textOf(said: Said | undefined): string {
  return said ? `${said.status} ${said.reason}: ${said.message}` : 'nothing'
}

function expectationText(expected: Expectation): string {
  return expected.kind === 'silence' ? 'silence' : textOf(saidFor(expected))
}

function dataOf(secret: SecretObject | undefined): Texts | undefined {
  return secret && textsOf(secret)
}

/** 4.13, 9 (3) */
function hashOf(text: string): string {
  return createHash('sha3-224').update(text).digest('hex')
}

function dataHashOf({ data = {} }: SecretObject): string {
  const entries = Object.keys(data).toSorted()
  return hashOf(`map[${entries.map((key) => `${key}:[${[...Buffer.from(data[key] ?? '', 'base64')].join(' ')}]`).join(' ')}]`)
}
