import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import { testClientCertificate, testTls } from '../../../support/emulators/tls/test-tls.ts'
import { appRoleLogin } from '../../../support/emulators/vault/logins/app-role.ts'
import { certificateLogin } from '../../../support/emulators/vault/logins/certificate.ts'
import { jwtLogin } from '../../../support/emulators/vault/logins/jwt.ts'
import { kubernetesLogin } from '../../../support/emulators/vault/logins/kubernetes.ts'
import { passwordLogin } from '../../../support/emulators/vault/logins/password.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { openVault, readOne, type Surroundings, type VaultSpec } from './open-vault.ts'
import { signerKey, signToken } from './sign-token.ts'

type Auth = NonNullable<VaultSpec['auth']>

interface LoginCase {
  readonly name: string
  readonly auth: Auth
  readonly good: Surroundings
  /** The same store with credentials that Vault does not take. */
  readonly bad: Surroundings
}

const accountSubject = 'system:serviceaccount:default:reader'
const accountToken = (name: string, audiences: readonly string[]): string =>
  signToken({ sub: `system:serviceaccount:default:${name}`, aud: audiences })
const certificate = testClientCertificate()
const otherCertificate = testTls()

const CASES: readonly LoginCase[] = [
  {
    name: 'a token',
    auth: { tokenSecretRef: { name: 'vault', key: 'token' } },
    good: { secrets: { 'vault/token': 'root\n' } },
    bad: { secrets: { 'vault/token': 'hvs.unknown' } },
  },
  {
    name: 'approle with the role id in the store',
    auth: { appRole: { path: 'teams/approle', roleId: ' app-role ', secretRef: { name: 'vault', key: 'secret-id' } } },
    good: { secrets: { 'vault/secret-id': 'app-secret\n' } },
    bad: { secrets: { 'vault/secret-id': 'other' } },
  },
  {
    name: 'approle with the role id in a Secret',
    auth: {
      appRole: {
        path: 'teams/approle',
        roleRef: { name: 'vault', key: 'role-id' },
        secretRef: { name: 'vault', key: 'secret-id' },
      },
    },
    good: { secrets: { 'vault/role-id': 'app-role', 'vault/secret-id': 'app-secret' } },
    bad: { secrets: { 'vault/role-id': 'other', 'vault/secret-id': 'app-secret' } },
  },
  {
    name: 'kubernetes with a ServiceAccount',
    auth: { kubernetes: { role: 'reader', serviceAccountRef: { name: 'reader', audiences: ['vault'] } } },
    good: { accountToken },
    bad: { accountToken: (_name, aud) => accountToken('stranger', aud) },
  },
  {
    name: 'kubernetes with a token in a Secret, under its usual key',
    auth: { kubernetes: { role: 'reader', secretRef: { name: 'account' } } },
    good: { secrets: { 'account/token': signToken({ sub: accountSubject, aud: 'vault' }) } },
    bad: { secrets: { 'account/token': signToken({ sub: accountSubject, aud: 'vault', exp: 1 }) } },
  },
  {
    name: "kubernetes with the pod's own token",
    auth: { kubernetes: { role: 'reader' } },
    good: { podToken: `${signToken({ sub: accountSubject, aud: 'vault' })}\n` },
    bad: { podToken: 'not.a.token' },
  },
  {
    name: 'ldap',
    auth: { ldap: { username: 'jane doe/ops', secretRef: { name: 'jane', key: 'password' } } },
    good: { secrets: { 'jane/password': ' spaces stay ' } },
    bad: { secrets: { 'jane/password': 'spaces stay' } },
  },
  {
    name: 'userpass',
    auth: { userPass: { username: 'bob', secretRef: { name: 'bob', key: 'password' } } },
    good: { secrets: { 'bob/password': 'pw' } },
    bad: { secrets: { 'bob/password': 'wrong' } },
  },
  {
    name: 'jwt with a token in a Secret',
    auth: { jwt: { path: 'oidc', role: 'ci', secretRef: { name: 'ci', key: 'jwt' } } },
    good: { secrets: { 'ci/jwt': signToken({ sub: 'pipeline', aud: ['vault', 'other'] }) } },
    bad: { secrets: { 'ci/jwt': signToken({ sub: 'pipeline', aud: 'other' }) } },
  },
  {
    name: 'jwt with a ServiceAccount, for the audience vault',
    auth: { jwt: { path: 'oidc', role: 'ci', kubernetesServiceAccountToken: { serviceAccountRef: { name: 'reader' } } } },
    good: { accountToken },
    bad: { accountToken: (name) => accountToken(name, ['other']) },
  },
  {
    name: 'a client certificate',
    auth: { cert: { vaultRole: 'web', clientCert: { name: 'web' }, secretRef: { name: 'web' } } },
    good: { secrets: { 'web/tls.crt': certificate.cert, 'web/tls.key': certificate.key } },
    bad: { secrets: { 'web/tls.crt': otherCertificate.cert, 'web/tls.key': otherCertificate.key } },
  },
]

