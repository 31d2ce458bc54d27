import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { CallControl } from '../../call-control.ts'
import type { AccessTokens } from './access-tokens.ts'
import { type CertificateContent, certificateRoutes } from './certificate-routes.ts'
import { type KeyContent, keyRoutes } from './key-routes.ts'
import { queryText } from './query-text.ts'
import { type SecretContent, secretRoutes } from './secret-routes.ts'
import { badParameter, failWith, forbidden } from './vault-failures.ts'
import { VaultObjects } from './vault-objects.ts'

/** What a vault holds, and who may not read it. */
export class VaultContents {
  readonly secrets = new VaultObjects<SecretContent>()
  readonly keys = new VaultObjects<KeyContent>()
  readonly certificates = new VaultObjects<CertificateContent>()
  /** Client ids without any role on the vault. */
  readonly strangers = new Set<string>()
  /** Client ids that may get secrets, but not list them (a role on single secrets, or the permission Get without List). */
  readonly blind = new Set<string>()
  /** Requests that were answered with the challenge because they had no Authorization. */
  challenges = 0
  /** What the challenge names, whatever tokens the vault really takes. */
  challengeResource: string

  constructor(resource: string) {
    this.challengeResource = resource
  }
}

export interface KeyVaultParts {
  readonly control: CallControl
  readonly tokens: AccessTokens
  readonly contents: VaultContents
  /** The audience of the tokens that the vault takes. */
  readonly resource: string
  readonly tenantId: string
  readonly url: () => string
  readonly loginUrl: () => string
}

/** The data plane of one vault. */
export function keyVault(parts: KeyVaultParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-cache', 'x-ms-keyvault-service-version': '2.0.0.0', 'x-ms-keyvault-region': 'loopback' })
    next()
  })
  app.use((request, response, next) => challenge(parts, request, response, next))
  app.use(parts.control.data)
  app.use((request, response, next) => authorise(parts, request, response, next))
  app.use((request, response, next) => {
    if (/^(7\.[0-6]|20\d\d-\d\d-\d\d(-preview(\.\d+)?)?)$/.test(queryText(request, 'api-version'))) next()
    else
      failWith(response, {
        status: 400,
        code: 'MissingApiVersionParameter',
        message: 'The api-version query parameter is not known.',
      })
  })
  app.use(express.json({ limit: '1mb' }))
  app.use(secretRoutes(parts.contents.secrets, parts.url))
  app.use(keyRoutes(parts.contents.keys, parts.url))
  app.use(certificateRoutes(parts.contents.certificates, parts.url))
  app.use((_request, response) => failWith(response, { ...badParameter('No such resource'), status: 404 }))
  return app
}

/** The first request of a client comes without Authorization, to learn from the answer where tokens are had. */
function challenge(parts: KeyVaultParts, request: Request, response: Response, next: NextFunction): void {
  if (request.get('Authorization') !== undefined) return next()
  parts.contents.challenges++
  unauthorised(parts, response, 'AKV10000: a bearer token is missing')
}

function authorise(parts: KeyVaultParts, request: Request, response: Response, next: NextFunction): void {
  const token = /^Bearer (.+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? ''
  const bearer = parts.tokens.bearerOf(token, parts.resource)
  if (!bearer) return unauthorised(parts, response, 'AKV10022: the token is not good for this vault')
  if (parts.contents.strangers.has(bearer.clientId)) return failWith(response, forbidden)
  const isListing = /^\/(secrets|keys|certificates)(\/[^/]+\/versions)?\/?$/.test(request.path)
  if (isListing && parts.contents.blind.has(bearer.clientId)) return failWith(response, forbidden)
  next()
}

function unauthorised(parts: KeyVaultParts, response: Response, message: string): void {
  const authorization = `${parts.loginUrl()}/${parts.tenantId}`
  response.set('WWW-Authenticate', `Bearer authorization="${authorization}", resource="${parts.contents.challengeResource}"`)
  failWith(response, { status: 401, code: 'Unauthorized', message })
}
