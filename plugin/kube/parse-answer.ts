import { KubeError } from './kube-error.ts'

/** The object in an answer to `what`. What cannot be parsed comes from something that is no API server; it is not quoted. */
// The type is the caller's word, as KubeClient says.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function parseAnswer<T extends object>(what: string, text: string): T {
  try {
    const value: T = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // As below.
  }
  throw new KubeError(`cannot ${what}: the answer is no object in JSON`, 0, 'NoJson')
}
