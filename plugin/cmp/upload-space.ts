/** What one upload may take of an {@link UploadSpace}. */
export interface UploadShare {
  /** Waits until there is room for so many bytes more. Rejects with the signal's reason. */
  take(bytes: number, signal: AbortSignal): Promise<void>
  /** Gives everything back, once nothing of the upload is in memory any more. */
  leave(): void
}

interface Share {
  held: number
}

/**
 * Bounds the bytes of unpacked uploads that are in memory at once; the others wait, and their callers with them (gRPC's flow control). The oldest
 * one always gets what it asks for: it comes to its end, so uploads never wait for each other. Together they hold `most` and one upload.
 */
export class UploadSpace {
  readonly #most: number
  #held = 0
  /** Oldest first. */
  readonly #shares = new Set<Share>()
  readonly #waiting = new Set<() => void>()

  constructor(most: number) {
    this.#most = most
  }

  enter(): UploadShare {
    const share: Share = { held: 0 }
    this.#shares.add(share)
    return {
      take: async (bytes, signal) => {
        while (!this.#hasRoom(share, bytes)) await this.#change(signal)
        share.held += bytes
        this.#held += bytes
      },
      leave: () => {
        if (!this.#shares.delete(share)) return
        this.#held -= share.held
        for (const wake of this.#waiting) wake()
      },
    }
  }

  #hasRoom(share: Share, bytes: number): boolean {
    const [oldest] = this.#shares
    return share === oldest || this.#held + bytes <= this.#most
  }

  async #change(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#waiting.add(resolve)
    try {
      await promise
    } finally {
      this.#waiting.delete(resolve)
      signal.removeEventListener('abort', onAbort)
    }
  }
}
