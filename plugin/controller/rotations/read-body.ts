import type { IncomingMessage } from 'node:http'

/** What came of reading one; `cut`: it did not come whole. */
export type Body = Uint8Array | 'too-long' | 'cut'

/** What is too long is read on for this many bytes, so that whoever sends it gets to read the answer. */
const DISCARDED_BYTES = 4 * 1024 * 1024

/** A body of at most `maxBytes`. Of a longer one nothing is kept, and it may be answered at once. */
export async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Body> {
  const { promise, resolve } = Promise.withResolvers<Body>()
  let chunks: Buffer[] = []
  let size = 0
  const tooLong = (): void => {
    chunks = []
    resolve('too-long')
  }
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) tooLong()
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.byteLength
    if (size <= maxBytes) chunks.push(chunk)
    else if (size <= maxBytes + DISCARDED_BYTES) tooLong()
    else incoming.destroy()
  })
  incoming.once('end', () => resolve(Buffer.concat(chunks)))
  incoming.once('close', () => resolve('cut'))
  if (incoming.destroyed) resolve('cut')
  return await promise
}

/** Bodies of those of whom nothing is known yet: so many are read at once, whoever sends them. */
export class StrangersBodies {
  readonly #most: number
  readonly #reading = new Set<IncomingMessage>()

  constructor(most: number) {
    this.#most = most
  }

  /** Whoever has taken the longest makes room: a good one is there at once, and who sends slowly cannot fill the memory or keep others out. */
  async read(incoming: IncomingMessage, maxBytes: number): Promise<Body> {
    const [oldest] = this.#reading
    if (oldest && this.#reading.size >= this.#most) oldest.destroy()
    this.#reading.add(incoming)
    try {
      return await readBody(incoming, maxBytes)
    } finally {
      this.#reading.delete(incoming)
    }
  }
}
