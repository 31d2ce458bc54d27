import { setTimeout as sleep } from 'node:timers/promises'

/** What `look` gives once it gives something; what it says last, when that takes longer than half a minute. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: () => string = () => '',
): Promise<T> {
  for (let waited = 0; waited < 30_000; waited += 20) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(20)
  }
  throw new Error(`it never came to that: ${what()}`)
}
