import type { ObjectCache, ObjectHandler } from '../../../plugin/kube/object-cache.ts'
import type { Change, Thing } from './scripted-api-server.ts'

/**
 * What a handler may be told, given what the server did: of one object only newer versions and only such as the server wrote, an update of what was told
 * before, a delete once; a delete with the last known state only when there was a list. What is wrong with it is collected: a handler may not complain.
 * Now and then it fails before it has understood: that was not told, and what has become of the object since is to be told later.
 */
export class ReflectorModel implements ObjectHandler<Thing> {
  readonly problems: string[] = []
  readonly counts = { told: 0, lost: 0, lostAndMadeAgain: 0, quietWithoutList: 0, failed: 0, toldAgain: 0 }
  cache: ObjectCache<Thing> | undefined
  readonly #throws: () => boolean
  readonly #written = new WeakSet<Thing>()
  #hasListed = false
  #hasFailed = false
  readonly #owed = new Set<string>()
  #toldSinceQuiet = 0
  #writtenSinceQuiet = 0
  #lost: Thing | undefined
  readonly #told = new Map<string, Thing>()
  readonly #versions = new Map<string, number>()

  /** `throws`: whether the handler fails this time. */
  constructor(throws: () => boolean) {
    this.#throws = throws
  }

  /** The server did this. */
  wrote({ object }: Change): void {
    this.#written.add(object)
    this.#writtenSinceQuiet++
  }

  /** The reflector asked for a list: until the next quiet point it may jump over versions. */
  listed(): void {
    this.#hasListed = true
  }

  onAdd(object: Thing): void {
    const { name } = object.metadata
    this.#begin(object, object)
    if (this.#told.has(name)) this.#problem(`${name} is told as added twice`)
    if (this.#lost?.metadata.name === name) this.counts.lostAndMadeAgain++
    this.#hear(object)
    this.#told.set(name, object)
    this.#finish()
  }

  onUpdate(before: Thing, now: Thing): void {
    const { name, uid } = now.metadata
    this.#begin(now, now)
    if (this.#told.get(name) !== before) this.#problem(`${name} is not updated from what was told`)
    if (before.metadata.uid !== uid) this.#problem(`${name} is another object and told as an update`)
    this.#hear(now)
    this.#told.set(name, now)
    this.#finish()
  }

  onDelete(object: Thing, isLastKnown: boolean): void {
    const { name } = object.metadata
    const before = this.#told.get(name)
    // One that failed while it was added may have got half-way, and is told the end; of the list that lost an object nothing need be new then.
    const isOwed = this.#owed.has(name)
    this.#begin(object, isOwed ? 'whatever' : undefined)
    if (!before && !isOwed) this.#problem(`${name} is told as deleted and was not there`)
    if (!isLastKnown) this.#hear(object)
    else if (!this.#hasListed && !isOwed) this.#problem(`${name} was lost without a list`)
    else if (before !== object && !isOwed) this.#problem(`${name} is not lost as what was told`)
    else this.counts.lost++
    this.#told.delete(name)
    this.#finish()
    this.#lost = isLastKnown ? object : undefined
  }

  /** Whether the handler knows what is there. */
  knows(objects: ReadonlyMap<string, Thing>): boolean {
    return this.#told.size === objects.size && Array.from(objects).every(([name, object]) => this.#told.get(name) === object)
  }

  /** The server has been quiet for long enough: all is known, and without a list each change was told by itself. */
  quiet(objects: ReadonlyMap<string, Thing>): void {
    const cached = new Map(Array.from(this.cache?.list() ?? [], (object) => [object.metadata.name, object]))
    for (const name of new Set([...objects.keys(), ...cached.keys(), ...this.#told.keys()])) {
      const versions = [objects, cached, this.#told].map((all) => all.get(name)?.metadata.resourceVersion)
      if (new Set(versions).size > 1)
        this.#problem(`${name} is ${versions[0]} at the server, ${versions[1]} in the cache, told as ${versions[2]}`)
    }
    if (!this.#hasListed && !this.#hasFailed && this.#toldSinceQuiet !== this.#writtenSinceQuiet) {
      this.#problem(`${this.#writtenSinceQuiet} changes were told ${this.#toldSinceQuiet} times`)
    }
    if (!this.#hasListed) this.counts.quietWithoutList++
    this.#toldSinceQuiet = 0
    this.#writtenSinceQuiet = 0
    this.#hasListed = false
    this.#hasFailed = false
  }

  #hear(object: Thing): void {
    const { name, resourceVersion } = object.metadata
    const version = Number(resourceVersion)
    if (!this.#written.has(object)) this.#problem(`${name} at ${resourceVersion} is not what the server wrote`)
    if (version <= (this.#versions.get(name) ?? 0)) this.#problem(`${name} goes back to ${resourceVersion}`)
    this.#versions.set(name, version)
  }

  /** `now`: as the cache has the object. */
  #begin({ metadata }: Thing, now: Thing | undefined | 'whatever'): void {
    const { name } = metadata
    if (now !== 'whatever' && this.cache?.get(metadata) !== now) this.#problem(`${name} is told before it is in the cache`)
    if (this.#throws()) {
      this.counts.failed++
      this.#hasFailed = true
      this.#owed.add(name)
      throw new Error('a handler that fails')
    }
    if (this.#owed.delete(name)) this.counts.toldAgain++
  }

  #finish(): void {
    this.counts.told++
    this.#toldSinceQuiet++
    this.#lost = undefined
  }

  #problem(text: string): void {
    this.problems.push(text)
  }
}
