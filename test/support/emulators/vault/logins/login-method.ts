import type { TokenOptions } from '../token-store.ts'
import { VaultFailure, type VaultRequest } from '../vault-exchange.ts'

/** What a login comes to. */
export interface Grant {
  readonly token: TokenOptions
  readonly metadata: Readonly<Record<string, string>>
}

/** An auth method behind `auth/<mount>/`. Throws VaultFailure in Vault's own words. */
export interface LoginMethod {
  /** As `sys/auth` names it. */
  readonly type: string
  /** `path` is what follows the mount: `login` or `login/<user>`. */
  login(request: VaultRequest, path: string): Grant | Promise<Grant>
}

/** A field of the request that must be text; its absence is the empty text, as in Go. */
export function textField(request: VaultRequest, name: string): string {
  const value = request.body[name]
  return typeof value === 'string' ? value : ''
}

/** A login that is a POST to `login` and nothing else. */
export function expectLogin(request: VaultRequest, path: string): void {
  if (path !== 'login') throw new VaultFailure(404, 'unsupported path')
  if (request.method !== 'POST' && request.method !== 'PUT')
    throw new VaultFailure(405, '1 error occurred:\n\t* unsupported operation\n\n')
}
