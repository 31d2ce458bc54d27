import '../jitless.ts'
import * as z from 'zod'
import { inCrd } from '../crd-facts.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from '../selectors.ts'

/** The notation of external-secrets.md, Appendix B: S{}, SA{}, CA{} and V{}, and text. */
export const secret = secretKeySelector
export const secretOrNot = secret.optional()
export const account = serviceAccountSelector
export const text = z.string()
export const textOrNot = text.optional()
export const someText = z.string().min(1)
export const flag = z.boolean().optional()
export const whole = z.int().optional()
export const value = z.object({ value: textOrNot, secretRef: secretOrNot })

/** The server's authorities; most have them as bytes, which are base64 in JSON. */
export const ca = {
  caBundle: inCrd(z.string().optional(), { beside: { format: 'byte' } }),
  caProvider: caProvider.optional(),
}
export const plainCa = { caBundle: textOrNot, caProvider: caProvider.optional() }

/** Logs in as a ServiceAccount whose token is exchanged. */
export const oidc = { expirationSeconds: whole, serviceAccountRef: account }

/** A field that v1beta1 does not have; a copy, since facts belong to one field. */
export function onlyInV1<Schema extends z.ZodType>(schema: Schema): Schema {
  return inCrd(schema.clone(), { v1Only: true })
}
