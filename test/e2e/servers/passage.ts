import { Transform, type TransformCallback } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** How bad a way is. */
export interface Impediment {
  /** With 0 nothing comes through. */
  readonly bytesPerSecond?: number
  /** After how many bytes from now it is cut. */
  readonly cutAfterBytes?: number
}

/** How often a slow way carries something. */
const TICK_MS = 20

/** Carries bytes as the impediment of the moment lets it. */
export class Passage extends Transform {
  readonly #impediment: () => Impediment
  #passed = 0
  #known: Impediment | undefined
  #cutAt = Number.POSITIVE_INFINITY

  constructor(impediment: () => Impediment) {
    super()
    this.#impediment = impediment
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    void this.#carry(chunk, done)
  }

  async #carry(chunk: Buffer, done: TransformCallback): Promise<void> {
    for (let rest = chunk; rest.byteLength > 0 && !this.destroyed; ) {
      const { bytesPerSecond } = this.#lookAround()
      const wished = bytesPerSecond === undefined ? rest.byteLength : Math.ceil((bytesPerSecond * TICK_MS) / 1_000)
      const piece = rest.subarray(0, Math.min(wished, this.#cutAt - this.#passed))
      if (piece.byteLength > 0) this.push(piece)
      this.#passed += piece.byteLength
      rest = rest.subarray(piece.byteLength)
      if (this.#passed >= this.#cutAt) {
        done(new Error('cut'))
        return
      }
      if (bytesPerSecond !== undefined) await sleep(TICK_MS)
    }
    done()
  }

  #lookAround(): Impediment {
    const now = this.#impediment()
    if (now !== this.#known) this.#cutAt = this.#passed + (now.cutAfterBytes ?? Number.POSITIVE_INFINITY)
    this.#known = now
    return now
  }
}
