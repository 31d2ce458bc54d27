import type { Request } from 'express'
import type { Emulator } from '../../emulator.ts'
import { type ClusterClaims, isMeant, unsignedToken } from './cluster-token.ts'
import { PARTY_CANARY, type Reply, startParty } from './start-party.ts'

export interface CloudsmithEmulator extends Emulator {
  readonly lastToken: () => string
}

/** In seconds since the epoch. */
export const CLOUDSMITH_EXPIRY = 1_900_000_001

/** The exchange of OpenID Connect (Cloudsmith API, "Openid create") of the organisation `acme` with the service account `puller`. */
export async function startCloudsmith(trusted: ClusterClaims): Promise<CloudsmithEmulator> {
  let last = ''

  function exchange(request: Request): Reply {
    // Its framework sends those without the slash to the address with one.
    if (!request.path.endsWith('/')) return [301, undefined, { location: `${request.path}/` }]
    const { oidc_token: proof, service_slug: slug } = request.body as { oidc_token?: string; service_slug?: string }
    if (request.params['org'] !== 'acme') return [404]
    if (!proof || !slug) return [422]
    if (slug !== 'puller' || !isMeant(trusted, proof)) return [401]
    last = unsignedToken({ iss: 'cloudsmith', exp: CLOUDSMITH_EXPIRY })
    return [201, { token: last }]
  }

  const emulator = await startParty({ failure: () => ({ detail: PARTY_CANARY }), routes: { 'POST /openid/:org': exchange } })
  return { ...emulator, lastToken: () => last }
}
