import { randomUUID } from 'node:crypto'
import express, { type Express, type Request, type Response } from 'express'
import type { CallControl } from '../../call-control.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Directory, Refusal } from './directory.ts'
import { issuerKeyId, issuerKeys } from './jwt.ts'
import { queryText } from './query-text.ts'

export interface EntraIdParts {
  readonly control: CallControl
  readonly directory: Directory
  readonly tokens: AccessTokens
  /** The resource that tokens can be had for. */
  readonly resource: string
  /** `https://localhost:PORT`. */
  readonly url: () => string
}

/**
 * Entra ID's discovery and token endpoints (Microsoft identity platform, "OAuth 2.0 client credentials flow").
 * Discovery is not a login and not counted as one.
 */
export function entraId(parts: EntraIdParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.get(
    ['/:tenant/v2.0/.well-known/openid-configuration', '/:tenant/.well-known/openid-configuration'],
    (request, response) => {
      response.json(openIdConfiguration(parts.url(), String(request.params['tenant'])))
    },
  )
  app.get('/common/discovery/instance', (request, response) => {
    response.json(instanceMetadata(request, parts.url()))
  })
  app.get('/:tenant/discovery/v2.0/keys', (_request, response) => {
    response.json({ keys: [{ ...issuerKeys.publicKey.export({ format: 'jwk' }), kid: issuerKeyId, use: 'sig', alg: 'RS256' }] })
  })
  const answer = (request: Request, response: Response): void => answerTokenRequest(parts, request, response)
  // AD FS, whose tenant is called `adfs`, has no version in its path.
  app.post('/adfs/oauth2/v2.0/token', (_request, response) => void response.status(404).end())
  app.post(
    ['/:tenant/oauth2/v2.0/token', '/:tenant/oauth2/token'],
    parts.control.login,
    express.urlencoded({ extended: false }),
    answer,
  )
  return app
}

function answerTokenRequest(parts: EntraIdParts, request: Request, response: Response): void {
  const form = (request.body ?? {}) as Record<string, string>
  const tenantId = String(request.params['tenant'])
  if (form['grant_type'] !== 'client_credentials')
    return refuse(response, { status: 400, error: 'unsupported_grant_type', aadsts: 70003 })
  if (!form['client_id']) return refuse(response, { status: 400, error: 'invalid_request', aadsts: 900144 })
  const endpoint = `${parts.url()}/${tenantId}/oauth2/v2.0/token`
  const caller = parts.directory.authenticate(tenantId, form, [endpoint, `${parts.url()}/${tenantId}/v2.0`])
  if ('aadsts' in caller) return refuse(response, caller)
  const scope = form['scope'] ?? `${form['resource'] ?? ''}/.default`
  const resource = scope
    .split(' ')
    .find((part) => part.endsWith('/.default'))
    ?.slice(0, -'/.default'.length)
  if (resource === undefined) return refuse(response, { status: 400, error: 'invalid_scope', aadsts: 70011 })
  if (resource !== parts.resource) return refuse(response, { status: 400, error: 'invalid_resource', aadsts: 500011 })
  response.set('Cache-Control', 'no-store').json({
    token_type: 'Bearer',
    expires_in: parts.tokens.lifetimeSeconds,
    ext_expires_in: parts.tokens.lifetimeSeconds,
    access_token: parts.tokens.issue(caller, resource),
  })
}

/** Shaped as Entra ID answers errors; the text names the code alone. */
export function refuse(response: Response, { status, error, aadsts }: Refusal): void {
  const traceId = randomUUID()
  response.status(status).json({
    error,
    error_description: `AADSTS${aadsts}: the emulator refuses this request. Trace ID: ${traceId}`,
    error_codes: [aadsts],
    timestamp: new Date()
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, 'Z'),
    trace_id: traceId,
    correlation_id: randomUUID(),
  })
}

function openIdConfiguration(url: string, tenant: string): object {
  return {
    token_endpoint: `${url}/${tenant}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${url}/${tenant}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${url}/${tenant}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${url}/${tenant}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${url}/${tenant}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${url}/${tenant}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'tid', 'ver'],
  }
}

function instanceMetadata(request: Request, url: string): object {
  const { host } = new URL(url)
  const asked = new URL(queryText(request, 'authorization_endpoint') || `${url}/common/oauth2/v2.0/authorize`)
  const tenant = asked.pathname.split('/')[1] ?? 'common'
  return {
    tenant_discovery_endpoint: `${url}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  }
}
