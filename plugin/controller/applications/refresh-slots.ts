import type { ApplicationRef } from './application-view.ts'

export interface SlotLimits {
  readonly all: number
  readonly perStore: number
  readonly perProject: number
}

export const DEFAULT_SLOTS: SlotLimits = { all: 10, perStore: 5, perProject: 5 }

/** How many refreshes are under way: of all, of a store, of a project. */
export class RefreshSlots {
  readonly #limits: SlotLimits
  readonly #running = new Map<string, number>()
  #all = 0

  constructor(limits: SlotLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#all
  }

  hasRoom({ project }: ApplicationRef, stores: Iterable<string>): boolean {
    const { all, perStore, perProject } = this.#limits
    return (
      this.#all < all &&
      this.#count(`project ${project}`) < perProject &&
      [...stores].every((store) => this.#count(`store ${store}`) < perStore)
    )
  }

  take(application: ApplicationRef, stores: Iterable<string>): void {
    this.#add(application, stores, 1)
  }

  give(application: ApplicationRef, stores: Iterable<string>): void {
    this.#add(application, stores, -1)
  }

  #count(name: string): number {
    return this.#running.get(name) ?? 0
  }

  #add({ project }: ApplicationRef, stores: Iterable<string>, change: 1 | -1): void {
    this.#all += change
    for (const name of [`project ${project}`, ...[...stores].map((store) => `store ${store}`)]) {
      const count = this.#count(name) + change
      if (count === 0) this.#running.delete(name)
      else this.#running.set(name, count)
    }
  }
}
