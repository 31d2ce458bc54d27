import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { vaultConfig } from '../../../../plugin/providers/vault/config.ts'

const server = 'https://vault.example.com:8200'
const ref = { name: 'vault', key: 'key' }

/** Where the configuration is wrong, as paths below `spec.provider.vault`. */
function wrongFields(config: object): readonly string[] {
  const result = vaultConfig.safeParse(config)
  return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'))
}

describe('the configuration of a Vault store', () => {
  test('has the defaults of ESO', () => {
    const appRole = { secretRef: ref, roleId: 'r' }
    const iam = { vaultRole: 'reader' }
    const parsed = vaultConfig.parse({
      server,
      auth: {
        appRole,
        kubernetes: { role: 'r' },
        ldap: { username: 'u', secretRef: ref },
        userPass: { username: 'u', secretRef: ref },
        jwt: { secretRef: ref },
        cert: { clientCert: ref, secretRef: ref },
        iam,
        gcp: { role: 'r' },
      },
    })
    assert.equal(parsed.version, 'v2')
    const { auth } = parsed
    assert.deepEqual(
      [auth?.appRole?.path, auth?.kubernetes?.mountPath, auth?.ldap?.path, auth?.userPass?.path, auth?.jwt?.path],
      ['approle', 'kubernetes', 'ldap', 'userpass', 'jwt'],
    )
    assert.deepEqual([auth?.cert?.path, auth?.iam?.path, auth?.iam?.region, auth?.gcp?.path], ['cert', 'aws', 'us-east-1', 'gcp'])
  })

  for (const [what, config, field] of [
    ['a server without a scheme', { server: 'vault.example.com:8200' }, 'server'],
    ['a server of another scheme', { server: 'unix:///run/vault.sock' }, 'server'],
    ['a server with a password', { server: 'https://user:pass@vault.example.com' }, 'server'],
    ['a server with an empty query', { server: 'https://vault.example.com/x?' }, 'server'],
    ['an unknown version', { server, version: 'v3' }, 'version'],
    ['a header with a line break', { server, headers: { 'X-A': 'b\r\nX-Vault-Token: c' } }, 'headers.X-A'],
    ['a header that frames the request', { server, headers: { 'Transfer-Encoding': 'chunked' } }, 'headers.Transfer-Encoding'],
    ['half a client certificate', { server, tls: { certSecretRef: ref } }, 'tls'],
    ['check-and-set with version 1', { server, version: 'v1', checkAndSet: { required: true } }, 'checkAndSet.required'],
    ['approle without a role id', { server, auth: { appRole: { secretRef: ref } } }, 'auth.appRole'],
    ['ldap without a password', { server, auth: { ldap: { username: 'u' } } }, 'auth.ldap'],
    ['userpass without a password', { server, auth: { userPass: { username: 'u' } } }, 'auth.userPass'],
    ['jwt without a token', { server, auth: { jwt: { role: 'r' } } }, 'auth.jwt'],
    ['a certificate without a key', { server, auth: { cert: { clientCert: ref } } }, 'auth.cert'],
    [
      'a region of AWS that is no part of a host',
      { server, auth: { iam: { vaultRole: 'r', region: 'a.b' } } },
      'auth.iam.region',
    ],
    ['half of static keys', { server, auth: { iam: { vaultRole: 'r', secretRef: { accessKeyIDSecretRef: ref } } } }, 'auth.iam'],
  ] as const) {
    test(`${what} is wrong, at ${field}`, () => assert.deepEqual(wrongFields(config), [field]))
  }
})
