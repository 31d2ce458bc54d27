import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { answerPage, attributesOf, nameIsGood, tagsOf } from './vault-answers.ts'
import { badParameter, disabled, failWith, notFound } from './vault-failures.ts'
import type { NewProperties, VaultObjects, Version } from './vault-objects.ts'

export interface KeyContent {
  /** The public half. */
  readonly jwk: JsonWebKey
  readonly operations: readonly string[]
}

interface CreateKeyBody extends NewProperties {
  readonly kty?: string
  readonly key_size?: number
  readonly crv?: string
}

/** Key Vault's keys, as far as reading and making them goes ("Azure Key Vault REST API reference", Keys). */
export function keyRoutes(keys: VaultObjects<KeyContent>, vaultUrl: () => string): Router {
  const router = Router()
  const bundle = (name: string, { version, content, properties }: Version<KeyContent>): object => ({
    key: { kid: `${vaultUrl()}/keys/${name}/${version}`, key_ops: content.operations, ...content.jwk },
    attributes: attributesOf(properties),
    ...tagsOf(properties),
  })

  router.get('/keys', (request, response) => {
    const items = keys.names().map((name) => ({ kid: `${vaultUrl()}/keys/${name}` }))
    answerPage(request, response, vaultUrl(), items)
  })
  router.get(['/keys/:name', '/keys/:name/:version'], (request: Request<{ name: string; version?: string }>, response) => {
    const { name, version } = request.params
    const found = keys.get(name, version)
    if (!found) return failWith(response, notFound('Key', name))
    if (!found.properties.enabled) return failWith(response, disabled('Key'))
    response.json(bundle(name, found))
  })
  router.post('/keys/:name/create', (request: Request<{ name: string }>, response: Response) => {
    const { name } = request.params
    if (!nameIsGood(name)) return failWith(response, badParameter('The request URI contains an invalid name'))
    const content = newKey((request.body ?? {}) as CreateKeyBody)
    if (!content) return failWith(response, badParameter('The key type is not known'))
    response.json(bundle(name, keys.put(name, content, (request.body ?? {}) as CreateKeyBody)))
  })
  return router
}

/** `undefined` for a type of key that the emulator does not make. */
export function newKey({ kty, key_size: bits = 2048, crv = 'P-256' }: CreateKeyBody): KeyContent | undefined {
  if (kty === 'RSA') {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
    return {
      jwk: publicKey.export({ format: 'jwk' }),
      operations: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
    }
  }
  if (kty === 'EC') {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: crv })
    return { jwk: publicKey.export({ format: 'jwk' }), operations: ['sign', 'verify'] }
  }
  return undefined
}
