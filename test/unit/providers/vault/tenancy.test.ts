import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { vaultConfig } from '../../../../plugin/providers/vault/config.ts'
import { escapedPath, pathOf } from '../../../../plugin/providers/vault/paths.ts'
import { vaultTenancy } from '../../../../plugin/providers/vault/tenancy.ts'
import type { VaultSpec } from './open-vault.ts'

const SERVER = 'https://vault.example.com:8200'

function canonical(spec: Partial<VaultSpec>, key: string, part: 'value' | 'metadata' = 'value'): string | undefined {
  return vaultTenancy.canonicalKey(vaultConfig.parse({ server: SERVER, ...spec }), { key, part })
}

/** Keys as people and attackers write them. */
const keys = fc
  .array(fc.constantFrom('team-a', 'team-b', 'db', 'data', 'metadata', 'secret', 'kv', '', '.', '..', 'ä', '%2e', 'A'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join('/'))

const mounts = fc.record({
  path: fc.constantFrom('secret', '/secret/', 'secret//', 'kv/data', undefined),
  version: fc.constantFrom('v1' as const, 'v2' as const),
})

describe('the key of a Vault store as a policy sees it', () => {
  const SAME: readonly (readonly [Partial<VaultSpec>, string, string])[] = [
    [{ path: 'secret' }, 'team-a/db', 'secret/team-a/db'],
    [{ path: 'secret' }, '/team-a//db/', 'secret/team-a/db'],
    [{ path: 'secret' }, 'secret/team-a/db', 'secret/team-a/db'],
    [{ path: 'secret' }, 'secret/data/team-a/db', 'secret/team-a/db'],
    [{ path: 'secret' }, 'data/team-a/db', 'secret/data/team-a/db'],
    [{ path: '/kv/team-a/' }, 'db', 'kv/team-a/db'],
    [{ path: 'kv', version: 'v1' }, 'team-a/db', 'kv/team-a/db'],
    [{ path: 'kv', version: 'v1' }, 'data/team-a/db', 'kv/data/team-a/db'],
    [{}, 'secret/team-a/db', 'secret/data/team-a/db'],
    [{}, 'secret/data/team-a/db', 'secret/data/team-a/db'],
    [{ version: 'v1' }, 'kv/team-a/db', 'kv/team-a/db'],
    [{ path: 'secret' }, 'Team-A/Grün', 'secret/Team-A/Grün'],
  ]
  for (const [spec, written, expected] of SAME)
    test(`${JSON.stringify(spec)} ${written} is ${expected}`, () => assert.equal(canonical(spec, written), expected))

  test('is the same for a value and its metadata where the store names the mount', () => {
    assert.equal(canonical({ path: 'secret' }, 'team-a/db', 'metadata'), 'secret/team-a/db')
    assert.equal(canonical({}, 'secret/data/team-a/db', 'metadata'), 'secret/metadata/team-a/db')
  })

  for (const doubtful of [
    '..',
    'team-a/../b',
    './b',
    '',
    '/',
    'a%2fb',
    'a\\b',
    'a?b',
    'a#b',
    'a\nb',
    ' a',
    'a ',
    'a\u200bb',
    'a／b',
    'a\ud800',
  ])
    test(`is not said for certain of ${JSON.stringify(doubtful)}`, () =>
      assert.equal(canonical({ path: 'secret' }, doubtful), undefined))

  test('names what is asked of Vault: equal keys are equal requests, others are others', () => {
    fc.assert(
      fc.property(mounts, keys, keys, (spec, one, other) => {
        const [first, second] = [canonical(spec, one), canonical(spec, other)]
        if (first === undefined || second === undefined) return
        const request = (key: string): string => escapedPath(pathOf(spec, { key, part: 'value' }))
        assert.equal(first === second, request(one) === request(other))
      }),
    )
  })
})

describe('whose identity a Vault store logs in with', () => {
  const ref = { name: 'x', key: 'y' }
  const OWN: readonly (VaultSpec['auth'] | undefined)[] = [
    undefined,
    {},
    { kubernetes: { role: 'r' } },
    { iam: { vaultRole: 'r' } },
    { iam: { vaultRole: 'r', jwt: {} } },
    { gcp: { role: 'r' } },
  ]
  for (const auth of OWN)
    test(`${JSON.stringify(auth) ?? 'no auth'} is the process's own`, () => {
      assert.equal(vaultTenancy.usesAmbientIdentity(vaultConfig.parse({ server: SERVER, auth })), true)
    })

  const NAMED: readonly VaultSpec['auth'][] = [
    { tokenSecretRef: ref },
    { tokenSecretRef: ref, iam: { vaultRole: 'r' } },
    { appRole: { roleId: 'r', secretRef: ref } },
    { kubernetes: { role: 'r', serviceAccountRef: { name: 'x' } } },
    { kubernetes: { role: 'r', secretRef: ref } },
    { ldap: { username: 'u', secretRef: ref } },
    { userPass: { username: 'u', secretRef: ref } },
    { jwt: { secretRef: ref } },
    { cert: { clientCert: ref, secretRef: ref } },
    { iam: { vaultRole: 'r', jwt: { serviceAccountRef: { name: 'x' } } } },
    { iam: { vaultRole: 'r', secretRef: { accessKeyIDSecretRef: ref, secretAccessKeySecretRef: ref } } },
  ]
  for (const auth of NAMED)
    test(`${JSON.stringify(auth)} names its own credential`, () => {
      assert.equal(vaultTenancy.usesAmbientIdentity(vaultConfig.parse({ server: SERVER, auth })), false)
    })
})
