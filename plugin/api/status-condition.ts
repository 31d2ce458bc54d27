import './jitless.ts'
import * as z from 'zod'
import { inCrd } from './crd-facts.ts'
import { documented } from './documented.ts'

/** A time as the Kubernetes API writes it (RFC 3339); a new schema for each field. */
export function timeSchema(): z.ZodString {
  return inCrd(z.string(), { beside: { format: 'date-time' } })
}

/** A condition of stores (external-secrets.md 5.2). */
export const statusConditionSchema = z.object({
  type: documented(z.string(), 'What is true or not.'),
  status: documented(z.string(), 'True, False or Unknown.'),
  reason: documented(z.string().optional(), 'Why, in one word.'),
  message: documented(z.string().optional(), 'Why, for people; never a value of a secret.'),
  lastTransitionTime: documented(timeSchema().optional(), 'When the status last changed.'),
})
