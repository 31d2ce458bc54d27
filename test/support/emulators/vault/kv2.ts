import { namesBelow } from './kv1.ts'
import { notFound, VaultFailure, type VaultRequest, type VaultResult } from './vault-exchange.ts'
import { asFloats, count, isObject, NumberText, readVaultJson, type VaultJson, type VaultObject } from './vault-json.ts'

interface Version {
  data: VaultObject | undefined
  readonly createdTime: string
  deletionTime: string
  destroyed: boolean
}

interface Secret {
  readonly versions: Map<number, Version>
  current: number
  readonly createdTime: string
  updatedTime: string
  custom: VaultObject | null
  casRequired: boolean
  maxVersions: number
  deleteVersionAfter: string
}

const DEFAULT_MAX_VERSIONS = 10
const WRONG_PATH =
  "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use 'vault kv get' for this operation."

/** A secrets engine `kv` version 2: versions, soft deletion, destruction, custom metadata. */
export class Kv2 {
  readonly version = 2
  readonly #secrets = new Map<string, Secret>()
  readonly #now: () => number
  #ticks = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Writes a new version of a JSON object and gives its number. */
  put(path: string, json: string): number {
    const value = readVaultJson(json)
    if (!isObject(value)) throw new TypeError('a secret of Vault is a JSON object')
    return this.#write(path, value)
  }

  setCustomMetadata(path: string, custom: Readonly<Record<string, string>>): void {
    this.#metadata(path).custom = custom
  }

