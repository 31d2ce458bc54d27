import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Listening } from '../../support/emulator.ts'
import { testClientCertificate, testTls } from '../../support/emulators/tls/test-tls.ts'
import { openVault, readOne, type Surroundings, type VaultSpec } from '../../unit/providers/vault/open-vault.ts'
import { signerKey, signToken } from '../../unit/providers/vault/sign-token.ts'
import { type AppRole, appRoleOf } from '../servers/app-role.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'
import { startTokenReviews } from '../servers/token-reviews.ts'

type Auth = NonNullable<VaultSpec['auth']>

const READ_APP = 'path "secret/*" { capabilities = ["read"] }'
const POLICIES = { token_policies: ['contract'] }

/** As {@link signToken}, with the time of issue that every issuer of tokens names and OpenBao looks for. */
function issue(claims: Readonly<Record<string, unknown>>): string {
  return signToken({ iat: Math.floor(Date.now() / 1000) - 1, ...claims } as Parameters<typeof signToken>[0])
}

const account = { namespace: 'default', name: 'reader', uid: randomUUID() }
const accountClaims = {
  sub: 'system:serviceaccount:default:reader',
  aud: ['vault'],
  'kubernetes.io': { namespace: account.namespace, serviceaccount: { name: account.name, uid: account.uid } },
}
const accountToken = issue(accountClaims)
const certificate = testClientCertificate()
/** Of the same authority, and not the one that the role names. */
const otherCertificate = testTls()

/** Logins of OpenBao; ldap and aws would need a directory and AWS to ask, and are tested on the emulator alone. */
describe('logins to OpenBao', () => {
  let bao: OpenBao
  let role: AppRole
  let reviews: Listening

  before(async () => {
    bao = await startOpenBao({ tls: true })
    role = await appRoleOf(bao, READ_APP)
    reviews = await startTokenReviews(new Map([[accountToken, account]]))
    await bao.call('POST', 'secret/data/app', { data: { text: 'value' } })
    await enableLogins(bao, reviews)
  })
  after(async () => {
    await reviews.close()
    await bao.stop()
  })

  const open = (auth: Auth, surroundings: Surroundings): ReturnType<typeof openVault> =>
    openVault({ server: bao.url, path: 'secret', caBundle: bao.ca ?? '', auth }, surroundings)

  function works(name: string, auth: () => Auth, good: () => Surroundings, bad: () => Surroundings): void {
    test(`${name} that is right reads, and leaves no token behind`, async () => {
      const before = await bao.tokenAccessors()
      const reader = await open(auth(), good())
      assert.equal(await readOne(reader, 'app'), '{"text":"value"}')
      await reader.close()
      assert.deepEqual(await bao.tokenAccessors(), before)
    })

    test(`${name} that is wrong is AccessDenied`, async () => {
      const reader = await open(auth(), bad())
      await assert.rejects(readOne(reader, 'app'), { kind: 'AccessDenied' })
      await reader.close()
    })
  }

  const secrets = (entries: Readonly<Record<string, string>>) => (): Surroundings => ({ secrets: entries })

  works(
    'a token',
    () => ({ tokenSecretRef: { name: 'vault', key: 'token' } }),
    secrets({ 'vault/token': 'root' }),
    secrets({ 'vault/token': 's.unknown' }),
  )
  works(
    'approle',
    () => ({ appRole: { roleId: role.roleId, secretRef: { name: 'vault', key: 'secret-id' } } }),
    () => ({ secrets: { 'vault/secret-id': role.secretId } }),
    secrets({ 'vault/secret-id': randomUUID() }),
  )
  works(
    'userpass',
    () => ({ userPass: { path: 'teams/userpass', username: 'bob', secretRef: { name: 'bob', key: 'password' } } }),
    secrets({ 'bob/password': 'right' }),
    secrets({ 'bob/password': 'wrong' }),
  )
  works(
    'jwt',
    () => ({ jwt: { role: 'ci', secretRef: { name: 'ci', key: 'jwt' } } }),
    secrets({ 'ci/jwt': issue({ sub: 'pipeline', aud: 'vault' }) }),
    secrets({ 'ci/jwt': issue({ sub: 'pipeline', aud: 'others' }) }),
  )
  works(
    "jwt with a ServiceAccount's token",
    () => ({ jwt: { role: 'ci', kubernetesServiceAccountToken: { serviceAccountRef: { name: 'reader' } } } }),
    () => ({ accountToken: (name, audiences) => issue({ sub: name, aud: audiences }) }),
    () => ({ accountToken: (name) => issue({ sub: name, aud: ['vault'], exp: 1 }) }),
  )
  works(
    'kubernetes',
    () => ({ kubernetes: { role: 'reader', serviceAccountRef: { name: 'reader' } } }),
    () => ({ accountToken: () => accountToken }),
    () => ({ accountToken: () => issue({ ...accountClaims, jti: 'unknown to the cluster' }) }),
  )
  works(
    'a client certificate',
    () => ({ cert: { vaultRole: 'web', clientCert: { name: 'web' }, secretRef: { name: 'web' } } }),
    secrets({ 'web/tls.crt': certificate.cert, 'web/tls.key': certificate.key }),
    secrets({ 'web/tls.crt': otherCertificate.cert, 'web/tls.key': otherCertificate.key }),
  )

  test('a server whose authority nobody trusts gets no credential', async () => {
    const auth: Auth = { appRole: { roleId: role.roleId, secretRef: { name: 'vault', key: 'secret-id' } } }
    const reader = await openVault({ server: bao.url, path: 'secret', auth }, { secrets: { 'vault/secret-id': role.secretId } })
    await assert.rejects(readOne(reader, 'app'), { kind: 'Unavailable' })
    await reader.close()
  })
})

async function enableLogins(bao: OpenBao, reviews: Listening): Promise<void> {
  await bao.call('POST', 'sys/auth/teams/userpass', { type: 'userpass' })
  await bao.call('POST', 'auth/teams/userpass/users/bob', { password: 'right', ...POLICIES })

  await bao.call('POST', 'sys/auth/jwt', { type: 'jwt' })
  await bao.call('POST', 'auth/jwt/config', { jwt_validation_pubkeys: [signerKey], jwt_supported_algs: ['ES256'] })
  await bao.call('POST', 'auth/jwt/role/ci', { role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'], ...POLICIES })

  await bao.call('POST', 'sys/auth/kubernetes', { type: 'kubernetes' })
  const reviewer = issue({ sub: 'system:serviceaccount:kube-system:reviewer' })
  await bao.call('POST', 'auth/kubernetes/config', {
    kubernetes_host: `http://127.0.0.1:${reviews.port}`,
    token_reviewer_jwt: reviewer,
    kubernetes_ca_cert: testTls().ca,
    disable_local_ca_jwt: true,
  })
  const bound = { bound_service_account_names: ['reader'], bound_service_account_namespaces: ['default'], audience: 'vault' }
  await bao.call('POST', 'auth/kubernetes/role/reader', { ...bound, ...POLICIES })

  await bao.call('POST', 'sys/auth/cert', { type: 'cert' })
  await bao.call('POST', 'auth/cert/certs/web', { certificate: certificate.cert, ...POLICIES })
}
