import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { runCli } from '../support/run-cli.ts'

const MANIFESTS = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: fake}
spec: {provider: {fake: {data: [{key: db, value: '{"user":"alpha","pass":"beta"}'}]}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app}
spec:
  secretStoreRef: {name: fake}
  data:
    - {secretKey: user, remoteRef: {key: db, property: user}}
`
const MISSING = MANIFESTS.replace('key: db, property: user', 'key: absent')

describe('explain', { concurrency: 2 }, () => {
  test('prints a tree, and exits with 0', async () => {
    const { stdout, stderr, exitCode } = await runCli(['explain', '-'], { input: MANIFESTS })
    assert.equal(stderr, '')
    assert.equal(exitCode, 0)
    assert.match(stdout, /^Secret default\/app \(Opaque\)\n/)
    assert.match(
      stdout,
      /└─ user\n {3}└─ spec\.data\[0\] of default\/app: key "db", property "user", from SecretStore default\/fake \(fake\)\n/,
    )
  })

  test('prints the documented JSON', async () => {
    const { stdout } = await runCli(['explain', '-', '--output', 'json'], { input: MANIFESTS })
    const { version, secrets, others, problems } = JSON.parse(stdout)
    assert.deepEqual([version, others, problems], [1, [], []])
    const [{ externalSecrets, keys, ...secret }] = secrets
    assert.deepEqual(secret, {
      kind: 'Secret',
      namespace: 'default',
      name: 'app',
      outcome: 'made',
      partial: false,
      type: 'Opaque',
      target: 'whole',
    })
    assert.deepEqual(externalSecrets[0].place, { file: '-', line: 6 })
    const { from, ...key } = keys[0]
    assert.deepEqual(key, { key: 'user', overrides: [] })
    // Versions of the fake provider are made of its values.
    const { read, ...source } = from
    assert.deepEqual(source, {
      kind: 'read',
      externalSecret: 'default/app',
      field: 'spec.data[0]',
      store: 'SecretStore default/fake',
      provider: 'fake',
      rewrite: [],
      notIn: [],
      decoded: false,
    })
    assert.deepEqual(read, { key: 'db', property: 'user', part: 'value', stale: false })
  })

  test('explains what it can, and exits with the code of the problem', async () => {
    const { stdout, stderr, exitCode } = await runCli(['explain', '-'], { input: MISSING })
    assert.equal(exitCode, 4)
    assert.match(stderr, /^error: 1 problem: not everything can be explained\n/)
    assert.match(stdout, /^Secret default\/app: not made, see the problems\n/)
    assert.match(stdout, /spec\.data\[0\]: could not be read or used \(key "absent"\)/)
  })

  test('refuses to work inside Argo CD', async () => {
    const environment = { ARGOCD_APP_NAME: 'shop' }
    const { stdout, stderr, exitCode } = await runCli(['explain', '-'], { input: MANIFESTS, environment })
    assert.equal(exitCode, 5)
    assert.equal(stdout, '')
    assert.match(stderr, /inside Argo CD nothing is explained/)
  })

  test('gives the same digests with the same key file, and refuses a short one', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'explain-'))
    try {
      await writeFile(path.join(folder, 'key'), 'k'.repeat(32))
      await writeFile(path.join(folder, 'short'), 'k')
      const digest = async (...words: readonly string[]): Promise<string | undefined> => {
        const { stdout } = await runCli(['explain', '-', ...words], { input: MANIFESTS, directory: folder })
        return /─ user {2}([\da-f]{12})\n/.exec(stdout)?.[1]
      }
      const [one, other, random] = await Promise.all([
        digest('--digest-key', 'key'),
        digest('--digest-key', 'key'),
        digest('--digests'),
      ])
      assert.ok(one)
      assert.equal(one, other)
      assert.ok(random)
      assert.notEqual(random, one)
      const short = await runCli(['explain', '-', '--digest-key', 'short'], { input: MANIFESTS, directory: folder })
      assert.equal(short.exitCode, 2)
      assert.match(short.stderr, /--digest-key: "short" has 1 bytes, fewer than 32/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
