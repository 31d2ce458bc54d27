import type { PlainObject } from '../api/plain-object.ts'
import { readExternalSecret } from '../api/read-external-secret.ts'
import type { FieldObstacle } from './obstacle.ts'

/** Why our own reader would refuse it: nothing is printed that it would not take. */
export function checkedExternalSecret(externalSecret: PlainObject): readonly FieldObstacle[] {
  return readExternalSecret(externalSecret).problems.map(({ path, message }) => ({
    path: path[0] === 'metadata' ? path : [],
    obstacle: `what it would become is not valid: ${message}`,
    remedy: 'correct it and migrate it again',
  }))
}
