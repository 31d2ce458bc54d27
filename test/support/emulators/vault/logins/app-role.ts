import type { TokenOptions } from '../token-store.ts'
import { VaultFailure } from '../vault-exchange.ts'
import { expectLogin, type LoginMethod, textField } from './login-method.ts'

export interface AppRole extends TokenOptions {
  readonly roleId: string
  readonly secretId: string
}

export function appRoleLogin(roles: Readonly<Record<string, AppRole>>): LoginMethod {
  return {
    type: 'approle',
    login(request, path) {
      expectLogin(request, path)
      const roleId = textField(request, 'role_id')
      if (roleId === '') throw new VaultFailure(400, 'missing role_id')
      const [name, role] = Object.entries(roles).find(([, known]) => known.roleId === roleId) ?? []
      if (!role || role.secretId !== textField(request, 'secret_id')) throw new VaultFailure(400, 'invalid role or secret ID')
      return { token: { displayName: 'approle', ...role }, metadata: { role_name: name ?? '' } }
    },
  }
}
