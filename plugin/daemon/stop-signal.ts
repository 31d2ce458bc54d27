import process from 'node:process'

/** The name of the first of SIGTERM and SIGINT that comes. To be called before a process says that it is ready. */
export function stopSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => resolve(name))
  return promise
}
