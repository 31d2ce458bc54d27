import { createHash } from 'node:crypto'
import { crc32c } from './crc32c.ts'
import { asText, type Json, type JsonObject } from './proto-json.ts'
import {
  accessVersion,
  addVersion,
  describeSecret,
  describeVersion,
  findVersion,
  moveVersion,
  type StoredSecret,
  type Version,
  type VersionState,
} from './secret-versions.ts'
import { ApiFailure } from './status.ts'

/** How the methods of `google.cloud.secretmanager.v1.SecretManagerService` answer: a request's message in, the answer's out. */
export type SecretManagerMethods = ReadonlyMap<string, (request: JsonObject) => JsonObject>

/** The caps of service.proto on `page_size`; below, its default. */
const MAX_PAGE = 25_000
const SECRET_ID = /^[\w-]{1,255}$/

export class SecretManager {
  readonly methods: SecretManagerMethods = new Map(
    Object.entries({
      ListSecrets: (request) => this.#listSecrets(request),
      CreateSecret: (request) => this.#createSecret(request),
      GetSecret: (request) => describeSecret(this.secret(text(request, 'name'))),
      UpdateSecret: (request) => this.#updateSecret(request),
      DeleteSecret: (request) => this.#deleteSecret(request),
      AddSecretVersion: (request) => this.#addVersion(request),
      ListSecretVersions: (request) => this.#listVersions(request),
      GetSecretVersion: (request) => this.#withVersion(request, describeVersion),
      AccessSecretVersion: (request) => this.#withVersion(request, accessVersion),
      DisableSecretVersion: (request) => this.#move(request, 'DISABLED'),
      EnableSecretVersion: (request) => this.#move(request, 'ENABLED'),
      DestroySecretVersion: (request) => this.#move(request, 'DESTROYED'),
    }),
  )
  readonly #secrets = new Map<string, StoredSecret>()
  #ticks = 0

  /** `name` is `projects/P[/locations/L]/secrets/S`, the project by its id or its number. */
  secret(name: string): StoredSecret {
    const secret = this.#secrets.get(canonical(name))
    if (!secret) throw new ApiFailure('NOT_FOUND', `Secret [${canonical(name)}] not found or has no versions.`)
    return secret
  }

  has(name: string): boolean {
    return this.#secrets.has(canonical(name))
  }

  #createSecret(request: JsonObject): JsonObject {
    const id = text(request, 'secretId')
    if (!SECRET_ID.test(id)) throw new ApiFailure('INVALID_ARGUMENT', `The provided Secret ID [${id}] does not match the format.`)
    const name = canonical(`${text(request, 'parent')}/secrets/${id}`)
    if (this.#secrets.has(name)) throw new ApiFailure('ALREADY_EXISTS', `Secret [${name}] already exists.`)
    const body = (request['secret'] ?? {}) as JsonObject
    const isGlobal = !name.includes('/locations/')
    if (isGlobal && !body['replication']) throw new ApiFailure('INVALID_ARGUMENT', 'The secret.replication field is required.')
    const secret: StoredSecret = {
      name,
      createTime: this.#now(),
      labels: strings(body['labels']),
      annotations: strings(body['annotations']),
      versionAliases: strings(body['versionAliases']),
      replication: isGlobal ? (body['replication'] as JsonObject) : undefined,
      versions: [],
    }
    this.#secrets.set(name, secret)
    return describeSecret(secret)
  }

