import { createHash } from 'node:crypto'
import { VaultFailure, type VaultRequest, type VaultResult } from './vault-exchange.ts'
import { count, isObject, type VaultObject } from './vault-json.ts'
import { mountOf, type VaultNamespace } from './vault-namespace.ts'

/** What a server is in its cluster; `sys/health` tells it by its status. */
export type ServerMode = 'active' | 'standby' | 'performanceStandby' | 'drSecondary' | 'sealed'

/** Vault's HTTP API, `/sys/health`, default status codes. */
const HEALTH: Readonly<Record<ServerMode, number>> = {
  active: 200,
  standby: 429,
  performanceStandby: 473,
  drSecondary: 472,
  sealed: 503,
}

const VERSION = '1.19.0'
const CLUSTER = { cluster_name: 'vault-cluster-emulated', cluster_id: '00000000-0000-4000-8000-000000000000' }

/** What anybody may ask, sealed or not. */
export function openSystemRoute(path: string, mode: ServerMode, nowMs: number): VaultResult | undefined {
  const sealed = mode === 'sealed'
  if (path === 'sys/health') {
    const standby = mode === 'standby' || mode === 'performanceStandby'
    const bare = {
      initialized: true,
      sealed,
      standby,
      server_time_utc: count(Math.floor(nowMs / 1000)),
      version: VERSION,
      ...CLUSTER,
    }
    return { status: HEALTH[mode], bare }
  }
  if (path === 'sys/init') return { bare: { initialized: true } }
  if (path !== 'sys/seal-status') return undefined
  return {
    bare: {
      type: 'shamir',
      initialized: true,
      sealed,
      t: count(1),
      n: count(1),
      progress: count(0),
      nonce: '',
      version: VERSION,
      ...CLUSTER,
    },
  }
}

/** The part of `sys/` that clients use to look around and to make mounts. `path` is what follows `sys/`. */
export function systemRoute(request: VaultRequest, path: string, namespace: VaultNamespace): VaultResult | undefined {
  const { method } = request
  const mount = /^mounts\/(.+?)\/?$/.exec(path)?.[1]
  if (mount !== undefined && (method === 'POST' || method === 'PUT')) {
    enableEngine(namespace, mount, request.body)
    return undefined
  }
  if (mount !== undefined && method === 'DELETE') {
    namespace.engines.delete(mount)
    return undefined
  }
  if (method === 'GET' && path === 'mounts')
    return listed([...namespace.engines].map(([name, { version }]) => [`${name}/`, engineEntry(name, version)]))
  if (method === 'GET' && path === 'auth')
    return listed([...namespace.logins].map(([name, { type }]) => [`${name}/`, { type, accessor: accessor(type, name) }]))
  const asked = /^internal\/ui\/mounts\/(.+)$/.exec(path)?.[1]
  const found = asked === undefined ? undefined : mountOf(namespace.engines, asked.replace(/\/$/, ''))
  if (method === 'GET' && found) return { data: { ...engineEntry(found.name, found.mounted.version), path: `${found.name}/` } }
  throw new VaultFailure(404)
}

function enableEngine(namespace: VaultNamespace, mount: string, body: VaultObject): void {
  const options = isObject(body['options']) ? body['options'] : {}
  const type = body['type']
  if (type !== 'kv' && type !== 'kv-v2') throw new VaultFailure(400, 'plugin not found in the catalog')
  if (namespace.engines.has(mount)) throw new VaultFailure(400, `path is already in use at ${mount}/`)
  if (type === 'kv-v2' || options['version'] === '2') namespace.enableKv2(mount)
  else namespace.enableKv1(mount)
}

function listed(entries: readonly (readonly [string, VaultObject])[]): VaultResult {
  return { data: Object.fromEntries(entries) }
}

function engineEntry(name: string, version: number): VaultObject {
  return {
    type: 'kv',
    accessor: accessor('kv', name),
    options: { version: String(version) },
    description: '',
    local: false,
    seal_wrap: false,
  }
}

function accessor(type: string, name: string): string {
  return `${type}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
