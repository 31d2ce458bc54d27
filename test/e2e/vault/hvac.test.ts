import { appRoleLogin } from '../../support/emulators/vault/logins/app-role.ts'
import { jwtLogin } from '../../support/emulators/vault/logins/jwt.ts'
import { passwordLogin } from '../../support/emulators/vault/logins/password.ts'
import { startVaultEmulator } from '../../support/emulators/vault/vault-emulator.ts'
import { signerKey, signToken } from '../../unit/providers/vault/sign-token.ts'
import { type ClientSubject, clientScenarios } from '../clients/client-scenarios.ts'
import { appRoleOf } from '../servers/app-role.ts'
import { startOpenBao } from '../servers/openbao.ts'

const iat = Math.floor(Date.now() / 1000) - 1
const tokenFor = (aud: string): string => signToken({ sub: 'pipeline', aud, iat } as Parameters<typeof signToken>[0])
const tokens = { jwt: tokenFor('vault'), jwt_of_others: tokenFor('others') }
const policies = ['contract']

async function emulator(): Promise<ClientSubject> {
  const vault = await startVaultEmulator()
  const role = { roleId: 'role', secretId: 'secret-id', policies }
  vault.root.setPolicy('contract', { 'secret/*': ['read'] })
  vault.root.enableKv1('kv')
  vault.root.enableKv2('secret')
  vault.createNamespace('team').enableKv2('secret')
  vault.root.enableLogin('approle', appRoleLogin({ contract: role }))
  vault.root.enableLogin('userpass', passwordLogin('userpass', { bob: { password: 'right', policies } }))
  vault.root.enableLogin(
    'jwt',
    jwtLogin({ keys: [signerKey], roles: { ci: { boundAudiences: ['vault'], policies } }, now: Date.now }),
  )
  return {
    facts: { url: vault.url, root_token: vault.rootToken, role_id: role.roleId, secret_id: role.secretId, ...tokens },
    close: () => vault.close(),
  }
}

async function openBao(): Promise<ClientSubject> {
  const bao = await startOpenBao()
  const role = await appRoleOf(bao, 'path "secret/*" { capabilities = ["read"] }')
  const kv = (version: string): object => ({ type: 'kv', options: { version } })
  await bao.call('POST', 'sys/mounts/kv', kv('1'))
  await bao.call('POST', 'sys/namespaces/team', {})
  await bao.call('POST', 'sys/mounts/secret', kv('2'), { namespace: 'team' })
  await bao.call('POST', 'sys/auth/userpass', { type: 'userpass' })
  await bao.call('POST', 'auth/userpass/users/bob', { password: 'right', token_policies: ['contract'] })
  await bao.call('POST', 'sys/auth/jwt', { type: 'jwt' })
  await bao.call('POST', 'auth/jwt/config', { jwt_validation_pubkeys: [signerKey], jwt_supported_algs: ['ES256'] })
  const bounds = { role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'] }
  await bao.call('POST', 'auth/jwt/role/ci', { ...bounds, token_policies: ['contract'] })
  return {
    facts: { url: bao.url, root_token: bao.rootToken, role_id: role.roleId, secret_id: role.secretId, ...tokens },
    close: () => bao.stop(),
  }
}

/** What holds on OpenBao proves the script, what holds on both proves the emulator. */
await clientScenarios({ title: 'hvac on OpenBao', script: 'hvac_client.py', start: openBao })
await clientScenarios({ title: 'hvac on the emulator', script: 'hvac_client.py', start: emulator })
