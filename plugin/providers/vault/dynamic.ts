import type { JsonObject } from '../../json/json-value.ts'
import { SecretError } from '../../model/secret-error.ts'
import { createCallRunner } from '../call-runner.ts'
import type { OpenContext } from '../provider.ts'
import type { VaultAnswer, VaultApi } from './api.ts'
import type { VaultConfig } from './config-schema.ts'
import { connectVault } from './connection.ts'
import { envelopeOf, notVault } from './envelope.ts'
import { type Asked, readFailure } from './failure.ts'
import { asSession } from './kv-get.ts'
import { escapedPath, loginPart } from './paths.ts'

/** One call of any engine of Vault. */
export interface DynamicCall {
  readonly method: 'GET' | 'LIST' | 'DELETE' | 'POST'
  /** Below `/v1/`, not escaped, its mount included. */
  readonly path: string
  /** Of a GET. */
  readonly query: Readonly<Record<string, readonly string[]>>
  /** Of a POST. */
  readonly fields: object
}

/**
 * What Vault answers: the whole envelope; undefined when it has nothing to say. What it makes may last, so it is asked once, unless the store's
 * `retry` says more. The token of the login is not revoked: with it would end all that it was given. Throws SecretError.
 */
export async function callVault(
  config: VaultConfig,
  call: DynamicCall,
  context: OpenContext,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const path = plainPath(call.path)
  const { api, session, runner: logins, namespace } = await connectVault(config, context)
  const { callTimeoutMs, clock, random, store } = context
  const { maxRetries = 0, intervalMs } = store.retry ?? {}
  const calls = createCallRunner(
    { concurrency: 1, callTimeoutMs, maxRetries, ...(intervalMs !== undefined && { retryIntervalMs: intervalMs }) },
    clock,
    random,
  )
  const ask = asSession(requestOf(call, api), session)
  try {
    await logins.run((attempt) => session.ready(attempt), signal)
    return await calls.run(async (attempt) => {
      const answer = await ask(`${escapedPath(path)}${queryOf(call)}`, attempt)
      return contentOf(answer, { path, namespace, capability: CAPABILITIES[call.method] })
    }, signal)
  } finally {
    api.close()
  }
}

const CAPABILITIES: Readonly<Record<DynamicCall['method'], NonNullable<Asked['capability']>>> = {
  GET: 'read',
  LIST: 'list',
  DELETE: 'delete',
  POST: 'update',
}

function plainPath(path: string): string {
  const parts = loginPart(path, 'spec.path').split('/')
  const plain = parts.filter((part) => part !== '').join('/')
  if (plain === '') throw new SecretError('InvalidSpec', 'a path of Vault cannot be empty', { place: { field: 'spec.path' } })
  return plain
}

function requestOf({ method, fields }: DynamicCall, api: VaultApi): VaultApi['read'] {
  if (method === 'GET') return (...asked) => api.read(...asked)
  if (method === 'LIST') return (...asked) => api.list(...asked)
  if (method === 'DELETE') return (...asked) => api.remove(...asked)
  return (path, token, signal) => api.write(path, fields, token, signal)
}

function queryOf({ method, query }: DynamicCall): string {
  const parameters = new URLSearchParams()
  for (const [name, values] of Object.entries(query)) for (const value of values) parameters.append(name, value)
  return method === 'GET' && parameters.size > 0 ? `?${parameters.toString()}` : ''
}

function contentOf(answer: VaultAnswer, asked: Asked): JsonObject | undefined {
  const { status, text } = answer
  if (status >= 200 && status < 300) {
    if (text.trim() === '') return undefined
    const envelope = envelopeOf(answer)
    if (!envelope) throw notVault()
    return envelope
  }
  if (status === 404 && isEmptyAnswer(answer)) return undefined
  if (status === 400 || status === 405 || status === 422) {
    throw new SecretError('InvalidSpec', `Vault calls the request invalid (status ${status})`, {
      place: { field: 'spec.path' },
      remedy: 'check spec.path, spec.method and spec.parameters: vault path-help PATH',
    })
  }
  throw readFailure(answer, asked)
}

/** Vault has nothing there; with an error in the list it has no such engine. */
function isEmptyAnswer(answer: VaultAnswer): boolean {
  const errors = envelopeOf(answer)?.get('errors')
  return Array.isArray(errors) && errors.length === 0
}
