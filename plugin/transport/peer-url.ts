import { isIP } from 'node:net'
import { UsageError } from '../config/usage-error.ts'
import { quoteName } from '../model/quote-name.ts'

/** The address of a peer. Throws UsageError for what is no URL of http or https, and for plain http beyond this machine: tokens and names of secrets go there. */
export function peerUrl(flag: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(`${flag}: ${quoteName(text)} is no plain URL of http or https`, 'write https://HOST:PORT')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new UsageError(`${flag}: ${quoteName(text)} would be spoken to in clear`, 'use https, or http on this machine alone')
  return url
}

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '')
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}
