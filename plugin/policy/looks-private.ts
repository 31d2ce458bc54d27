import { isIP } from 'node:net'
import { isPrivateAddress } from '../providers/private-address.ts'

/** Names that only a private network knows (RFC 6762, ICANN's `internal`, Kubernetes' `svc`). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|lan|home\.arpa|svc|svc\.[a-z0-9.-]+)$/

/** Whether a host (`host` or `host:port`) probably has private addresses only. A guess, for suggestions; what decides is the address at connecting. */
export function looksPrivate(host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  const bare = name.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 0) return isPrivateAddress(bare)
  return !name.includes('.') || PRIVATE_NAME.test(name)
}
