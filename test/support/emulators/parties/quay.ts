import type { Request } from 'express'
import type { Emulator } from '../../emulator.ts'
import { type ClusterClaims, isMeant, unsignedToken } from './cluster-token.ts'
import { PARTY_CANARY, type Reply, startParty } from './start-party.ts'

export interface QuayEmulator extends Emulator {
  readonly robot: string
  /** Of the last token. */
  readonly lastToken: () => string
}

/** In seconds since the epoch. */
export const QUAY_EXPIRY = 1_900_000_000

/** The token endpoint of robot federation (Quay API, "Auth federated robot token"), over TLS, for one robot account that trusts `trusted`. */
export async function startQuay(trusted: ClusterClaims): Promise<QuayEmulator> {
  const robot = 'team+puller'
  let last = ''

  function exchange(request: Request): Reply {
    const [, encoded = ''] = /^Basic (.+)$/.exec(request.header('authorization') ?? '') ?? []
    const [name, proof = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
    if (name !== robot || !isMeant(trusted, proof)) return [401]
    last = unsignedToken({ iss: 'quay', sub: robot, exp: QUAY_EXPIRY })
    return [200, { token: last }]
  }

  const emulator = await startParty({
    failure: () => ({ error: PARTY_CANARY }),
    routes: { 'GET /oauth2/federation/robot/token': exchange },
    tls: true,
  })
  return { ...emulator, robot, lastToken: () => last }
}
