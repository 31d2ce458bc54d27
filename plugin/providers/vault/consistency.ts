import type { VaultAnswer } from './api.ts'

export interface ConsistencyOptions {
  readonly readYourWrites: boolean
  readonly forwardInconsistent: boolean
}

type Headers = Readonly<Record<string, string>>

/** Makes one call with the headers that ask for the state seen so far. */
export type ConsistentCall = (headers: Headers, call: (headers: Headers) => Promise<VaultAnswer>) => Promise<VaultAnswer>

/** A cluster's state as Vault names it: `v1:<cluster>:<local index>:<replicated index>:<signature>` in base64. */
interface ClusterState {
  readonly text: string
  readonly indices: readonly [bigint, bigint]
}

/**
 * Vault Enterprise's conditional consistency ("Eventual consistency" in its documentation): answers tell the state that they come from, and
 * later requests ask for at least that. A token that was just made on the active node is then good on a standby that is behind.
 */
export function createConsistency(options: ConsistencyOptions): ConsistentCall {
  let newest: ClusterState | undefined
  return async (headers, call) => {
    if (!options.readYourWrites) return call(headers)
    const answer = await call({
      ...headers,
      ...(newest && { 'x-vault-index': newest.text }),
      ...(options.forwardInconsistent && { 'x-vault-inconsistent': 'forward-active-node' }),
    })
    const seen = clusterState(answer.headers['x-vault-index'])
    if (seen && (!newest || isNewer(seen, newest))) newest = seen
    return answer
  }
}

function clusterState(text: string | undefined): ClusterState | undefined {
  if (text === undefined) return undefined
  const [, local, replicated] = /^v1:[^:]*:(\d+):(\d+):/.exec(Buffer.from(text, 'base64').toString('latin1')) ?? []
  return { text, indices: [BigInt(local ?? 0), BigInt(replicated ?? 0)] }
}

/** Of states that cannot be compared the later one counts. */
function isNewer(seen: ClusterState, known: ClusterState): boolean {
  return seen.indices[0] >= known.indices[0] && seen.indices[1] >= known.indices[1]
}
