import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { CallControl, type NativeFailures } from '../../call-control.ts'
import { type Emulator, listen, type ServerTls } from '../../emulator.ts'
import { maskMessage } from './field-mask.ts'
import { createRouter, type RoutedCall } from './http-rules.ts'
import { Principals, type Role, type ServiceAccountKey, type ServiceAccountToken } from './principals.ts'
import { loadSecretManagerProtos } from './proto-definitions.ts'
import { asText, decodeMessage, encodeMessage, type JsonObject } from './proto-json.ts'
import { SecretManager } from './secret-manager.ts'
import { ApiFailure } from './status.ts'
import { giveToken, OAuthFailure, readMetadata, type TokenWorld } from './token-endpoints.ts'

export interface GcpEmulatorOptions {
  /** Plain HTTP without it. */
  readonly tls?: ServerTls
  /** Whoever brings no credential may do everything; for clients with anonymous credentials. */
  readonly anonymous?: 'refused' | 'admin'
  /** The project of the metadata server and of {@link GcpEmulator.serviceAccountKey}. */
  readonly project?: string
}

export interface SecretPlace {
  readonly project?: string
  /** A regional secret lives in a location. */
  readonly location?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface GcpEmulator extends Emulator {
  readonly project: string
  /** Writes a new version, making the secret if it is not there; gives the version's number. */
  putSecret(id: string, bytes: Uint8Array, place?: SecretPlace): string
  setVersionState(id: string, version: string, state: 'Enable' | 'Disable' | 'Destroy', place?: SecretPlace): void
  deleteSecret(id: string, place?: SecretPlace): void
  /** A key file of a service account that may read; `roles` says otherwise. */
  serviceAccountKey(options?: { email?: string; roles?: readonly Role[] }): ServiceAccountKey
  /** A token that the cluster's API server signed. */
  kubernetesToken(token: ServiceAccountToken): string
  /** `principal` is an e-mail, `<pool>[<namespace>/<name>]` or `principal://…`. */
  grant(principal: string, ...roles: readonly Role[]): void
  letImpersonate(principal: string, email: string): void
  /** A user's refresh token, as `gcloud auth application-default login` leaves it. */
  authorizedUser(): { type: 'authorized_user'; client_id: string; client_secret: string; refresh_token: string }
  registerAwsKey(id: string, secret: string): void
  revokeTokens(): void
  /** The next answers to AccessSecretVersion carry a wrong checksum. */
  corruptNext(times: number): void
  /** The next answers to AccessSecretVersion carry no checksum. */
  omitChecksums(times: number): void
  /** Names of the methods called since the last reset of `control`, in order. */
  readonly methodsCalled: readonly string[]
}

export const DEFAULT_PROJECT = 'test-project'
/** Who the metadata server's token belongs to. */
export const NODE_ACCOUNT = 'node@test-project.iam.gserviceaccount.com'

const READER: readonly Role[] = ['secretAccessor', 'viewer']

const failures: NativeFailures = {
  throttled: (_, response) =>
    answerFailure(new ApiFailure('RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Access requests'."), response),
  denied: (_, response) => answerFailure(new ApiFailure('PERMISSION_DENIED', 'Permission denied on resource.'), response),
  internalError: (_, response) => answerFailure(new ApiFailure('INTERNAL', 'Internal error encountered.'), response),
}

const ROLES_FOR: ReadonlyMap<string, readonly Role[]> = new Map<string, readonly Role[]>([
  ['AccessSecretVersion', ['secretAccessor', 'admin']],
  ['GetSecret', ['viewer', 'admin']],
  ['ListSecrets', ['viewer', 'admin']],
  ['GetSecretVersion', ['viewer', 'admin']],
  ['ListSecretVersions', ['viewer', 'admin']],
])

class Gcp {
  readonly control = new CallControl(failures)
  readonly principals = new Principals()
  readonly secrets = new SecretManager()
  readonly refreshTokens = new Map<string, { clientId: string; clientSecret: string; user: string }>()
  readonly awsSecrets = new Map<string, string>()
  readonly project: string
  readonly methodsCalled: string[] = []
  url = ''
  checksum: { readonly change: 'wrong' | 'omitted'; times: number } = { change: 'wrong', times: 0 }
  readonly #anonymous: 'refused' | 'admin'
  readonly #protos = loadSecretManagerProtos()
  readonly #route = createRouter(this.#protos)

  constructor(options: GcpEmulatorOptions) {
    this.project = options.project ?? DEFAULT_PROJECT
    this.#anonymous = options.anonymous ?? 'refused'
    this.principals.grant(NODE_ACCOUNT, ...READER)
  }

  get world(): TokenWorld {
    const { principals, refreshTokens, awsSecrets } = this
    return { principals, refreshTokens, awsSecrets, url: () => this.url }
  }

  /** Runs a method without HTTP, for putting things in. */
  call(method: string, request: JsonObject): JsonObject {
    const run = this.secrets.methods.get(method)
    if (!run) throw new ApiFailure('UNIMPLEMENTED', `${method} is not implemented`)
    return run(request)
  }

  answerData(request: Request, response: Response): void {
    const query = new URL(request.originalUrl, 'http://localhost').searchParams
    const call = this.#route(request.method, request.path, query)
    if (!call) {
      response.status(404).type('html').send('<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>')
      return
    }
    if (this.control.calls === 1) this.methodsCalled.length = 0
    this.methodsCalled.push(call.method)
    this.#authorize(call.method, request)
    const message = requestMessage(call, (request.body ?? {}) as JsonObject)
    const style = /enum-encoding=int/.test(query.get('$alt') ?? '') ? 'numbers' : 'names'
    const result = this.call(call.method, decodeMessage(this.#protos, call.definition.requestType, message))
    const shown = call.definition.responseType.startsWith('google.')
      ? result
      : encodeMessage(this.#protos, call.definition.responseType, result, { enums: style })
    const mask = request.get('x-goog-fieldmask') ?? query.get('fields') ?? query.get('$fields') ?? '*'
    const answer = maskMessage(shown, mask)
    response.json(
      call.method === 'AccessSecretVersion' && this.checksum.times-- > 0 ? withChecksum(answer, this.checksum.change) : answer,
    )
  }

  #authorize(method: string, request: Request): void {
    if (request.headers.authorization === undefined && this.#anonymous === 'admin') return
    const principal = this.principals.authenticate(request.headers.authorization, ['https://secretmanager.googleapis.com/'])
    if (!this.principals.may(principal, ...(ROLES_FOR.get(method) ?? ['admin']))) {
      throw new ApiFailure('PERMISSION_DENIED', `Permission denied for ${method} on resource (or it may not exist).`)
    }
  }

  answerToken(request: Request, response: Response, next: NextFunction): void {
    const { path, body } = request
    const answer = giveToken(this.world, { path, authorization: request.headers.authorization, body: body ?? {} })
    if (answer) response.json(answer)
    else next()
  }

  answerMetadata(request: Request, response: Response): void {
    response.setHeader('Metadata-Flavor', 'Google')
    if (request.headers['metadata-flavor'] !== 'Google') {
      response.status(403).type('html').send('<title>Error 403 (Forbidden)!!1</title>')
      return
    }
    const path = request.path.replace('/computeMetadata/v1/', '')
    const answer = readMetadata(path, this.project, { email: NODE_ACCOUNT, token: () => this.principals.issue(NODE_ACCOUNT) })
    if (answer === undefined) response.status(404).type('html').send('<title>Error 404 (Not Found)!!1</title>')
    else if (typeof answer === 'string') response.type('application/text').send(answer)
    else response.json(answer)
  }
}

/** Starts Secret Manager and its token endpoints on one loopback port. */
export async function startGcpEmulator(options: GcpEmulatorOptions = {}): Promise<GcpEmulator> {
  const gcp = new Gcp(options)
  const server = await listen(application(gcp), options.tls)
  gcp.url = options.tls ? `https://localhost:${server.port}` : `http://127.0.0.1:${server.port}`
  return { url: gcp.url, control: gcp.control, close: () => server.close(), methodsCalled: gcp.methodsCalled, ...controls(gcp) }
}

function controls(gcp: Gcp): Omit<GcpEmulator, 'url' | 'control' | 'close' | 'methodsCalled'> {
  const parent = (place: SecretPlace): string =>
    `projects/${place.project ?? gcp.project}${place.location === undefined ? '' : `/locations/${place.location}`}`
  return {
    project: gcp.project,
    putSecret(id, bytes, place = {}) {
      const name = `${parent(place)}/secrets/${id}`
      const { labels = {}, annotations = {} } = place
      const replication = place.location === undefined ? { replication: { automatic: {} } } : {}
      if (!gcp.secrets.has(name)) {
        gcp.call('CreateSecret', { parent: parent(place), secretId: id, secret: { labels, annotations, ...replication } })
      }
      const version = gcp.call('AddSecretVersion', { parent: name, payload: { data: Buffer.from(bytes).toString('base64') } })
      return asText(version['name']).split('/').at(-1) ?? ''
    },
    setVersionState(id, version, state, place = {}) {
      gcp.call(`${state}SecretVersion`, { name: `${parent(place)}/secrets/${id}/versions/${version}` })
    },
    deleteSecret(id, place = {}) {
      gcp.call('DeleteSecret', { name: `${parent(place)}/secrets/${id}` })
    },
    serviceAccountKey({ email = `reader@${gcp.project}.iam.gserviceaccount.com`, roles = READER } = {}) {
      gcp.principals.grant(email, ...roles)
      return gcp.principals.createKey(email, gcp.project)
    },
    kubernetesToken: (token) => gcp.principals.kubernetesToken(token),
    grant: (principal, ...roles) => gcp.principals.grant(principal, ...roles),
    letImpersonate: (principal, email) => gcp.principals.letImpersonate(principal, email),
    authorizedUser() {
      const user = { client_id: 'client.apps.googleusercontent.com', client_secret: 'of-the-client', refresh_token: '1//refresh' }
      gcp.refreshTokens.set(user.refresh_token, { clientId: user.client_id, clientSecret: user.client_secret, user: 'user@test' })
      gcp.principals.grant('user@test', ...READER)
      return { type: 'authorized_user', ...user }
    },
    registerAwsKey: (id, secret) => void gcp.awsSecrets.set(id, secret),
    revokeTokens: () => gcp.principals.revokeAll(),
    corruptNext(times) {
      gcp.checksum = { change: 'wrong', times }
    },
    omitChecksums(times) {
      gcp.checksum = { change: 'omitted', times }
    },
  }
}

function application(gcp: Gcp): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json({ limit: '10mb' }), express.urlencoded({ extended: false }))
  app.use((request, response, next) => {
    if (request.path.startsWith('/computeMetadata/v1/')) {
      if (!request.path.endsWith('/token')) gcp.answerMetadata(request, response)
      else gcp.control.login(request, response, () => gcp.answerMetadata(request, response))
    } else if (/^\/(token|v1\/token|v1\/identitybindingtoken)$|:generateAccessToken$/.test(request.path)) {
      gcp.control.login(
        request,
        response,
        guarded(() => gcp.answerToken(request, response, next), next),
      )
    } else {
      gcp.control.data(
        request,
        response,
        guarded(() => gcp.answerData(request, response), next),
      )
    }
  })
  app.use((thrown: unknown, _request: Request, response: Response, _next: NextFunction) => answerFailure(thrown, response))
  return app
}

/** A continuation that may run after a delay, outside of express' own try. */
function guarded(run: () => void, next: NextFunction): () => void {
  return () => {
    try {
      run()
    } catch (thrown) {
      next(thrown)
    }
  }
}

function answerFailure(thrown: unknown, response: Response): void {
  if (thrown instanceof OAuthFailure) {
    response.status(400).json({ error: thrown.code, error_description: thrown.message })
    return
  }
  const failure = thrown instanceof ApiFailure ? thrown : new ApiFailure('INVALID_ARGUMENT', 'Request cannot be read.')
  response.status(failure.httpStatus).json(failure.toBody())
}

/** google/api/http.proto: the body is the whole request, one field of it beside what the path says of that field, or nothing. */
function requestMessage({ body, fields }: RoutedCall, sent: JsonObject): JsonObject {
  if (body === undefined) return fields
  if (body === '*') return { ...sent, ...fields }
  return { ...fields, [body]: { ...sent, ...(fields[body] as JsonObject | undefined) } }
}

function withChecksum(answer: JsonObject, change: 'wrong' | 'omitted'): JsonObject {
  const { dataCrc32c, ...payload } = answer['payload'] as JsonObject
  const wrong = { dataCrc32c: String((Number(dataCrc32c) + 1) % 2 ** 32) }
  return { ...answer, payload: { ...payload, ...(change === 'wrong' && wrong) } }
}
