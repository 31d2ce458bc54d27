import type { SecretValue } from '../model/secret-value.ts'
import type { Provider } from '../providers/provider.ts'
import type { FetchedSecret } from '../providers/secret-reader.ts'

/** `select` of one provider that looks for a property of a secret once: many ExternalSecrets of a render want the same. */
export function selectOnce(provider: Provider): Provider['select'] {
  const known = new WeakMap<FetchedSecret, Map<string, SecretValue>>()
  return (secret, ref) => {
    const values = known.get(secret) ?? new Map<string, SecretValue>()
    known.set(secret, values)
    const id = JSON.stringify([ref.property, ref.part, ref.key])
    const value = values.get(id) ?? provider.select(secret, ref)
    values.set(id, value)
    return value
  }
}
