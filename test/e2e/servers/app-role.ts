import type { OpenBao } from './openbao.ts'

/** What logs in as an AppRole. */
export interface AppRole {
  readonly roleId: string
  readonly secretId: string
}

/** Enables AppRole at its usual mount and makes a role whose tokens may do what `policy` says. */
export async function appRoleOf(bao: OpenBao, policy: string): Promise<AppRole> {
  await bao.call('PUT', 'sys/policies/acl/contract', { policy })
  await bao.call('POST', 'sys/auth/approle', { type: 'approle' })
  await bao.call('POST', 'auth/approle/role/contract', { token_policies: ['contract'] })
  const role = await bao.call('GET', 'auth/approle/role/contract/role-id')
  const secret = await bao.call('POST', 'auth/approle/role/contract/secret-id')
  return { roleId: String(role.data?.['role_id']), secretId: String(secret.data?.['secret_id']) }
}
