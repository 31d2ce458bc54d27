import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SecretLabel } from '../providers/credential-source.ts'

/**
 * external-secrets.md 7.7: a Secret is sent away only where its owner has labelled it so; without that, whoever may write a store could have any Secret
 * of the namespace. Throws SecretError AccessDenied.
 */
export function checkLabel(
  labels: ReadonlyMap<string, string> | undefined,
  secret: string,
  { name, value }: SecretLabel,
  field: string,
): void {
  if (labels?.get(name) === value) return
  throw new SecretError('AccessDenied', `Secret ${quoteName(secret)} does not carry the label ${name}: ${value}`, {
    place: { field },
    remedy: `let its owner label it ${name}: ${value}, which allows stores to send it to their servers`,
  })
}
