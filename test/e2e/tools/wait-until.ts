const PATIENCE_MS = 40_000

/**
 * Asks every 50 ms until the answer is yes; throws after 40 s, with `what` did not happen and how things stand.
 * An error of the question ends it.
 */
export async function waitUntil(
  what: string,
  holds: () => Promise<boolean>,
  standing: () => string | Promise<string> = () => '',
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not happen in time that ${what}\n${await standing()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
