import { TransportFailure } from './api-transport.ts'

const LINE_FEED = 10

/** The lines of a stream, as text, without what ends them; one without an end is given last. Throws TransportFailure for a line beyond `maxBytes`. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      if (heldBytes + end - start > maxBytes) throw new TransportFailure('TooLarge')
      yield decode([...held, chunk.subarray(start, end)])
      held = []
      heldBytes = 0
      start = end + 1
    }
    if (start === chunk.byteLength) continue
    held.push(chunk.subarray(start))
    heldBytes += chunk.byteLength - start
    if (heldBytes > maxBytes) throw new TransportFailure('TooLarge')
  }
  if (heldBytes > 0) yield decode(held)
}

function decode(parts: readonly Uint8Array[]): string {
  const [only] = parts
  const bytes = parts.length === 1 && only ? Buffer.from(only.buffer, only.byteOffset, only.byteLength) : Buffer.concat(parts)
  return bytes.toString('utf8')
}
