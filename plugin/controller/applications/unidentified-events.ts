import type { ApplicationEvent } from './application-event.ts'
import { type ApplicationRef, applicationId } from './application-view.ts'
import type { Applications } from './applications.ts'

export interface UnidentifiedEventsTools {
  readonly applications: Pick<Applications, 'read'>
  readonly tell: (application: ApplicationRef & { readonly uid: string }, event: ApplicationEvent) => void
}

interface Untold {
  readonly application: ApplicationRef
  readonly events: ApplicationEvent[]
}

/** Applications that are read at once: what is told is no hurry, and one change may concern thousands of them. */
const MOST_READS = 4

/**
 * Events of Applications whose UID nobody has read: Argo CD shows none without it, and the index does not know it. However many there are of one,
 * it is read once.
 */
export class UnidentifiedEvents {
  readonly #tools: UnidentifiedEventsTools
  readonly #signal: AbortSignal
  readonly #untold = new Map<string, Untold>()
  #reads = 0

  constructor(tools: UnidentifiedEventsTools, signal: AbortSignal) {
    this.#tools = tools
    this.#signal = signal
  }

  add(application: ApplicationRef, event: ApplicationEvent): void {
    const id = applicationId(application)
    const untold = this.#untold.get(id) ?? { application, events: [] }
    untold.events.push(event)
    this.#untold.set(id, untold)
    if (this.#reads < MOST_READS) void this.#tellAll()
  }

  /** Never rejects. */
  async #tellAll(): Promise<void> {
    this.#reads++
    // Whoever adds has more to add.
    await Promise.resolve()
    for (let id = this.#next(); id !== undefined && !this.#signal.aborted; id = this.#next()) await this.#tell(id)
    this.#reads--
  }

  #next(): string | undefined {
    return this.#untold.keys().next().value
  }

  async #tell(id: string): Promise<void> {
    const untold = this.#untold.get(id)
    this.#untold.delete(id)
    if (!untold) return
    const { application, events } = untold
    const view = await this.#tools.applications.read(application, this.#signal).catch(() => undefined)
    if (this.#signal.aborted) return
    for (const event of events) this.#tools.tell({ ...application, uid: view?.uid ?? '' }, event)
  }
}
