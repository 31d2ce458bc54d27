import process from 'node:process'

/** Says what a long run is doing, on standard error, and only to a person. */
export interface Progress {
  say(what: string): void
  /** Takes the line away before anything else is printed. */
  clear(): void
}

export function terminalProgress(): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { say() {}, clear() {} }
  return {
    say: (what) => void stderr.write(`\r\u001b[2K${what} …`),
    clear: () => void stderr.write('\r\u001b[2K'),
  }
}