  /** Hides versions; {@link undelete} brings them back. */
  softDelete(path: string, ...numbers: number[]): void {
    for (const version of this.#chosen(path, numbers)) version.deletionTime = this.#timestamp()
  }

  undelete(path: string, ...numbers: number[]): void {
    for (const version of this.#chosen(path, numbers)) version.deletionTime = ''
  }

  destroy(path: string, ...numbers: number[]): void {
    for (const version of this.#chosen(path, numbers)) {
      version.destroyed = true
      version.data = undefined
    }
  }

  /** Forgets the secret with all its versions; the next write is version 1 again. */
  deleteAll(path: string): void {
    this.#secrets.delete(path)
  }

  handle(request: VaultRequest, path: string): VaultResult | undefined {
    const [, area = '', rest = ''] = /^([^/]*)\/?(.*)$/s.exec(path) ?? []
    const numbers = (): number[] => versionNumbers(request.body['versions'])
    switch (`${request.method} ${area}`) {
      case 'GET data':
        return this.#read(rest, request.query.get('version'))
      case 'POST data':
      case 'PUT data':
        return { data: this.#writeChecked(rest, request.body) }
      case 'PATCH data':
        return { data: this.#patch(rest, request.body) }
      case 'DELETE data':
        this.softDelete(rest)
        return undefined
      case 'POST delete':
      case 'PUT delete':
        this.softDelete(rest, ...numbers())
        return undefined
      case 'POST undelete':
      case 'PUT undelete':
        this.undelete(rest, ...numbers())
        return undefined
      case 'POST destroy':
      case 'PUT destroy':
        this.destroy(rest, ...numbers())
        return undefined
      case 'LIST metadata':
        return { data: { keys: namesBelow(this.#secrets.keys(), rest) } }
      case 'GET metadata':
        return { data: this.#describe(rest) }
      case 'POST metadata':
      case 'PUT metadata':
        this.#configure(rest, request.body)
        return undefined
      case 'DELETE metadata':
        this.deleteAll(rest)
        return undefined
      case 'GET config':
        return { data: { cas_required: false, delete_version_after: '0s', max_versions: count(0) } }
      default:
        return { status: 404, warnings: [WRONG_PATH] }
    }
  }

  #read(path: string, wanted: string | null): VaultResult {
    if (wanted !== null && !/^\d+$/.test(wanted))
      throw new VaultFailure(400, 'Field validation failed: error converting input for field "version"')
    const secret = this.#secrets.get(path)
    const number = Number(wanted ?? 0) || (secret?.current ?? 0)
    const version = secret?.versions.get(number)
    if (!secret || !version) throw notFound()
    const gone = version.destroyed || version.deletionTime !== ''
    const metadata = describeVersion(number, version, secret)
    return { ...(gone && { status: 404 }), data: { data: gone ? null : (version.data ?? null), metadata } }
  }

  #writeChecked(path: string, body: VaultObject): VaultObject {
    if (!isObject(body['data'])) throw new VaultFailure(400, 'no data provided')
    const options = body['options']
    const cas = isObject(options) ? options['cas'] : undefined
    const secret = this.#secrets.get(path)
    if (secret?.casRequired && cas === undefined) throw new VaultFailure(400, 'check-and-set parameter required for this call')
    if (cas instanceof NumberText && Number(cas.text) !== (secret?.current ?? 0))
      throw new VaultFailure(400, 'check-and-set parameter did not match the current version')
    return this.#written(path, this.#write(path, body['data']))
  }

  #patch(path: string, body: VaultObject): VaultObject {
    const secret = this.#secrets.get(path)
    const current = secret?.versions.get(secret.current)
    if (!current?.data) throw notFound()
    return this.#written(path, this.#write(path, merged(current.data, body['data']) as VaultObject))
  }

  #written(path: string, number: number): VaultObject {
    const secret = this.#metadata(path)
    return describeVersion(number, secret.versions.get(number)!, secret)
  }

  #write(path: string, data: VaultObject): number {
    const secret = this.#metadata(path)
    const createdTime = this.#timestamp()
    secret.current++
    secret.updatedTime = createdTime
    secret.versions.set(secret.current, { data: asFloats(data) as VaultObject, createdTime, deletionTime: '', destroyed: false })
    secret.versions.delete(secret.current - (secret.maxVersions || DEFAULT_MAX_VERSIONS))
    return secret.current
  }

  /** The secret, made without a version when there is none yet, as a write of metadata does. */
  #metadata(path: string): Secret {
    const known = this.#secrets.get(path)
    if (known) return known
    const now = this.#timestamp()
    const made: Secret = {
      versions: new Map(),
      current: 0,
      createdTime: now,
      updatedTime: now,
      custom: null,
      casRequired: false,
      maxVersions: 0,
      deleteVersionAfter: '0s',
    }
    this.#secrets.set(path, made)
    return made
  }

  #configure(path: string, body: VaultObject): void {
    const secret = this.#metadata(path)
    const { custom_metadata: custom, cas_required: cas, max_versions: max, delete_version_after: after } = body
    if (isObject(custom)) secret.custom = custom
    if (typeof cas === 'boolean') secret.casRequired = cas
    if (max instanceof NumberText) secret.maxVersions = Number(max.text)
    if (typeof after === 'string') secret.deleteVersionAfter = after
  }

  #describe(path: string): VaultObject {
    const secret = this.#secrets.get(path)
    if (!secret) throw notFound()
    const versions = [...secret.versions].map(([number, { createdTime, deletionTime, destroyed }]) => [
      String(number),
      { created_time: createdTime, deletion_time: deletionTime, destroyed },
    ])
    return {
      cas_required: secret.casRequired,
      created_time: secret.createdTime,
      current_version: count(secret.current),
      custom_metadata: secret.custom,
      delete_version_after: secret.deleteVersionAfter,
      max_versions: count(secret.maxVersions),
      oldest_version: count(Math.max(0, secret.current - DEFAULT_MAX_VERSIONS)),
      updated_time: secret.updatedTime,
      versions: Object.fromEntries(versions) as VaultObject,
    }
  }

  #chosen(path: string, numbers: readonly number[]): Version[] {
    const secret = this.#secrets.get(path)
    if (!secret) return []
    return (numbers.length > 0 ? numbers : [secret.current]).flatMap((number) => secret.versions.get(number) ?? [])
  }

  /** Go prints nanoseconds; two writes never have the same time. */
  #timestamp(): string {
    this.#ticks = (this.#ticks + 1) % 1_000_000
    return new Date(this.#now()).toISOString().replace('Z', `${String(this.#ticks).padStart(6, '0')}Z`)
  }
}

function describeVersion(number: number, version: Version, secret: Secret): VaultObject {
  return {
    created_time: version.createdTime,
    custom_metadata: secret.custom,
    deletion_time: version.deletionTime,
    destroyed: version.destroyed,
    version: count(number),
  }
}

function versionNumbers(value: VaultJson | undefined): number[] {
  if (!Array.isArray(value) || value.length === 0) throw new VaultFailure(400, 'no version number provided')
  return value.map((item) => Number(item instanceof NumberText ? item.text : item))
}

/** JSON merge patch, RFC 7396. */
function merged(target: VaultJson | undefined, patch: VaultJson | undefined): VaultJson {
  if (!isObject(patch)) return patch ?? null
  const result: Record<string, VaultJson | undefined> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) result[key] = value === null ? undefined : merged(result[key], value)
  return result
}
