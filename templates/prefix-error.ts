import { FunctionError } from './function-error.ts'

/** `PREFIX: MESSAGE` for a FunctionError of what runs inside. */
export function prefixing<T>(prefix: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    throw new FunctionError(`${prefix}: ${error.message}`, error.safe)
  }
}
