import express, { type Express, type Request, type Response } from 'express'
import type { CallControl, NativeFailures } from '../../call-control.ts'
import type { AccessRules } from './access-rules.ts'
import { registryLogin } from './container-registry.ts'
import type { KeyRing } from './key-ring.ts'
import { type MessageQueues, messageQueueOperations } from './message-queues.ts'
import type { ParameterShelf } from './parameter-shelf.ts'
import { parameterStoreOperations } from './parameter-store.ts'
import type { SecretVault } from './secret-vault.ts'
import { secretsManagerOperations } from './secrets-manager.ts'
import { ServiceFailure, sendJson, sendJsonFailure, sendXmlFailure, sendXmlResult } from './service-failure.ts'
import { type SignatureCodes, type Signed, verifySignature } from './signature-v4.ts'
import { type AssumedSession, assumedRole, type Role, tokenServiceActions, UNSIGNED_ACTIONS } from './token-service.ts'
import type { IdentityProvider } from './web-identity.ts'

/** All that the services of one emulator know. */
export interface AwsState {
  readonly keys: KeyRing
  readonly vault: SecretVault
  readonly shelf: ParameterShelf
  readonly queues: MessageQueues
  readonly rules: AccessRules
  readonly roles: ReadonlyMap<string, Role>
  readonly sessions: AssumedSession[]
  readonly identityProviders: readonly IdentityProvider[]
  readonly podIdentity: { readonly token: string; readonly roleArn: string } | undefined
  readonly regions: ReadonlySet<string>
  readonly sessionLifetimeMs: number
  readonly now: () => number
  readonly batchPageSize: number
  readonly listingLagMs: number
}

const MAX_REQUEST = '1mb'

/** The routes: SSM, Secrets Manager, ECR and SQS by X-Amz-Target, STS by its form, the pod identity agent by its path. */
export function serviceApp(state: AwsState, control: CallControl): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(express.raw({ type: () => true, limit: MAX_REQUEST }))
  app.use((_request, response, next) => {
    response.setHeader('Date', new Date(state.now()).toUTCString())
    next()
  })
  app.get('/v1/credentials', control.login, (request, response) => podCredentials(state, request, response))
  app.post('/', (request, response, next) => (isTokenService(request) ? control.login : control.data)(request, response, next))
  app.post('/', (request, response) => (isTokenService(request) ? answerXml : answerJson)(state, request, response))
  return app
}

async function answerJson(state: AwsState, request: Request, response: Response): Promise<void> {
  try {
    const [service = '', operation = ''] = (request.header('x-amz-target') ?? '').split('.')
    const known = JSON_SERVICES[service]
    const signing = known?.signing ?? 'secretsmanager'
    const signed = verify(state, request, signing, jsonCodes)
    if (!known?.knows(operation)) throw new ServiceFailure('UnknownOperationException', '')
    sendJson(response, await known.answer(operation, bodyOf(request), signed, { ...state, isAwaited: () => !response.destroyed }))
  } catch (thrown) {
    sendJsonFailure(response, thrown instanceof ServiceFailure ? thrown : internalError(thrown))
  }
}

interface AnsweringState extends AwsState {
  readonly isAwaited: () => boolean
}

interface JsonService {
  readonly signing: string
  knows(operation: string): boolean
  answer(operation: string, body: Buffer, signed: Signed, state: AnsweringState): object | Promise<object>
}

const JSON_SERVICES: Readonly<Record<string, JsonService>> = {
  secretsmanager: {
    signing: 'secretsmanager',
    knows: (operation) => Object.hasOwn(secretsManagerOperations, operation),
    answer(operation, body, signed, { vault, rules, now, batchPageSize, listingLagMs }) {
      const call = {
        vault,
        rules,
        nowMs: now(),
        pageSize: batchPageSize,
        listingLagMs,
        ...callerOf(signed),
        input: parseJson(body),
      }
      return secretsManagerOperations[operation]?.(call) ?? {}
    },
  },
  AmazonSSM: {
    signing: 'ssm',
    knows: (operation) => Object.hasOwn(parameterStoreOperations, operation),
    answer(operation, body, signed, { shelf, rules, now }) {
      const call = { shelf, rules, nowMs: now(), ...callerOf(signed), input: parseJson(body) }
      return parameterStoreOperations[operation]?.(call) ?? {}
    },
  },
  AmazonSQS: {
    signing: 'sqs',
    knows: (operation) => Object.hasOwn(messageQueueOperations, operation),
    async answer(operation, body, { key }, { queues, rules, now, isAwaited }) {
      const call = { queues, rules, now, isAwaited, principal: key.principal, input: parseJson(body) }
      return (await messageQueueOperations[operation]?.(call)) ?? {}
    },
  },
  AmazonEC2ContainerRegistry_V20150921: containerRegistry('ecr'),
  SpencerFrontendService: containerRegistry('ecr-public'),
}

function containerRegistry(signing: 'ecr' | 'ecr-public'): JsonService {
  return {
    signing,
    knows: (operation) => operation === 'GetAuthorizationToken',
    answer(_operation, _body, signed, { rules, now }) {
      const { home, principal } = callerOf(signed)
      rules.check(principal, `${signing}:GetAuthorizationToken`, '*')
      return registryLogin(signing === 'ecr-public', { home, caller: principal.arn, nowMs: now() })
    },
  }
}

