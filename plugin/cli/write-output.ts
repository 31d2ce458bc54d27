import { fstatSync, ftruncateSync, type Stats, writeFileSync } from 'node:fs'
import process from 'node:process'

const STDOUT = 1

/** Standard output cannot take what was made: closed, or a full disk. */
export class OutputError extends Error {
  readonly code: string

  constructor(code: string) {
    super(`cannot write the output (${code})`)
    this.name = 'OutputError'
    this.code = code
  }
}

/**
 * Writes everything or nothing: while it writes, SIGTERM, SIGINT and SIGHUP wait; a file that cannot take all of it is cut back to what it was.
 * A pipe whose reader went away took what it took; nobody reads the rest. Throws OutputError.
 */
export async function writeOutput(output: Uint8Array | string): Promise<void> {
  const wait = (): void => {}
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, wait)
  try {
    const facts = fstatSync(STDOUT)
    if (facts.isFIFO() || facts.isSocket() || process.stdout.isTTY) await writeToStream(output)
    else writeToFile(output, facts)
  } finally {
    for (const signal of signals) process.off(signal, wait)
  }
}

/** Not through `process.stdout`: for a file that writes once and takes no notice when less was written than it gave (a quota, a file size limit). */
function writeToFile(output: Uint8Array | string, before: Stats): void {
  try {
    writeFileSync(STDOUT, output)
  } catch (thrown) {
    if (before.isFile()) ftruncateSync(STDOUT, before.size)
    throw new OutputError(errorCode(thrown))
  }
}

function writeToStream(output: Uint8Array | string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // The listener stays: the event comes after the callback, and without one it would end the process with a stack.
  process.stdout.once('error', (error) => reject(new OutputError(errorCode(error))))
  process.stdout.write(output, (error) => {
    if (error) reject(new OutputError(errorCode(error)))
    else resolve()
  })
  return promise
}

function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
}
