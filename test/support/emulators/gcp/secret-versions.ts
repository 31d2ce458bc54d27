import { createHash } from 'node:crypto'
import { crc32c } from './crc32c.ts'
import type { JsonObject } from './proto-json.ts'
import { ApiFailure } from './status.ts'

export type VersionState = 'ENABLED' | 'DISABLED' | 'DESTROYED'

export interface Version {
  readonly number: number
  readonly createTime: string
  data: Uint8Array
  state: VersionState
  destroyTime?: string
}

/** One secret and everything that was ever written to it. */
export interface StoredSecret {
  /** As the API prints it: with the project's number. */
  readonly name: string
  readonly createTime: string
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  /** Version numbers as decimal text, as proto3 JSON writes int64. */
  versionAliases: Readonly<Record<string, string>>
  readonly replication: JsonObject | undefined
  readonly versions: Version[]
}

/** Secret Manager, "Quotas": a payload holds at most 64 KiB. */
const MAX_PAYLOAD_BYTES = 65_536

export function addVersion(secret: StoredSecret, data: Uint8Array, createTime: string): Version {
  if (data.byteLength === 0) throw new ApiFailure('INVALID_ARGUMENT', 'Secret Payload cannot be empty.')
  if (data.byteLength > MAX_PAYLOAD_BYTES) {
    throw new ApiFailure('INVALID_ARGUMENT', 'The maximum length of Secret Payload data is 65,536 bytes.')
  }
  const version: Version = { number: secret.versions.length + 1, createTime, data, state: 'ENABLED' }
  secret.versions.push(version)
  return version
}

/** `latest` is the newest version whatever its state; a number, or an alias of the secret. */
export function findVersion(secret: StoredSecret, wanted: string): Version {
  const missing = new ApiFailure('NOT_FOUND', `Secret Version [${secret.name}/versions/${wanted}] not found.`)
  if (wanted === 'latest') {
    const newest = secret.versions.at(-1)
    if (!newest) throw new ApiFailure('NOT_FOUND', `Secret [${secret.name}] not found or has no versions.`)
    return newest
  }
  const number = /^\d+$/.test(wanted) ? wanted : secret.versionAliases[wanted]
  if (number === undefined && !/^[a-zA-Z][\w-]{0,62}$/.test(wanted)) {
    throw new ApiFailure('INVALID_ARGUMENT', `The provided Secret Version ID [${wanted}] does not match the expected format.`)
  }
  const version = secret.versions[Number(number) - 1]
  if (!version) throw missing
  return version
}

export function accessVersion(secret: StoredSecret, version: Version): JsonObject {
  if (version.state !== 'ENABLED') {
    const name = versionName(secret, version)
    throw new ApiFailure('FAILED_PRECONDITION', `Secret Version [${name}] is in ${version.state} state.`)
  }
  return {
    name: versionName(secret, version),
    payload: { data: Buffer.from(version.data).toString('base64'), dataCrc32c: String(crc32c(version.data)) },
  }
}

/** DISABLED and ENABLED change into each other, DESTROYED is the end and drops the payload. */
export function moveVersion(secret: StoredSecret, version: Version, state: VersionState, now: string): Version {
  if (version.state === 'DESTROYED') {
    const name = versionName(secret, version)
    throw new ApiFailure('FAILED_PRECONDITION', `Secret Version [${name}] is in DESTROYED state.`)
  }
  version.state = state
  if (state === 'DESTROYED') {
    version.data = new Uint8Array()
    version.destroyTime = now
  }
  return version
}

export function describeVersion(secret: StoredSecret, version: Version): JsonObject {
  return {
    name: versionName(secret, version),
    createTime: version.createTime,
    state: version.state,
    ...(version.destroyTime !== undefined && { destroyTime: version.destroyTime }),
    replicationStatus: { automatic: {} },
    etag: etag(version.number, version.state),
    clientSpecifiedPayloadChecksum: true,
  }
}

export function describeSecret(secret: StoredSecret): JsonObject {
  return {
    name: secret.name,
    ...(secret.replication && { replication: secret.replication }),
    createTime: secret.createTime,
    labels: secret.labels,
    etag: etag(secret.name, JSON.stringify([secret.labels, secret.annotations])),
    annotations: secret.annotations,
    versionAliases: secret.versionAliases,
  }
}

function versionName(secret: StoredSecret, version: Version): string {
  return `${secret.name}/versions/${version.number}`
}

function etag(...parts: readonly (string | number)[]): string {
  return `"${createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 12)}"`
}