  #updateSecret(request: JsonObject): JsonObject {
    const body = request['secret'] as JsonObject
    const secret = this.secret(text(body, 'name'))
    for (const field of text(request, 'updateMask').split(',')) {
      if (field === 'labels') secret.labels = strings(body['labels'])
      else if (field === 'annotations') secret.annotations = strings(body['annotations'])
      else if (field === 'versionAliases' || field === 'version_aliases') secret.versionAliases = strings(body['versionAliases'])
      else throw new ApiFailure('INVALID_ARGUMENT', `cannot update ${field}`)
    }
    return describeSecret(secret)
  }

  #deleteSecret(request: JsonObject): JsonObject {
    this.#secrets.delete(this.secret(text(request, 'name')).name)
    return {}
  }

  #addVersion(request: JsonObject): JsonObject {
    const secret = this.secret(text(request, 'parent'))
    const payload = (request['payload'] ?? {}) as JsonObject
    const data = Buffer.from(asText(payload['data']).replaceAll('-', '+').replaceAll('_', '/'), 'base64')
    const checksum = payload['dataCrc32c']
    if (checksum !== undefined && Number(checksum) !== crc32c(data)) {
      throw new ApiFailure('INVALID_ARGUMENT', 'The checksum does not match the payload.')
    }
    return describeVersion(secret, addVersion(secret, data, this.#now()))
  }

  #withVersion(request: JsonObject, answer: (secret: StoredSecret, version: Version) => JsonObject): JsonObject {
    const [, parent = '', wanted = ''] = /^(.*)\/versions\/([^/]+)$/.exec(text(request, 'name')) ?? []
    const secret = this.secret(parent)
    return answer(secret, findVersion(secret, wanted))
  }

  #move(request: JsonObject, state: VersionState): JsonObject {
    return this.#withVersion(request, (secret, version) =>
      describeVersion(secret, moveVersion(secret, version, state, this.#now())),
    )
  }

  #listSecrets(request: JsonObject): JsonObject {
    const prefix = `${canonical(text(request, 'parent'))}/secrets/`
    const fits = secretFilter(text(request, 'filter'))
    const found = Array.from(this.#secrets.values()).filter((secret) => secret.name.startsWith(prefix) && fits(secret))
    return page(request, found.toReversed().map(describeSecret), 'secrets')
  }

  /** Newest first (service.proto, ListSecretVersionsResponse). */
  #listVersions(request: JsonObject): JsonObject {
    const secret = this.secret(text(request, 'parent'))
    const state = /^state[:=]\s*(\w+)$/.exec(text(request, 'filter').trim())?.[1]
    if (text(request, 'filter') && !state) throw new ApiFailure('INVALID_ARGUMENT', 'Invalid filter.')
    const found = secret.versions.filter((version) => !state || version.state === state.toUpperCase())
    return page(
      request,
      found.toReversed().map((version) => describeVersion(secret, version)),
      'versions',
    )
  }

  /** Distinct, ascending instants, so that "newest" is never a tie. */
  #now(): string {
    return new Date(Date.UTC(2026, 0, 1) + this.#ticks++ * 1000).toISOString()
  }
}

/** The API prints the number of a project whatever the request called it; this one is derived, so that it is the same in every run. */
export function projectNumber(project: string): string {
  if (/^\d+$/.test(project)) return project
  return String(100_000_000_000 + createHash('sha256').update(project).digest().readUIntBE(0, 4))
}

function canonical(name: string): string {
  return name.replace(/^projects\/([^/]+)/, (_, project: string) => `projects/${projectNumber(project)}`)
}

/**
 * "Filtering secrets and versions": `:` is a part of the text in either case, `=` the whole of it; terms are joined by AND or a space, and a value
 * may stand in quotes.
 */
function secretFilter(filter: string): (secret: StoredSecret) => boolean {
  const terms = filter
    .split(/\s+(?:AND\s+)?/)
    .filter(Boolean)
    .map(termOf)
  return (secret) => terms.every((fits) => fits(secret))
}

function termOf(term: string): (secret: StoredSecret) => boolean {
  const [, field = '', operator, bare, quoted = ''] = /^([\w.-]+)([:=])(?:([^"]+)|"([^"]*)")$/.exec(term) ?? []
  const wanted = bare ?? quoted
  const compare = (text: string | undefined): boolean =>
    operator === '=' ? text === wanted : text?.toLowerCase().includes(wanted.toLowerCase()) === true
  if (field === 'name') return ({ name }) => compare(name.split('/').at(-1))
  if (!field.startsWith('labels.')) throw new ApiFailure('INVALID_ARGUMENT', 'Invalid filter.')
  return ({ labels }) => compare(labels[field.slice('labels.'.length)])
}

function page(request: JsonObject, all: readonly JsonObject[], field: string): JsonObject {
  const size = Math.min(Number(request['pageSize'] ?? 0) || MAX_PAGE, MAX_PAGE)
  const token = text(request, 'pageToken')
  const start = token ? Number(Buffer.from(token, 'base64url').toString()) : 0
  if (!Number.isInteger(start)) throw new ApiFailure('INVALID_ARGUMENT', 'Invalid page token.')
  const next = start + size < all.length ? Buffer.from(String(start + size)).toString('base64url') : undefined
  return { [field]: all.slice(start, start + size), ...(next !== undefined && { nextPageToken: next }), totalSize: all.length }
}

function text(message: JsonObject, field: string): string {
  return asText(message[field])
}

function strings(map: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries((map ?? {}) as JsonObject).map(([name, value]) => [name, asText(value)]))
}
