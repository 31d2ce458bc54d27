import type { ApiCall, Verb } from './api-call.ts'

/**
 * What goes wrong with a call: an answer of the server (429, 500, 403), a connection that breaks before or after the work is done,
 * no answer at all, or a late one.
 */
export type Fault =
  | { readonly status: number; readonly reason?: string; readonly retryAfterSeconds?: number }
  | 'cut'
  | 'cutAfterwards'
  | 'hang'
  | { readonly delayMs: number }

/** Which calls; all when empty. */
export interface FaultTarget {
  readonly verb?: Verb
  /** As in the audit list: `secrets`, `externalsecrets/status`. */
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
}

interface Planned {
  readonly fault: Fault
  readonly target: FaultTarget
  left: number
}

export class Faults {
  #planned: Planned[] = []

  /** The next `times` calls of `target` fail so. */
  plan(fault: Fault, target: FaultTarget, times: number): void {
    this.#planned.push({ fault, target, left: times })
  }

  clear(): void {
    this.#planned = []
  }

  take(call: ApiCall): Fault | undefined {
    const planned = this.#planned.find(({ target }) => matches(target, call))
    if (!planned) return undefined
    planned.left--
    if (planned.left <= 0) this.#planned = this.#planned.filter((other) => other !== planned)
    return planned.fault
  }
}

function matches({ verb, resource, namespace, name }: FaultTarget, call: ApiCall): boolean {
  return (
    (verb === undefined || verb === call.verb) &&
    (resource === undefined || resource === resourceText(call)) &&
    (namespace === undefined || namespace === call.namespace) &&
    (name === undefined || name === call.name)
  )
}

export function resourceText({ resource, subresource }: ApiCall): string {
  return subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`
}
