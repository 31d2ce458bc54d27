import { readFile } from 'node:fs/promises'
import type { Clock } from '../model/clock.ts'

/** PEM of who vouches for an API server, in a file that changes: the kubelet replaces that of a pod when its cluster gets other authorities. */
export interface AuthorityFile {
  /** As it was read within the last minute. */
  current(): Promise<string>
  /** As it is now. */
  readAgain(): Promise<string>
}

/** Who is trusted no more is trusted for so long, in milliseconds; client-go takes five minutes (1.35, ClientsAllowCARotation). */
const READ_EVERY_MS = 60_000

/** Rejects when the file cannot be read; later what was read before stays while that is so. */
export async function openAuthorityFile(file: string, clock: Pick<Clock, 'monotonic'>): Promise<AuthorityFile> {
  let last = await readFile(file, 'utf8')
  let known = Promise.resolve(last)
  let readAtMs = clock.monotonic()
  let isReading = false

  async function read(): Promise<string> {
    const text = await readFile(file, 'utf8').catch(() => '')
    isReading = false
    // An empty file is one that is just being written.
    if (text.trim() !== '') last = text
    return last
  }

  /** What many ask for at once is read once. */
  function readAgain(): Promise<string> {
    if (isReading) return known
    isReading = true
    readAtMs = clock.monotonic()
    known = read()
    return known
  }

  return { current: () => (clock.monotonic() - readAtMs >= READ_EVERY_MS ? readAgain() : known), readAgain }
}
