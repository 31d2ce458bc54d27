/** What may be said of something thrown that is not ours: its class. Its message may quote what it failed on. */
export function errorName(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown
}
