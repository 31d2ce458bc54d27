import type { ExternalSecret } from '../../api/external-secret.ts'
import { readExternalSecret } from '../../api/read-external-secret.ts'
import type { Reading } from '../../api/reading.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'

/** A pass asks many times, and to read again takes some microseconds: what was read longest ago is read again, since of all objects it would be a lot to keep. */
const MOST_KEPT = 200
const readings = new Map<ExternalSecretObject, Reading<ExternalSecret>>()

/** What the object asks for, with all defaults. Never throws. */
export function readSpecOf(object: ExternalSecretObject): Reading<ExternalSecret> {
  const known = readings.get(object)
  if (known) return known
  const reading = readExternalSecret({ ...object, apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' })
  const oldest = readings.size >= MOST_KEPT ? readings.keys().next().value : undefined
  if (oldest) readings.delete(oldest)
  readings.set(object, reading)
  return reading
}
