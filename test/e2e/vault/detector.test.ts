import { changeDetectorContract, type DetectionSubject } from '../../contract/change-detector.contract.ts'
import { detectVault, openVault, type VaultSpec } from '../../unit/providers/vault/open-vault.ts'
import { appRoleOf } from '../servers/app-role.ts'
import { startOpenBao } from '../servers/openbao.ts'

const SEEING = ['data', 'metadata'].map((area) => `path "secret/${area}/*" { capabilities = ["read"] }`).join('\n')
const BLIND = 'path "secret/data/*" { capabilities = ["read"] }'

async function start(): Promise<DetectionSubject> {
  const bao = await startOpenBao()
  const role = await appRoleOf(bao, SEEING)
  await bao.call('PUT', 'sys/policies/acl/blind', { policy: BLIND })
  await bao.call('POST', 'auth/approle/role/blind', { token_policies: ['blind'] })
  const [blindRole, blindSecret] = await Promise.all([
    bao.call('GET', 'auth/approle/role/blind/role-id'),
    bao.call('POST', 'auth/approle/role/blind/secret-id'),
  ])
  const blind = { roleId: String(blindRole.data?.['role_id']), secretId: String(blindSecret.data?.['secret_id']) }
  const spec = ({ roleId }: typeof role): VaultSpec => ({
    server: bao.url,
    path: 'secret',
    auth: { appRole: { roleId, secretRef: { name: 'vault', key: 'secret-id' } } },
  })
  const around = (secretId: string): { readonly secrets: Record<string, string> } => ({
    secrets: { 'vault/secret-id': secretId },
  })
  return {
    put: (key, text) => bao.call('POST', `secret/data/${key}`, { data: { text } }),
    remove: (key) => bao.call('DELETE', `secret/data/${key}`),
    detect(identity) {
      if (identity === 'blind') return detectVault(spec(blind), around(blind.secretId))
      return detectVault(spec(role), around(identity === 'refused' ? 'unknown' : role.secretId))
    },
    open: () => openVault(spec(role), around(role.secretId)),
    reset: () => undefined,
    close: () => bao.stop(),
  }
}

changeDetectorContract('vault KV version 2 on OpenBao', start, { callsFor1000: 1_000 })
