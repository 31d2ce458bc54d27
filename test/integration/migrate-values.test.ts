import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { startVaultEmulator, type VaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { runCli } from '../support/run-cli.ts'

const AVP = `apiVersion: v1
kind: Secret
metadata:
  name: app
  annotations:
    avp.kubernetes.io/path: team/kv/data/shop/app
    avp.kubernetes.io/secret-version: "1"
stringData:
  first: <user>
  now: <path:team/kv/data/shop/app#user>
  url: x://<path:team/kv/data/shop/app#user>:<path:secret/data/db#a.b | jsonPath {.deep[1]}>
data:
  encoded: <path:secret/data/db#b64>
---
apiVersion: v1
kind: Secret
metadata:
  name: old
  annotations: {avp.kubernetes.io/kv-version: "1"}
stringData: {k: <path:old/db#user>}
`

const KES = `apiVersion: kubernetes-client.io/v1
kind: ExternalSecret
metadata: {name: app}
spec:
  backendType: vault
  dataFrom: [team/kv/data/shop/app]
  data:
    - {key: secret/data/db, name: nested, property: deep.inside}
    - {key: secret/data/db, name: bytes, property: b64, isBinary: true}
---
apiVersion: kubernetes-client.io/v1
kind: ExternalSecret
metadata: {name: old}
spec:
  backendType: vault
  kvVersion: 1
  data: [{key: old/db, name: k, property: user}]
`

describe('what is migrated reads from a real provider what the old program read', () => {
  let vault: VaultEmulator

  before(async () => {
    vault = await startVaultEmulator()
    const team = vault.root.enableKv2('team/kv')
    team.put('shop/app', '{"user":"ann"}')
    team.put('shop/app', '{"user":"bob"}')
    vault.root
      .enableKv2('secret')
      .put('db', JSON.stringify({ 'a.b': '{"deep":["x","y"]}', b64: 'aGVsbG8=', deep: { inside: 'found' } }))
    vault.root.enableKv1('old').put('db', '{"user":"eve"}')
  })
  after(() => vault.close())

  /** The stores filled in, as their comments ask for. */
  const filledIn = (text: string): string => {
    const login = `apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {token: ${vault.rootToken}}\n`
    const auth = /auth:\n {8}kubernetes:\n {10}mountPath: \S+\n {10}role: \S+/g
    return `${text}---\n${login}`
      .replaceAll('"https://vault.example.com"', JSON.stringify(vault.url))
      .replaceAll(auth, 'auth: {tokenSecretRef: {name: login, key: token}}')
  }

  async function secretsOf(program: string, text: string): Promise<unknown> {
    const migrated = await runCli(['migrate', program, '-'], { input: text })
    assert.equal(migrated.exitCode, 0, migrated.stderr)
    const rendered = await runCli(['generate', '-'], { input: filledIn(migrated.stdout) })
    assert.equal(rendered.exitCode, 0, rendered.stderr)
    return parseAllDocuments(rendered.stdout)
      .map((document) => document.toJS() as { metadata: { name: string }; data?: Record<string, string> })
      .filter(({ metadata }) => metadata.name !== 'login')
      .map(({ metadata: { name }, data = {} }) => [
        name,
        Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()])),
      ])
  }

  test('argocd-vault-plugin, on mounts of both versions', async () => {
    assert.deepEqual(await secretsOf('avp', AVP), [
      ['app', { first: 'ann', now: 'bob', url: 'x://bob:y', encoded: 'hello' }],
      ['old', { k: 'eve' }],
    ])
  })

  test('kubernetes-external-secrets, on mounts of both versions', async () => {
    assert.deepEqual(await secretsOf('kes', KES), [
      ['app', { user: 'bob', nested: 'found', bytes: 'hello' }],
      ['old', { k: 'eve' }],
    ])
  })
})
