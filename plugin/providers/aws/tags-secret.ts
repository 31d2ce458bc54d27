import { goJson } from '../../json/go-json.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { Outcome } from '../secret-reader.ts'

/** Names what has no version at AWS. */
export type NameBytes = (bytes: Uint8Array) => string

/** Tags as `metadataPolicy: Fetch` gives them: a JSON object (external-secrets.md 7.1). They have no version of their own. */
export function tagsSecret(tags: ReadonlyMap<string, string>, nameBytes: NameBytes): Outcome {
  const value = SecretValue.fromText(goJson(tags))
  return { ok: true, secret: { value, version: nameBytes(value.reveal()) } }
}
