import { SecretError } from '../model/secret-error.ts'

export interface QueueLimits {
  /** Renders under way at once. */
  readonly running: number
  /** Requests that wait. */
  readonly waiting: number
  /** Bytes of the requests that wait, all together. */
  readonly waitingBytes: number
}

/** Bounds what is under way, first come, first served. Argo CD itself bounds nothing (argocd.md 1.9). */
export class RenderQueue {
  readonly #limits: QueueLimits
  readonly #waiting: { readonly start: () => void; readonly bytes: number }[] = []
  #running = 0
  #waitingBytes = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Runs `work` in its turn. Throws SecretError Throttled at once when too much waits already, Deadline when `signal` is aborted before its turn. */
  async run<T>(bytes: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.running) await this.#turn(bytes, signal)
    else this.#running++
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) {
        this.#waitingBytes -= next.bytes
        next.start()
      } else this.#running--
    }
  }

  async #turn(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#limits.waiting || this.#waitingBytes + bytes > this.#limits.waitingBytes)
      throw full(this.#waiting.length)
    if (signal.aborted) throw tooLate()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = { start: resolve, bytes }
    const leave = (): void => {
      const place = this.#waiting.indexOf(waiting)
      // Not among the waiting any more: its turn has come a moment ago, and ends by itself.
      if (place < 0) return
      this.#waiting.splice(place, 1)
      this.#waitingBytes -= bytes
      reject(tooLate())
    }
    this.#waiting.push(waiting)
    this.#waitingBytes += bytes
    signal.addEventListener('abort', leave, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', leave))
  }
}

/** Of a request that found the queue full; the HTTP side answers 503. */
export class QueueFull extends SecretError {}

function full(waiting: number): QueueFull {
  return new QueueFull('Throttled', `the daemon has ${waiting} renders waiting already`, {
    remedy: 'give repo-server more replicas, or the daemon more with --max-renders and --max-waiting',
  })
}

function tooLate(): SecretError {
  return new SecretError('Deadline', 'the time of the render was over before its turn came', {
    remedy: 'give repo-server more replicas, or the daemon more with --max-renders',
  })
}
