import { isIPv4, isIPv6 } from 'node:net'

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/** The 4 or 16 bytes of an address as Go's net.ParseIP takes it; 4 also for an IPv4 address that is mapped into IPv6. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number)
  if (!isIPv6(text) || text.includes('%')) return undefined
  const [head = '', tail] = text.split('::')
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const missing = Array.from({ length: 16 - before.length - after.length }, () => 0)
  return withoutMapping(Uint8Array.from([...before, ...missing, ...after]))
}

/** As Go's net.IP prints 4 or 16 bytes: RFC 5952 for IPv6, an IPv4 address that is mapped into IPv6 as IPv4. */
export function addressText(bytes: Uint8Array): string {
  const address = withoutMapping(bytes)
  if (address.length === 4) return address.join('.')
  const words = Array.from({ length: 8 }, (_, index) => (address[2 * index] ?? 0) * 256 + (address[2 * index + 1] ?? 0))
  const { start, length } = longestZeros(words)
  const hex = words.map((word) => word.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function withoutMapping(bytes: Uint8Array): Uint8Array {
  return bytes.length === 16 && MAPPED.every((byte, index) => bytes[index] === byte) ? bytes.subarray(12) : bytes
}

/** The bytes of groups with colons between them; the last may be an IPv4 address. */
function groups(text: string): readonly number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const word = Number.parseInt(group, 16)
    return [word >> 8, word & 0xff]
  })
}

function longestZeros(words: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 }
  for (let start = 0; start < words.length; start++) {
    let length = 0
    while (words[start + length] === 0) length++
    if (length > longest.length) longest = { start, length }
  }
  return longest
}
