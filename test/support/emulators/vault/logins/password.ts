import type { TokenOptions } from '../token-store.ts'
import { VaultFailure } from '../vault-exchange.ts'
import { type LoginMethod, textField } from './login-method.ts'

export interface PasswordUser extends TokenOptions {
  readonly password: string
}

/** What each method says to a wrong name or password. */
const REFUSALS = {
  userpass: 'invalid username or password',
  ldap: 'ldap operation failed: failed to bind as user',
}

export function passwordLogin(type: 'userpass' | 'ldap', users: Readonly<Record<string, PasswordUser>>): LoginMethod {
  return {
    type,
    login(request, path) {
      const name = /^login\/(.+)$/.exec(path)?.[1]
      if (name === undefined) throw new VaultFailure(404, 'unsupported path')
      const password = textField(request, 'password')
      if (password === '') throw new VaultFailure(400, 'missing password')
      const user = Object.hasOwn(users, name) ? users[name] : undefined
      if (user?.password !== password) throw new VaultFailure(400, REFUSALS[type])
      return { token: { displayName: `${type}-${name}`, ...user }, metadata: { username: name } }
    },
  }
}
