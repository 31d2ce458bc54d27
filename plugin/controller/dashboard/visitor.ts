import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'

/** Who may see the dashboard; without either it is not served at all. */
export interface DashboardAccess {
  /** Password of every user name (HTTP Basic), or bearer token. Read anew for each request, so that a rotated file counts at once. */
  readonly token?: (() => string | undefined) | undefined
  /** A proxy that has authenticated the visitor and says who it is. */
  readonly proxy?: TrustedProxy | undefined
}

export interface TrustedProxy {
  /** `x-forwarded-user`. */
  readonly header: string
  /** CIDRs or addresses of the proxy: the header of anyone else counts for nothing. */
  readonly addresses: readonly string[]
}

export interface VisitorFacts {
  readonly remoteAddress: string
  readonly authorization: string | undefined
  readonly header: (name: string) => string | undefined
}

/** Who asks; `undefined` for one who has not shown that they may. */
export function visitorOf(facts: VisitorFacts, access: DashboardAccess): string | undefined {
  const token = access.token?.()
  if (token !== undefined && token !== '' && equals(presentedToken(facts.authorization), token)) return 'token'
  if (!access.proxy || !isAmong(facts.remoteAddress, access.proxy.addresses)) return undefined
  const user = facts.header(access.proxy.header)
  return user === '' ? undefined : user
}

/** RFC 7617 and RFC 6750. */
function presentedToken(authorization = ''): string {
  const [, scheme = '', credentials = ''] = /^(basic|bearer) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return credentials
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}

/** In constant time, whatever their lengths are. */
function equals(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** Throws for what is no address and no CIDR: the options are checked before. */
function isAmong(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [base = '', prefix] = range.split('/')
    const family = isIP(base) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(base, family)
    else list.addSubnet(base, Number(prefix), family)
  }
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}
