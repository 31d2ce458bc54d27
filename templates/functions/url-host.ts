import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { goQuote } from '../go-format/quote.ts'
import { parseIpAddress } from './parse-ip-address.ts'
import { unescapeUrlPart } from './url-escape.ts'

/** `host:port` of a URL, unescaped. Throws FunctionError (Go 1.26, net/url). */
export function parseUrlHost(host: ByteText, scheme: ByteText): ByteText {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) throw new FunctionError('invalid IP-literal', true)
  if (bracket === 0) return parseIpLiteral(host)
  const [first, last] = [host.indexOf(':'), host.lastIndexOf(':')]
  const isStrict = scheme === 'http' || scheme === 'https'
  if (first >= 0) checkPort(host.slice(isStrict ? first : last))
  return unescapeUrlPart(host, 'host')
}

/** `[fe80::1%25eth0]:80` */
function parseIpLiteral(host: ByteText): ByteText {
  const end = host.lastIndexOf(']')
  if (end < 0) throw new FunctionError("missing ']' in host", true)
  const port = host.slice(end + 1)
  checkPort(port)
  const address = unescapeAddress(host.slice(1, end))
  if (kindOfAddress(address) === 'IPv4') throw new FunctionError('invalid IP-literal', true)
  return `[${address}]${port}`
}

function unescapeAddress(address: ByteText): ByteText {
  const zone = address.indexOf('%25')
  if (zone < 0) return unescapeUrlPart(address, 'host')
  return unescapeUrlPart(address.slice(0, zone), 'host') + unescapeUrlPart(address.slice(zone), 'zone')
}

function kindOfAddress(address: ByteText): 'IPv4' | 'IPv6' {
  try {
    return parseIpAddress(address)
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError(`invalid host: ${error.message}`) : error
  }
}

function checkPort(port: ByteText): void {
  if (!/^(?::\d*)?$/.test(port)) throw new FunctionError(`invalid port ${goQuote(port)} after host`)
}

/** Without port and brackets. */
export function hostnameOf(host: ByteText): ByteText {
  const name = host.replace(/:\d*$/, '')
  return /^\[.*\]$/s.test(name) ? name.slice(1, -1) : name
}
