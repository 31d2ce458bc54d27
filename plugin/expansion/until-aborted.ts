/** What `start` gives, until `signal` is aborted: then at once a rejection with what `over` makes; what was started goes on, and nobody waits for it. */
export async function untilAborted<T>(start: () => Promise<T>, signal: AbortSignal, over: () => Error): Promise<T> {
  if (signal.aborted) throw over()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(over())
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([start(), ended])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
