import { BlockList, isIP } from 'node:net'

/** Addresses that mean this machine, this network or its metadata, not a host of the internet (IANA special-purpose address registries). */
const NOT_PUBLIC: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  // Azure's platform channel ("What is IP address 168.63.129.16?"): goal states and extensions of the machine.
  ['168.63.129.16', 32, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  // Unspecified, loopback, and the ways to write an IPv4 address (mapped, compatible, a network's own NAT64, 6to4, Teredo).
  ['::', 96, 'ipv6'],
  ['::ffff:0:0', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 32, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]

/** One list a family: in a common one the prefix of mapped addresses would stand for every IPv4 address. */
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [net, prefix, family] of NOT_PUBLIC) blocked[family].addSubnet(net, prefix, family)

/** Whether an address is a private one, loopback, link-local, a metadata service's, or no address at all (R5). */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').split('%')[0] ?? ''
  const version = isIP(bare)
  if (version === 0) return true
  if (version === 4) return blocked.ipv4.check(bare, 'ipv4')
  const old = behindNat64(bare)
  return blocked.ipv6.check(bare, 'ipv6') || (old !== undefined && blocked.ipv4.check(old, 'ipv4'))
}

/**
 * The IPv4 address in one of the well-known prefix (RFC 6052): where a cluster has IPv6 alone, DNS64 gives every host of the old internet such an address,
 * and a machine's metadata service is behind one as well.
 */
function behindNat64(address: string): string | undefined {
  const url = URL.parse(`http://[${address}]/`)
  const [, high, low] = /^\[64:ff9b::(?:([\da-f]{1,4}):)?([\da-f]{0,4})\]$/.exec(url?.hostname ?? '') ?? []
  if (low === undefined) return undefined
  const bits = Number.parseInt(high ?? '0', 16) * 0x1_00_00 + Number.parseInt(low || '0', 16)
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.')
}

/** Connections to public addresses, and to whatever address the listed hosts (`host` or `host:port`) have. */
export function publicOnly(allowedHosts: readonly string[]): (host: string, address: string) => boolean {
  const allowed = new Set(allowedHosts.map(asInUrl))
  return (host, address) => allowed.has(host) || allowed.has(host.replace(/:\d+$/, '')) || !isPrivateAddress(address)
}

/** A host as a URL has it: the port of its scheme left out, other alphabets as ASCII. */
function asInUrl(host: string): string {
  return URL.parse(`${host.endsWith(':80') ? 'http' : 'https'}://${host}`)?.host ?? host
}
