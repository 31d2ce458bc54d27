import { quoteName } from '../model/quote-name.ts'
import { API_GROUP } from './api-version.ts'
import { isPlainObject } from './plain-object.ts'
import type { FieldProblem } from './reading.ts'

const RETIRED = `${API_GROUP}/v1alpha1`

/** What has to be written differently than in v1alpha1, a kind. */
const V1_FORMS: ReadonlyMap<string, string> = new Map([
  ['ExternalSecret', 'write "apiVersion: external-secrets.io/v1", and each "dataFrom" entry "- key: K" as "- extract: {key: K}"'],
  ['SecretStore', 'write "apiVersion: external-secrets.io/v1"; "spec.provider" keeps its fields'],
  ['ClusterSecretStore', 'write "apiVersion: external-secrets.io/v1"; "spec.provider" keeps its fields'],
])

/** v1alpha1 is gone from ESO (external-secrets.md 1): its objects are not looked at any further. Other versions are the schema's business. */
export function retiredVersion(value: unknown): FieldProblem | undefined {
  if (!isPlainObject(value) || value['apiVersion'] !== RETIRED) return undefined
  const form = typeof value['kind'] === 'string' ? V1_FORMS.get(value['kind']) : undefined
  return {
    path: ['apiVersion'],
    message: `is ${quoteName(RETIRED)}, which ESO no longer knows`,
    remedy: form ?? 'write "apiVersion: external-secrets.io/v1"',
  }
}
