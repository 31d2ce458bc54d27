import { isIP } from 'node:net'

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']
const EXCEPTIONS = ['NO_PROXY', 'no_proxy']

/**
 * The variables of proxies for Node's agents, the exceptions meant as the Go programs of a cluster mean them (golang.org/x/net/http/httpproxy): blocks of
 * addresses (`10.0.0.0/8`), without which a pod would ask a proxy for its API server, and with a name all that is under it. Node knows ranges of addresses
 * and suffixes ("Built-in Proxy Support"), and nothing for blocks of IPv6.
 */
export function proxyEnvironment(environment: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const entries = (names: readonly string[], changed: (value: string) => string): readonly (readonly [string, string])[] =>
    names.flatMap((name) => {
      const value = environment.get(name)
      return value ? [[name, changed(value)] as const] : []
    })
  return Object.fromEntries([...entries(PROXIES, (value) => value), ...entries(EXCEPTIONS, forNode)])
}

function forNode(exceptions: string): string {
  return exceptions
    .split(/[\s,]+/)
    .filter((exception) => exception !== '')
    .flatMap((exception) => rangeOf(exception) ?? (isName(exception) ? [exception, `.${exception}`] : exception))
    .join(',')
}

/** `db.corp` or `db.corp:8200`; a suffix, an address and a range of addresses are none. */
function isName(exception: string): boolean {
  const [name = ''] = exception.split(':')
  return /^[\w-][\w.-]*(:\d+)?$/.test(exception) && isIP(name) === 0 && !name.split('-').every((part) => isIP(part) !== 0)
}

/** Of `10.0.0.0/8`: `10.0.0.0-10.255.255.255`. */
function rangeOf(exception: string): string | undefined {
  const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d{1,2})$/.exec(exception) ?? []
  if (isIP(address) !== 4 || Number(bits) > 32) return undefined
  const size = 2 ** (32 - Number(bits))
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = number - (number % size)
  return `${dotted(first)}-${dotted(first + size - 1)}`
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
