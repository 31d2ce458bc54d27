import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AWS_STORE, vaultStore, workload } from '../../bench/workloads.ts'
import { startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { startVaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { runCli } from '../support/run-cli.ts'

const VALUE = JSON.stringify({ username: 'user', password: 'word' })

/** limits-and-threats.md 1.6(a): calls = sum over stores of ceil(distinct keys / batch) + logins. */
describe('provider calls of 1,000 ExternalSecrets with 2,000 references over 200 keys', () => {
  test('AWS Secrets Manager: 10, in batches of 20', async () => {
    const aws = await startAwsEmulator()
    try {
      const { manifests, keys } = workload(AWS_STORE, 1_000)
      for (let key = 0; key < keys; key++) aws.putSecret(`app/key-${key}`, VALUE)
      const environment = {
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
      }
      const { exitCode, stderr, stdout } = await runCli(['generate', '-'], { input: manifests, environment })
      assert.equal(exitCode, 0, stderr)
      assert.equal(stdout.match(/^kind: Secret$/gm)?.length, 1_000)
      assert.deepEqual([aws.control.calls, aws.control.logins], [10, 0])
    } finally {
      await aws.close()
    }
  })

  test('AWS Secrets Manager: a version or tags are a call each, and only once', async () => {
    const aws = await startAwsEmulator()
    try {
      aws.putSecret('app/key-0', VALUE)
      aws.putSecret('app/key-1', VALUE)
      const refs = [
        '{key: app/key-0}',
        '{key: app/key-1}',
        '{key: app/key-0, version: AWSCURRENT}',
        '{key: app/key-0, metadataPolicy: Fetch}',
      ]
      const data = refs.map((ref, index) => `    - {secretKey: k${index}, remoteRef: ${ref}}`).join('\n')
      const externalSecret = (name: string): string =>
        `---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: ${name}, namespace: bench}\nspec:\n  secretStoreRef: {name: store}\n  data:\n${data}\n`
      const environment = {
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
      }
      const input = AWS_STORE + externalSecret('one') + externalSecret('two')
      const { exitCode, stderr } = await runCli(['generate', '-'], { input, environment })
      assert.equal(exitCode, 0, stderr)
      assert.equal(aws.control.calls, 3)
    } finally {
      await aws.close()
    }
  })

  test('Vault: 200, one a key', async () => {
    const vault = await startVaultEmulator()
    try {
      const { manifests, keys } = workload(vaultStore(vault.url).replace('bench-token', vault.rootToken), 1_000)
      const engine = vault.root.enableKv2('secret')
      for (let key = 0; key < keys; key++) engine.put(`app/key-${key}`, VALUE)
      const { exitCode, stderr } = await runCli(['generate', '-'], { input: manifests })
      assert.equal(exitCode, 0, stderr)
      assert.deepEqual([vault.control.calls, vault.control.logins], [200, 0])
    } finally {
      await vault.close()
    }
  })
})
