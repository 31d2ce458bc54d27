import { notFound, VaultFailure, type VaultRequest, type VaultResult } from './vault-exchange.ts'
import { isObject, readVaultJson, type VaultObject } from './vault-json.ts'

/** What KV version 1 gives as the lease of a value; nobody has to renew it. */
const LEASE_SECONDS = 2_764_800

/** A secrets engine `kv` version 1: one JSON object a path, no history. */
export class Kv1 {
  readonly version = 1
  readonly #secrets = new Map<string, VaultObject>()

  /** Stores a JSON object; `json` keeps the spelling of its numbers. */
  put(path: string, json: string): void {
    const value = readVaultJson(json)
    if (!isObject(value)) throw new TypeError('a secret of Vault is a JSON object')
    this.#secrets.set(path, value)
  }

  delete(path: string): void {
    this.#secrets.delete(path)
  }

  handle(request: VaultRequest, path: string): VaultResult | undefined {
    switch (request.method) {
      case 'GET':
        return this.#read(request, path)
      case 'LIST':
        return { data: { keys: namesBelow(this.#secrets.keys(), path) } }
      case 'POST':
      case 'PUT':
        if (Object.keys(request.body).length === 0) throw new VaultFailure(400, 'missing data fields')
        this.#secrets.set(path, request.body)
        return undefined
      case 'DELETE':
        this.#secrets.delete(path)
        return undefined
      default:
        throw new VaultFailure(405, '1 error occurred:\n\t* unsupported operation\n\n')
    }
  }

  #read(request: VaultRequest, path: string): VaultResult {
    const data = this.#secrets.get(path)
    if (!data) throw notFound()
    const unknown = [...request.query.keys()]
    const warnings = unknown.length > 0 ? [`Endpoint ignored these unrecognized parameters: [${unknown.join(' ')}]`] : undefined
    return { data, leaseSeconds: LEASE_SECONDS, ...(warnings && { warnings }) }
  }
}

/** The names directly below a folder, folders with a slash at the end; 404 when there are none. */
export function namesBelow(paths: Iterable<string>, folder: string): string[] {
  const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`
  const names = new Set<string>()
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue
    const rest = path.slice(prefix.length)
    const slash = rest.indexOf('/')
    names.add(slash < 0 ? rest : rest.slice(0, slash + 1))
  }
  if (names.size === 0) throw notFound()
  return [...names].sort()
}
