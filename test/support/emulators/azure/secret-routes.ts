import { type Request, type Response, Router } from 'express'
import { answerPage, attributesOf, nameIsGood, tagsOf } from './vault-answers.ts'
import { badParameter, disabled, failWith, notFound } from './vault-failures.ts'
import { type Deleted, type NewProperties, RETENTION_SECONDS, type VaultObjects, type Version } from './vault-objects.ts'

export interface SecretContent {
  readonly value: string
  readonly contentType?: string
}

interface SecretBody extends NewProperties {
  readonly value?: unknown
  readonly contentType?: string
}

/** Key Vault's secrets ("Azure Key Vault REST API reference", Secrets). */
export function secretRoutes(secrets: VaultObjects<SecretContent>, vaultUrl: () => string): Router {
  const router = Router()
  const shapes = secretShapes(vaultUrl)

  router.get('/secrets', (request, response) => {
    const items = secrets.names().flatMap((name) => {
      const current = secrets.get(name)
      return current ? [shapes.item(name, current)] : []
    })
    answerPage(request, response, vaultUrl(), items)
  })
  router.get('/secrets/:name/versions', (request, response) => {
    const { name } = request.params
    answerPage(
      request,
      response,
      vaultUrl(),
      secrets.versions(name).map((one) => shapes.item(name, one, one.version)),
    )
  })
  router.get(['/secrets/:name', '/secrets/:name/:version'], (request: Request<{ name: string; version?: string }>, response) => {
    const { name, version } = request.params
    if (version !== undefined && !/^[0-9a-f]{32}$/.test(version))
      return failWith(response, badParameter('Invalid secret version'))
    const found = secrets.get(name, version)
    if (!found) return failWith(response, notFound('Secret', name))
    if (!found.properties.enabled) return failWith(response, disabled('Secret'))
    response.json(shapes.bundle(name, found))
  })
  router.put('/secrets/:name', (request, response) => putSecret(secrets, shapes, request, response))
  router.patch(
    ['/secrets/:name', '/secrets/:name/:version'],
    (request: Request<{ name: string; version?: string }>, response) => {
      const { name, version } = request.params
      const changed = secrets.update(name, version, (request.body ?? {}) as SecretBody)
      if (!changed) return failWith(response, notFound('Secret', name))
      const { value: _value, ...bundle } = shapes.bundle(name, changed)
      response.json(bundle)
    },
  )
  router.delete('/secrets/:name', (request, response) => {
    const { name } = request.params
    const deleted = secrets.delete(name)
    if (deleted) response.json(shapes.deleted(name, deleted))
    else failWith(response, notFound('Secret', name))
  })
  deletedSecretRoutes(router, secrets, shapes, vaultUrl)
  return router
}

function putSecret(
  secrets: VaultObjects<SecretContent>,
  shapes: SecretShapes,
  request: Request<{ name: string }>,
  response: Response,
): void {
  const { name } = request.params
  const { value, contentType, ...properties } = (request.body ?? {}) as SecretBody
  if (!nameIsGood(name)) return failWith(response, badParameter('The request URI contains an invalid name'))
  if (typeof value !== 'string') return failWith(response, badParameter('The parameter value is not specified'))
  if (Buffer.byteLength(value) > 25 * 1024) return failWith(response, badParameter('The value is longer than 25k bytes'))
  if (secrets.deleted(name)) {
    return failWith(response, {
      status: 409,
      code: 'Conflict',
      inner: 'ObjectIsDeletedButRecoverable',
      message: `Secret ${name} is deleted but can be recovered: its name cannot be reused.`,
    })
  }
  response.json(shapes.bundle(name, secrets.put(name, { value, ...(contentType && { contentType }) }, properties)))
}

function deletedSecretRoutes(
  router: Router,
  secrets: VaultObjects<SecretContent>,
  shapes: SecretShapes,
  vaultUrl: () => string,
): void {
  router.get('/deletedsecrets', (request, response) => {
    const items = secrets.deletedNames().flatMap((name) => {
      const deleted = secrets.deleted(name)
      return deleted ? [shapes.deleted(name, deleted)] : []
    })
    answerPage(request, response, vaultUrl(), items)
  })
  router.get('/deletedsecrets/:name', (request, response) => {
    const deleted = secrets.deleted(request.params.name)
    if (deleted) response.json(shapes.deleted(request.params.name, deleted))
    else failWith(response, notFound('Secret', request.params.name))
  })
  router.delete('/deletedsecrets/:name', (request, response) => {
    if (secrets.purge(request.params.name)) response.status(204).end()
    else failWith(response, notFound('Secret', request.params.name))
  })
  router.post('/deletedsecrets/:name/recover', (request, response) => {
    const current = secrets.recover(request.params.name)
    if (!current) return failWith(response, notFound('Secret', request.params.name))
    const { value: _value, ...bundle } = shapes.bundle(request.params.name, current)
    response.json(bundle)
  })
}

interface SecretShapes {
  bundle(name: string, version: Version<SecretContent>): { value: string; id: string }
  item(name: string, version: Version<SecretContent>, versionName?: string): object
  deleted(name: string, deleted: Deleted<SecretContent>): object
}

function secretShapes(vaultUrl: () => string): SecretShapes {
  const item: SecretShapes['item'] = (name, { content, properties }, versionName) => ({
    id: `${vaultUrl()}/secrets/${name}${versionName ? `/${versionName}` : ''}`,
    ...(content.contentType && { contentType: content.contentType }),
    attributes: attributesOf(properties),
    ...tagsOf(properties),
  })
  return {
    item,
    bundle: (name, version) => ({
      value: version.content.value,
      ...item(name, version, version.version),
      id: `${vaultUrl()}/secrets/${name}/${version.version}`,
    }),
    deleted(name, { versions, deletedAt }) {
      const current = versions.at(-1)
      return {
        recoveryId: `${vaultUrl()}/deletedsecrets/${name}`,
        deletedDate: deletedAt,
        scheduledPurgeDate: deletedAt + RETENTION_SECONDS,
        ...(current && item(name, current, current.version)),
      }
    },
  }
}