function answerXml(state: AwsState, request: Request, response: Response): void {
  try {
    const form = new URLSearchParams(bodyOf(request).toString())
    const action = form.get('Action') ?? ''
    const perform = Object.hasOwn(tokenServiceActions, action) ? tokenServiceActions[action] : undefined
    if (!perform || form.get('Version') !== '2011-06-15') {
      throw new ServiceFailure('InvalidAction', `Could not find operation ${action} for version ${form.get('Version')}`)
    }
    const signed = UNSIGNED_ACTIONS.has(action) ? undefined : verify(state, request, 'sts', xmlCodes)
    const result = perform({ ...state, nowMs: state.now(), form, caller: signed?.key.principal })
    sendXmlResult(response, action, result)
  } catch (thrown) {
    sendXmlFailure(response, thrown instanceof ServiceFailure ? thrown : internalError(thrown))
  }
}

/** What the agent of EKS Pod Identity answers on its node-local address. */
function podCredentials({ podIdentity, keys, now, sessionLifetimeMs }: AwsState, request: Request, response: Response): void {
  if (!podIdentity || request.header('authorization') !== podIdentity.token) {
    response.status(400).type('text/plain').send('[InvalidIdentityToken]: unable to determine the workload')
    return
  }
  const key = keys.issue(assumedRole(podIdentity.roleArn, 'eks-pod'), now() + sessionLifetimeMs)
  response.json({
    AccessKeyId: key.accessKeyId,
    SecretAccessKey: key.secretAccessKey,
    Token: key.session?.token,
    AccountId: key.principal.account,
    Expiration: new Date(key.session?.expiresAtMs ?? 0).toISOString(),
  })
}

function verify(state: AwsState, request: Request, service: string, codes: SignatureCodes): Signed {
  return verifySignature(request, bodyOf(request), {
    service,
    regions: state.regions,
    keys: state.keys,
    nowMs: state.now(),
    codes,
  })
}

function callerOf({ key, region }: Signed): { home: { account: string; region: string }; principal: Signed['key']['principal'] } {
  return { home: { account: key.principal.account, region }, principal: key.principal }
}

/** STS alone speaks the query protocol. */
function isTokenService(request: Request): boolean {
  return (request.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded')
}

/** The body parser gives `undefined` for a request without one. */
function bodyOf(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

function parseJson(body: Buffer): object {
  try {
    return JSON.parse(body.toString()) as object
  } catch {
    throw new ServiceFailure('SerializationException', '')
  }
}

function internalError(thrown: unknown): ServiceFailure {
  return new ServiceFailure('InternalFailure', thrown instanceof Error ? (thrown.stack ?? '') : '', 500)
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

const jsonCodes: SignatureCodes = {
  unknownKey: new ServiceFailure('UnrecognizedClientException', 'The security token included in the request is invalid.'),
  badSignature: new ServiceFailure('InvalidSignatureException', MISMATCH),
  expiredToken: new ServiceFailure('ExpiredTokenException', 'The security token included in the request is expired'),
  unsigned: new ServiceFailure('MissingAuthenticationTokenException', 'Missing Authentication Token'),
  incomplete: (message) => new ServiceFailure('IncompleteSignatureException', message),
  scope: (message) => new ServiceFailure('InvalidSignatureException', message),
}

const xmlCodes: SignatureCodes = {
  unknownKey: new ServiceFailure('InvalidClientTokenId', 'The security token included in the request is invalid.', 403),
  badSignature: new ServiceFailure('SignatureDoesNotMatch', MISMATCH, 403),
  expiredToken: new ServiceFailure('ExpiredToken', 'The security token included in the request is expired', 403),
  unsigned: new ServiceFailure('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
  incomplete: (message) => new ServiceFailure('IncompleteSignature', message, 403),
  scope: (message) => new ServiceFailure('SignatureDoesNotMatch', message, 403),
}

export const nativeFailures: NativeFailures = {
  throttled: (request, response) => fail(request, response, new ServiceFailure('ThrottlingException', 'Rate exceeded')),
  denied(request, response) {
    const action = (request.header('x-amz-target') ?? 'sts.AssumeRole').split('.').at(-1)
    const why = `User: arn:aws:iam::111111111111:user/tester is not authorized to perform: ${action}`
    const failure = isTokenService(request)
      ? new ServiceFailure('AccessDenied', why, 403)
      : new ServiceFailure('AccessDeniedException', why)
    fail(request, response, failure)
  },
  internalError(request, response) {
    const code = (request.header('x-amz-target') ?? '').startsWith('secretsmanager')
      ? 'InternalServiceError'
      : 'InternalServerError'
    fail(request, response, new ServiceFailure(code, 'An error occurred on the server side.', 500))
  },
}

function fail(request: Request, response: Response, failure: ServiceFailure): void {
  if (isTokenService(request)) sendXmlFailure(response, failure)
  else sendJsonFailure(response, failure)
}