describe('logins to Vault', () => {
  let emulator: VaultEmulator

  before(async () => {
    const tls = testTls()
    emulator = await startVaultEmulator({ tls: { ...tls, clientCa: tls.ca } })
    const { root } = emulator
    const now = Date.now
    root.enableKv2('secret').put('app', '{"text":"value"}')
    root.enableLogin('teams/approle', appRoleLogin({ app: { roleId: 'app-role', secretId: 'app-secret' } }))
    root.enableLogin('userpass', passwordLogin('userpass', { bob: { password: 'pw' } }))
    root.enableLogin('ldap', passwordLogin('ldap', { 'jane doe/ops': { password: ' spaces stay ' } }))
    root.enableLogin('oidc', jwtLogin({ keys: [signerKey], roles: { ci: { boundAudiences: ['vault'] } }, now }))
    const reader = { serviceAccounts: ['reader'], namespaces: ['default'], audience: 'vault' }
    root.enableLogin('kubernetes', kubernetesLogin({ keys: [signerKey], roles: { reader }, now }))
    root.enableLogin(
      'cert',
      certificateLogin({ web: { authority: tls.ca, allowedCommonNames: [commonNameOf(certificate.cert)] } }),
    )
  })
  beforeEach(() => emulator.control.reset())
  after(() => emulator.close())

  const open = (auth: Auth, surroundings: Surroundings): ReturnType<typeof openVault> =>
    openVault({ server: emulator.url, path: 'secret', caBundle: testTls().ca, auth }, surroundings)

  for (const { name, auth, good, bad } of CASES) {
    test(`${name} that is right reads, and is left as it was found`, async () => {
      const before = emulator.tokens.live
      const reader = await open(auth, good)
      assert.equal(await readOne(reader, 'app'), '{"text":"value"}')
      await reader.close()
      assert.equal(emulator.tokens.live, before)
    })

    test(`${name} that is wrong is AccessDenied, without a second try`, async () => {
      const reader = await open(auth, bad)
      await assert.rejects(readOne(reader, 'app'), { kind: 'AccessDenied' })
      await reader.close()
      assert.ok(emulator.control.logins <= 1, `${emulator.control.logins} logins`)
    })
  }

  test('a refused login names the field of the store', async () => {
    const reader = await open(CASES[1]!.auth, CASES[1]!.bad)
    await assert.rejects(readOne(reader, 'app'), (error: SecretError) => error.place.field === 'spec.provider.vault.auth.appRole')
    await reader.close()
  })

  test('without auth no token is sent', async () => {
    const reader = await openVault({ server: emulator.url, path: 'secret', caBundle: testTls().ca })
    await assert.rejects(readOne(reader, 'app'), { kind: 'AccessDenied' })
    assert.equal(emulator.seen.at(-1)?.headers['x-vault-token'], undefined)
    await reader.close()
  })

  test('auth without a method is InvalidSpec', async () => {
    await assert.rejects(open({}, {}), { kind: 'InvalidSpec', message: /names no method/ })
  })

  test('gcp is known, but not implemented', async () => {
    await assert.rejects(open({ gcp: { role: 'x' } }, {}), { kind: 'InvalidSpec', message: /known, but not implemented here/ })
  })

  test('a kubernetes login outside of a pod names what can be done', async () => {
    const reader = await open({ kubernetes: { role: 'reader' } }, {})
    await assert.rejects(readOne(reader, 'app'), { kind: 'InvalidSpec', remedy: /serviceAccountRef/ })
    await reader.close()
  })

  test('an auth method that is not mounted is refused, by Vault without a hint', async () => {
    const auth = { userPass: { path: 'nowhere', username: 'bob', secretRef: { name: 'bob', key: 'password' } } }
    const reader = await open(auth, { secrets: { 'bob/password': 'pw' } })
    await assert.rejects(readOne(reader, 'app'), { kind: 'AccessDenied' })
    await reader.close()
  })

  test('neither a mount nor a user leads a login to another path', async () => {
    const before = emulator.seen.length
    for (const auth of [
      { ldap: { username: '../../../sys/seal', secretRef: { name: 'jane', key: 'password' } } },
      { kubernetes: { mountPath: 'kubernetes/../jwt', role: 'reader' } },
      { iam: { path: '..', vaultRole: 'reader' } },
    ]) {
      await assert.rejects(openVault({ server: emulator.url, auth }), { kind: 'InvalidSpec', message: /"\.\."/ })
    }
    assert.equal(emulator.seen.length, before)
  })

  test('a client certificate whose key is another is InvalidSpec', async () => {
    const secrets = { 'web/tls.crt': certificate.cert, 'web/tls.key': otherCertificate.key }
    await assert.rejects(open(CASES.at(-1)!.auth, { secrets }), { kind: 'InvalidSpec', message: /not that of the certificate/ })
  })

  test('the first of several methods logs in', async () => {
    const secrets = { 'vault/token': 'root' }
    const reader = await open({ ...CASES[0]!.auth, gcp: { role: 'x' } }, { secrets })
    assert.equal(await readOne(reader, 'app'), '{"text":"value"}')
    assert.equal(emulator.control.logins, 0)
    await reader.close()
  })
})

function commonNameOf(pem: string): string {
  return /CN=(.*)/.exec(new X509Certificate(pem).subject)?.[1] ?? ''
}
