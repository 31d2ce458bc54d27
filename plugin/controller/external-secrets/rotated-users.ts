import { WHEN_MISSING } from '../../api/annotations.ts'
import type { StoreRef } from '../../api/external-secret.ts'
import { parseGoDuration } from '../../api/go-duration.ts'
import { otherStoresOf } from '../../api/when-missing.ts'
import { entriesOf } from '../../expansion/entry.ts'
import { createTurns } from '../../model/turns.ts'
import type { Rotation } from '../rotations/rotation.ts'
import type { UsedKey } from './change-notices.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import { readSpecOf } from './read-spec-of.ts'

/** By which rotation, if any, a key that an ExternalSecret of `namespace` names was rotated. */
export type RotationOf = (used: UsedKey, namespace: string) => Rotation | undefined | Promise<Rotation | undefined>

export interface RotatedUser {
  readonly object: ExternalSecretObject
  readonly keys: readonly UsedKey[]
  /** When the first of them was rotated, where an event says so. */
  readonly atMs: number | undefined
}

export interface FoundUsers {
  readonly users: readonly RotatedUser[]
  /** What the first look at an object threw that could not be looked at; the others were. */
  readonly failure: { readonly thrown: unknown } | undefined
}

/** What was asked for together, and whom it concerns as far as objects were looked at. */
interface Asked {
  readonly rotationOf: RotationOf
  readonly users: RotatedUser[]
  failure: FoundUsers['failure']
  readonly found: PromiseWithResolvers<FoundUsers>
}

/**
 * Who reads what was rotated, and which keys. Only who is refreshed by time is: `refreshInterval: 0` says never again, `OnChange` and `CreatedOnce`
 * speak of the object alone (external-secrets.md 4.3). What a search finds is not known by name.
 *
 * Of ten thousand objects one look takes a moment: others have their turns meanwhile, the renewal of a Lease among them, and one look
 * answers for all events that came during the one before.
 */
export class RotatedUsers {
  readonly #objects: () => Iterable<ExternalSecretObject>
  #asked: Asked[] = []
  #isLooking = false

  constructor(objects: () => Iterable<ExternalSecretObject>) {
    this.#objects = objects
  }

  /** Has each of them told, and gives how many there are. Rejects, once the others have been told, with what the first threw that could not be. */
  async tellEach(rotationOf: RotationOf, tell: (user: RotatedUser) => Promise<void>): Promise<number> {
    const { users, failure } = await this.find(rotationOf)
    const turns = createTurns()
    let first = failure
    for (const user of users) {
      const turn = turns.take()
      if (turn) await turn
      try {
        await tell(user)
      } catch (thrown) {
        first ??= { thrown }
      }
    }
    if (first) throw first.thrown
    return users.length
  }

  async find(rotationOf: RotationOf): Promise<FoundUsers> {
    const found = Promise.withResolvers<FoundUsers>()
    this.#asked.push({ rotationOf, users: [], failure: undefined, found })
    if (!this.#isLooking) void this.#lookForAll()
    return await found.promise
  }

  async #lookForAll(): Promise<void> {
    this.#isLooking = true
    while (this.#asked.length > 0) {
      const asked = this.#asked
      this.#asked = []
      try {
        await look(this.#objects(), asked)
        for (const { found, users, failure } of asked) found.resolve({ users, failure })
      } catch (thrown) {
        for (const { found } of asked) found.reject(thrown)
      }
    }
    this.#isLooking = false
  }
}

async function look(objects: Iterable<ExternalSecretObject>, asked: readonly Asked[]): Promise<void> {
  const turns = createTurns()
  for (const object of objects) {
    const turn = turns.take()
    if (turn) await turn
    const { namespace = '' } = object.metadata
    if (!(await mayUse(object, asked))) continue
    const used = usedKeys(object)
    for (const one of asked) {
      const { rotationOf, users } = one
      const keys: UsedKey[] = []
      let atMs: number | undefined
      for (const key of used) {
        try {
          const verdict = rotationOf(key, namespace)
          // Most are told at once: to wait for each of them would take longer than all the rest.
          const rotation = verdict && (await verdict)
          if (!rotation) continue
          keys.push(key)
          atMs = earlier(atMs, 'store' in rotation ? undefined : rotation.atMs)
        } catch (thrown) {
          one.failure ??= { thrown }
        }
      }
      if (keys.length > 0) users.push({ object, keys, atMs })
    }
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

/** Few objects use what was rotated, and to look at the keys of one as it stands takes a tenth of what it takes to read it. */
async function mayUse(object: ExternalSecretObject, asked: readonly Asked[]): Promise<boolean> {
  const { annotations, namespace = '' } = object.metadata
  // It may name other stores.
  if (annotations?.[WHEN_MISSING] !== undefined) return true
  try {
    for (const used of keysAsTheyStand(object))
      for (const { rotationOf } of asked) {
        const verdict = rotationOf(used, namespace)
        if (verdict && (await verdict)) return true
      }
    return false
  } catch {
    // Whoever asks is told when it is read.
    return true
  }
}

/** What an API server takes has this form (external-secrets.md 2.6, 2.7). */
interface KeysOfSpec {
  readonly secretStoreRef?: StoreRef
  readonly data?: readonly KeysOfEntry[]
  readonly dataFrom?: readonly KeysOfEntry[]
}

interface KeysOfEntry {
  readonly sourceRef?: { readonly storeRef?: StoreRef }
  readonly remoteRef?: { readonly key?: string }
  readonly extract?: { readonly key?: string }
}

function keysAsTheyStand({ spec }: ExternalSecretObject): readonly UsedKey[] {
  const { secretStoreRef = {}, data, dataFrom } = (spec ?? {}) as KeysOfSpec
  return [...(data ?? []), ...(dataFrom ?? [])].flatMap(({ remoteRef, extract, sourceRef }) => {
    const key = (remoteRef ?? extract)?.key
    return key === undefined ? [] : [{ store: sourceRef?.storeRef ?? secretStoreRef, key }]
  })
}

function usedKeys(object: ExternalSecretObject): readonly UsedKey[] {
  const { value } = readSpecOf(object)
  if (!value) return []
  const { refreshPolicy = 'Periodic', refreshInterval } = value.spec
  if (refreshPolicy !== 'Periodic' || (parseGoDuration(refreshInterval) ?? 1) <= 0) return []
  try {
    const others = otherStoresOf(value)
    return entriesOf(value.spec).flatMap((entry) => {
      if (!entry.ref) return []
      const { key } = entry.ref
      return [entry.store, ...others].map((store) => ({ store, key }))
    })
  } catch {
    // Its own pass says what is wrong with it.
    return []
  }
}
