import { readSync, writeSync } from 'node:fs'

/** Standard input or another stream to its end. Throws `tooLarge()` for more than `maxBytes`, and errors of the system. */
export function readAll(descriptor: number, maxBytes: number, tooLarge: () => Error): Uint8Array {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const chunk = new Uint8Array(64 * 1024)
    const count = patiently(() => readSync(descriptor, chunk))
    if (count === 0) return Buffer.concat(chunks)
    size += count
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk.subarray(0, count))
  }
}

/** Every byte, whatever the other end takes at once. Throws errors of the system. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.byteLength; ) written += patiently(() => writeSync(descriptor, bytes, written))
}

/** A pipe that is set not to block has nothing to give or is full: its other end needs a moment, and this process has nothing else to do. */
function patiently(call: () => number): number {
  for (;;) {
    try {
      return call()
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN')) throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}
