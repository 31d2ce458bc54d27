import * as z from 'zod'
import { inCrd } from '../api/crd-facts.ts'
import { parseGoDuration } from '../api/go-duration.ts'
import { storeSpecSchema } from '../api/store.ts'
import { jsonValueBytes } from '../json/go-json.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import type { StoreFacts } from '../providers/provider.ts'
import { vaultConfig } from '../providers/vault/config.ts'
import { callVault, type DynamicCall } from '../providers/vault/dynamic.ts'
import { borrowedLogin } from './borrowed-login.ts'
import type { Generator } from './generator.ts'

const vaultDynamicSpec = z.object({
  controller: z.string().optional().describe('Class of the controller that the generator belongs to.'),
  provider: vaultConfig.describe('The Vault and how to log in, as in a store; its path and version mean nothing here.'),
  path: z.string().describe('What is asked, mount included: database/creds/reader.'),
  method: z.string().optional().describe('GET, LIST, DELETE, or anything else to write; GET without it.'),
  parameters: inCrd(z.record(z.string(), z.unknown()).optional().describe('What is written.'), {
    instead: { 'x-kubernetes-preserve-unknown-fields': true },
  }),
  getParameters: z.record(z.string(), z.array(z.string())).optional().describe('The query of a GET.'),
  resultType: z
    .enum(['Data', 'Auth', 'Raw'])
    .default('Data')
    .describe('Which part of the answer has the values: data, auth, or all of it.'),
  retrySettings: storeSpecSchema.shape.retrySettings,
  allowEmptyResponse: z.boolean().default(false).describe('An answer without content is no error, and gives no values.'),
})

type VaultDynamicSpec = z.output<typeof vaultDynamicSpec>

/** What an engine of Vault makes when it is asked: the fields of its answer (external-secrets.md 6.4). */
export const vaultDynamicSecret: Generator<VaultDynamicSpec> = {
  kind: 'VaultDynamicSecret',
  spec: vaultDynamicSpec,
  stability: 'ephemeral',
  async generate(spec, context, signal) {
    const answer = await borrowedLogin([['spec.provider.vault', 'spec.provider']], context, (opening) =>
      callVault(spec.provider, callOf(spec), { ...opening, store: { ...opening.store, ...retryOf(spec) } }, signal),
    )
    const section = answer && sectionOf(answer, spec.resultType)
    if (section && section.size > 0) return { values: valuesOf(section) }
    if (spec.allowEmptyResponse) return { values: new Map() }
    throw new SecretError('NotFound', 'unable to get dynamic secret: empty response from Vault', {
      place: { field: 'spec.path' },
      remedy: 'check spec.path, spec.method and spec.resultType, or set allowEmptyResponse: true',
    })
  },
}

/** Whatever is none of the three others writes. */
function callOf({ path, method = '', parameters = {}, getParameters = {} }: VaultDynamicSpec): DynamicCall {
  const known = method === '' ? 'GET' : method
  const verb = known === 'GET' || known === 'LIST' || known === 'DELETE' ? known : 'POST'
  return { method: verb, path, query: getParameters, fields: parameters }
}

/** Like a store's, without a number there are no retries (external-secrets.md 5.1). */
function retryOf({ retrySettings }: VaultDynamicSpec): Pick<StoreFacts, 'retry'> {
  if (!retrySettings) return {}
  const { maxRetries, retryInterval } = retrySettings
  const intervalMs = retryInterval === undefined ? undefined : parseGoDuration(retryInterval)
  return { retry: { ...(maxRetries !== undefined && { maxRetries }), ...(intervalMs !== undefined && { intervalMs }) } }
}

/** Members that say nothing are left out of a raw answer. */
function sectionOf(answer: JsonObject, resultType: VaultDynamicSpec['resultType']): JsonObject | undefined {
  if (resultType === 'Raw') return new Map([...answer].filter(([, value]) => value !== null))
  const section = answer.get(resultType === 'Auth' ? 'auth' : 'data')
  return section !== undefined && isJsonObject(section) ? section : undefined
}

function valuesOf(section: JsonObject): ReadonlyMap<string, SecretValue> {
  return new Map([...section].map(([key, value]: readonly [string, JsonValue]) => [key, new SecretValue(jsonValueBytes(value))]))
}
