import type * as z from 'zod'
import { checkAnnotations } from './annotations.ts'
import { isPlainObject } from './plain-object.ts'
import { readObject } from './read-object.ts'
import { readProvider } from './read-provider.ts'
import type { Reading } from './reading.ts'
import { retiredVersion } from './retired-version.ts'
import { applyRules } from './rule.ts'
import { clusterSecretStoreSchema, type Store, secretStoreSchema } from './store.ts'
import { storeAdmissionRules, storeRules } from './store-rules.ts'

/**
 * Reads a manifest's SecretStore or ClusterSecretStore of v1 or v1beta1 (external-secrets.md 5.1). `providerSchemas`: the configuration of each
 * implemented provider by its name, at least of those that the object names; other names of ESO's are known but not implemented.
 * Never throws, whatever the value is.
 */
export function readStore(value: unknown, providerSchemas: ReadonlyMap<string, z.ZodType>): Reading<Store> {
  const retired = retiredVersion(value)
  if (retired) return { problems: [retired], warnings: [] }

  const given = fieldOf(fieldOf(value, 'spec'), 'provider')
  const provider = isPlainObject(given) ? readProvider(given, providerSchemas) : undefined
  const reading =
    fieldOf(value, 'kind') === 'ClusterSecretStore'
      ? readObject(clusterSecretStoreSchema, value)
      : readObject(secretStoreSchema, value)
  const problems = [...reading.problems, ...(provider?.problems ?? [])]
  const warnings = [...reading.warnings, ...(provider?.warnings ?? [])]
  if (!reading.value || !provider) return { problems, warnings }

  const store: Store = { ...reading.value, spec: { ...reading.value.spec, provider: provider.value } }
  const annotations = checkAnnotations(store)
  problems.push(...applyRules(storeRules, store), ...annotations.problems)
  warnings.push(...applyRules(storeAdmissionRules, { store, marked: provider.marked }), ...annotations.warnings)
  return { ...(problems.length === 0 && { value: store }), problems, warnings }
}

function fieldOf(value: unknown, name: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
