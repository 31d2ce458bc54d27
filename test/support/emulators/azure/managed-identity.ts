import express, { type Express, type Request, type Response } from 'express'
import type { CallControl } from '../../call-control.ts'
import type { AccessTokens } from './access-tokens.ts'
import { queryText } from './query-text.ts'

export interface ManagedIdentityParts {
  readonly control: CallControl
  readonly tokens: AccessTokens
  readonly resource: string
  readonly tenantId: string
  /** The identities of the machine by client id; the first one is the system's own. */
  readonly clientIds: readonly string[]
  /** The value of `IDENTITY_HEADER` that App Service's form wants. */
  readonly identityHeader: string
}

/** The two local token endpoints: a virtual machine's (IMDS, `Metadata: true`) and App Service's (`X-IDENTITY-HEADER`). */
export function managedIdentityHost(parts: ManagedIdentityParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.get('/metadata/identity/oauth2/token', parts.control.login, (request, response) => {
    if (request.get('Metadata') !== 'true' || request.get('X-Forwarded-For') !== undefined) {
      refuse(response, 400, { error: 'invalid_request', error_description: 'Required metadata header not specified' })
      return
    }
    if (request.query['api-version'] !== '2018-02-01') {
      refuse(response, 400, { error: 'bad_request_102', error_description: 'Required parameter api-version' })
      return
    }
    answer(parts, request, response, (expiresOn) => ({
      expires_in: String(parts.tokens.lifetimeSeconds),
      ext_expires_in: String(parts.tokens.lifetimeSeconds),
      expires_on: String(expiresOn),
      not_before: String(expiresOn - parts.tokens.lifetimeSeconds),
    }))
  })
  app.get('/msi/token', parts.control.login, (request, response) => {
    if (request.get('X-IDENTITY-HEADER') !== parts.identityHeader || request.query['api-version'] !== '2019-08-01') {
      refuse(response, 401, { statusCode: 401, message: 'unauthorized' })
      return
    }
    answer(parts, request, response, (expiresOn) => ({ expires_on: String(expiresOn) }))
  })
  return app
}

function answer(parts: ManagedIdentityParts, request: Request, response: Response, expiry: (expiresOn: number) => object): void {
  const clientId = request.query['client_id'] ?? parts.clientIds[0]
  if (typeof clientId !== 'string' || !parts.clientIds.includes(clientId)) {
    refuse(response, 400, { error: 'invalid_request', error_description: 'Identity not found' })
    return
  }
  const resource = queryText(request, 'resource').replace(/\/$/, '')
  if (resource !== parts.resource) {
    refuse(response, 400, { error: 'invalid_resource', error_description: 'AADSTS500011: not a resource of this tenant' })
    return
  }
  const expiresOn = Math.floor(Date.now() / 1000) + parts.tokens.lifetimeSeconds
  response.json({
    access_token: parts.tokens.issue({ clientId, tenantId: parts.tenantId }, resource),
    client_id: clientId,
    resource,
    token_type: 'Bearer',
    ...expiry(expiresOn),
  })
}

function refuse(response: Response, status: number, body: object): void {
  response.status(status).json(body)
}
