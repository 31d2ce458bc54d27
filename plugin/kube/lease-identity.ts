import { hostname } from 'node:os'
import type { Random } from '../model/random.ts'

/** Names this process among all that contend for a lease; in a pod the host's name is the pod's. A process that starts anew is another. */
export function leaseIdentity(random: Random): string {
  return `${hostname()}_${Buffer.from(random.bytes(8)).toString('hex')}`
}
