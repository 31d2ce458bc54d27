import './jitless.ts'
import * as z from 'zod'
import { quoteName } from '../model/quote-name.ts'

/** A DNS-1123 subdomain, as Kubernetes wants it for the names of objects (external-secrets.md 1, common string patterns). */
export const objectNameSchema = patterned(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
  'expected a DNS name: lower-case letters, digits, "-" and ".", at most 253 characters',
)

/** A DNS label, as Kubernetes wants it for namespaces (external-secrets.md 1). */
export const namespaceSchema = patterned(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  63,
  'expected a DNS label: lower-case letters, digits and "-", at most 63 characters',
)

/** A key in the data of a Secret or ConfigMap (external-secrets.md 1). */
export const dataKeySchema = patterned(
  /^[-._a-zA-Z0-9]+$/,
  253,
  'expected a key of a Secret: letters, digits, "-", "_" and ".", at most 253 characters',
)

/** One message whichever of the three checks fails; a name is never a secret, so it is quoted. */
function patterned(pattern: RegExp, maxLength: number, rule: string): z.ZodString {
  const error = ({ input }: { readonly input?: unknown }): string => `is ${quoteName(String(input))}; ${rule}`
  return z.string().min(1, { error }).max(maxLength, { error }).regex(pattern, { error })
}
