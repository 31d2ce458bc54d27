import { BlockList, isIP } from 'node:net'
import { proxyEnvironment } from '../../model/proxy-environment.ts'

/**
 * The proxy that a request to `url` goes through, without user and password; `undefined` for none. The rules of Node's agents ("Built-in Proxy Support"):
 * capitals count after small letters, `NO_PROXY` lists names, suffixes with `.` or `*.`, ranges of addresses, each with a port or for all; blocks of addresses and
 * what is under a name are written so for it.
 */
export function proxyOf(url: URL, variables: ReadonlyMap<string, string>): string | undefined {
  const environment = new Map(Object.entries(proxyEnvironment(variables)))
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const proxy = URL.parse(environment.get(name) || environment.get(name.toUpperCase()) || '')
  if (!proxy) return undefined
  const exceptions = environment.get('no_proxy') || environment.get('NO_PROXY') || ''
  return exceptions.split(/[\s,]+/).some((exception) => excepts(exception.toLowerCase(), url)) ? undefined : proxy.host
}

function excepts(exception: string, url: URL): boolean {
  if (exception === '') return false
  if (exception === '*') return true
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const [, name = exception, port] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? []
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80')))
    return isIP(exception) !== 0 && exception === host
  if (name.startsWith('*.') || name.startsWith('.')) return host.endsWith(name.replace(/^\*/, ''))
  return name === host || isInRange(name, host)
}

/** `10.0.0.1-10.0.0.9` */
function isInRange(range: string, host: string): boolean {
  const [first = '', last = ''] = range.split('-')
  if (isIP(host) !== 4 || isIP(first) !== 4 || isIP(last) !== 4) return false
  const list = new BlockList()
  try {
    list.addRange(first, last)
  } catch {
    return false
  }
  return list.check(host)
}
