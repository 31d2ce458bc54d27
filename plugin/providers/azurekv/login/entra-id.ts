import type { Clock } from '../../../model/clock.ts'
import type { HttpClient } from '../../http-client.ts'
import type { Cloud } from '../cloud.ts'
import type { AccessToken, Login } from './access-token.ts'
import { entraIdError } from './entra-id-error.ts'
import { accessToken } from './token-answer.ts'

/** An application and how it proves who it is. */
export interface Application {
  readonly tenantId: string
  readonly clientId: string
  /** The fields of the token request that prove it: a secret or a signed assertion. Asked anew at every login. */
  proof(tokenEndpoint: string): Promise<Readonly<Record<string, string>>>
}

export interface EntraIdPorts {
  readonly http: HttpClient
  readonly cloud: Cloud
  readonly clock: Clock
}

/** The assertion of a client is a JWT (RFC 7523). */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The OAuth 2.0 client credentials grant (Microsoft identity platform, "client credentials flow"): one request, no discovery. */
export function entraIdLogin(application: Application, { http, cloud, clock }: EntraIdPorts): Login {
  const { tenantId, clientId } = application
  const endpoint = `${cloud.authority}/${encodeURIComponent(tenantId)}/${tenantId === 'adfs' ? 'oauth2/token' : 'oauth2/v2.0/token'}`

  return async (signal): Promise<AccessToken> => {
    const url = new URL(endpoint)
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: `${cloud.vaultResource}/.default`,
      ...(await application.proof(endpoint)),
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const answer = await http.send({ method: 'POST', url, headers, body: form.toString(), signal })
    if (answer.status !== 200) throw entraIdError(answer, url.host, tenantId)
    return accessToken(answer, clock, url.host)
  }
}
