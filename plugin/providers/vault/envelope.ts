import { isJsonObject, type JsonObject } from '../../json/json-value.ts'
import { parseJson } from '../../json/parse-json.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { VaultAnswer } from './api.ts'

/** The JSON object that every answer of Vault with content is, numbers as written; undefined for anything else. */
export function envelopeOf(answer: VaultAnswer): JsonObject | undefined {
  try {
    const json = parseJson(answer.text, 'verbatim')
    return isJsonObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** A 2xx that does not say what Vault says there. */
export function notVault(): SecretError {
  return new SecretError('Unavailable', 'something that is not Vault answered', {
    lasting: true,
    remedy: 'check server: a proxy or login page may stand in between',
  })
}
