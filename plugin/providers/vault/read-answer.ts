import { goJson, jsonValueBytes } from '../../json/go-json.ts'
import { isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../../json/json-value.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { FetchedSecret } from '../secret-reader.ts'
import type { VaultAnswer } from './api.ts'
import { envelopeOf, notVault } from './envelope.ts'

/** Names bytes for which Vault has no version. */
export type NameBytes = (bytes: Uint8Array) => string

/** The value of a KV version 1 secret: all of `data`. */
export function readV1(answer: VaultAnswer, nameBytes: NameBytes): FetchedSecret {
  const value = valueOf(dataOf(answer))
  return { value, version: nameBytes(value.reveal()) }
}

/** Whether Vault has made what it answers for this one read, and ends it with the token that read it ("Lease, renew, and revoke"). */
export function isLeased(answer: VaultAnswer): boolean {
  const lease = envelopeOf(answer)?.get('lease_id')
  return typeof lease === 'string' && lease !== ''
}

/** The value of a KV version 2 secret. A secret that was deleted and written again has the version 1 again, but never the same time. */
export function readV2(answer: VaultAnswer): FetchedSecret {
  const outer = dataOf(answer)
  const data = outer.get('data')
  const metadata = outer.get('metadata')
  if (data === undefined || metadata === undefined || !isJsonObject(metadata)) {
    throw new SecretError('InvalidSpec', 'this path is not in a KV version 2 engine', { remedy: "set the store's version to v1" })
  }
  if (data === null)
    throw new SecretError('NotFound', 'the version of the secret is deleted or destroyed', {
      remedy: 'name another version, or vault kv undelete it',
    })
  if (!isJsonObject(data)) throw notVault()
  return { value: valueOf(data), version: versionName(textOf(metadata.get('version')), textOf(metadata.get('created_time'))) }
}

export function versionName(number: string, createdTime: string): string {
  return `${number}@${createdTime}`
}

/** `metadataPolicy: Fetch` (external-secrets.md 7.4): three facts of Vault's and the custom metadata, all as text, the custom ones winning. */
export function readMetadata(answer: VaultAnswer, nameBytes: NameBytes): FetchedSecret {
  const metadata = dataOf(answer)
  const custom = metadata.get('custom_metadata')
  const facts = ['created_time', 'current_version', 'delete_version_after'].map((name) => [name, metadata.get(name)] as const)
  const all = new Map([...facts, ...(custom !== undefined && isJsonObject(custom) ? custom : [])])
  const value = valueOf(new Map([...all].map(([name, fact]) => [name, textOf(fact)])))
  return { value, version: nameBytes(value.reveal()) }
}

function dataOf(answer: VaultAnswer): JsonObject {
  const data = envelopeOf(answer)?.get('data')
  if (data === undefined || !isJsonObject(data)) throw notVault()
  return data
}

/** As Go would print what it read: compact, keys sorted, numbers as they came (external-secrets.md 7.4, property ""). */
function valueOf(data: JsonObject): SecretValue {
  return SecretValue.fromText(goJson(data))
}

/** A number as it came, a text without quotes; empty for nothing. */
export function textOf(value: JsonValue | undefined): string {
  if (value instanceof JsonNumber) return value.literal
  return value === undefined ? '' : new TextDecoder().decode(jsonValueBytes(value))
}
