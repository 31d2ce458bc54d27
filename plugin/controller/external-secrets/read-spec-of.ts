import type { ExternalSecret } from '../../api/external-secret.ts'
import { readExternalSecret } from '../../api/read-external-secret.ts'
import type { Reading } from '../../api/reading.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'

/** Objects of a cache stay the same object until they change: each version is read once. */
const readings = new WeakMap<ExternalSecretObject, Reading<ExternalSecret>>()

/** What the object asks for, with all defaults. Never throws. */
export function readSpecOf(object: ExternalSecretObject): Reading<ExternalSecret> {
  const known = readings.get(object)
  if (known) return known
  const reading = readExternalSecret({ ...object, apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' })
  readings.set(object, reading)
  return reading
}
