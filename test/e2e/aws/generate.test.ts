import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, beforeEach, describe, test } from 'node:test'
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { type CliResult, runCli } from '../../support/run-cli.ts'
import { renderedSecrets } from '../program/rendered-secrets.ts'
import { type Moto, startMoto } from '../servers/moto.ts'

const EXAMPLES = new URL('../../../manifests/examples/', import.meta.url).pathname
const SEED = `${EXAMPLES}seed-example.yaml`
const CREDENTIALS = { username: 'db_user', password: 'supersecretpassword' }

describe('generate against moto', () => {
  let moto: Moto

  before(async () => {
    moto = await startMoto()
  })
  beforeEach(() => moto.reset())
  after(() => moto.stop())

  const client = (region = 'us-east-1'): SecretsManagerClientConfig => ({
    region,
    endpoint: moto.url,
    credentials: { accessKeyId: 'writer', secretAccessKey: 'writer' },
  })

  async function putSecret(name: string, value: object): Promise<void> {
    await new SecretsManagerClient(client()).send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }))
  }

  function generate(words: readonly string[], input = ''): Promise<CliResult> {
    const environment = { AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'reader', AWS_SECRET_ACCESS_KEY: 'reader' }
    return runCli(['generate', ...words], { environment, input })
  }

  test("the user's own example, unchanged, becomes its Secret beside the Pod that mounts it", async () => {
    await putSecret('my-app/database-credentials', CREDENTIALS)
    const { stdout, stderr, exitCode } = await generate([SEED])
    assert.equal(exitCode, 0, stderr)
    const pod =
      readFileSync(SEED, 'utf8')
        .split(/^---\n/m)
        .at(-1) ?? ''
    assert.match(pod, /^apiVersion: v1\nkind: Pod\n/)
    assert.ok(stdout.endsWith(pod), stdout)
    for (const value of Object.values(CREDENTIALS)) assert.ok(stdout.includes(Buffer.from(value).toString('base64')))
    assert.doesNotMatch(stdout, /ExternalSecret|SecretStore/)
    assert.match(stderr, /secretStoreRef\.key/)
    assert.match(stderr, /auth\.jwt\.serviceAccountToken/)
    for (const value of Object.values(CREDENTIALS)) assert.ok(!stderr.includes(value))
    const json = await generate(['--output', 'json', SEED])
    assert.deepEqual(renderedSecrets(json.stdout), { 'database-credentials': CREDENTIALS })
  })

  test('a rotated value is in the next render', async () => {
    await putSecret('my-app/database-credentials', CREDENTIALS)
    await generate([SEED])
    const rotated = { ...CREDENTIALS, password: 'another' }
    const secrets = new SecretsManagerClient(client())
    await secrets.send(
      new PutSecretValueCommand({ SecretId: 'my-app/database-credentials', SecretString: JSON.stringify(rotated) }),
    )
    const { stdout } = await generate(['--output', 'json', SEED])
    assert.deepEqual(renderedSecrets(stdout), { 'database-credentials': rotated })
  })

  test('a secret that is not there is exit code 4, no output, and a report that names it', async () => {
    const { stdout, stderr, exitCode } = await generate([SEED])
    assert.deepEqual([stdout, exitCode], ['', 4])
    assert.match(stderr, /my-app\/database-credentials/)
    assert.match(stderr, /seed-example\.yaml:\d+/)
  })

  test('a property that is not there is exit code 4, and the report has no value', async () => {
    await putSecret('my-app/database-credentials', { ...CREDENTIALS, username: undefined })
    const { stdout, stderr, exitCode } = await generate([SEED])
    assert.deepEqual([stdout, exitCode], ['', 4])
    assert.match(stderr, /username/)
    assert.ok(!stderr.includes(CREDENTIALS.password))
  })

  test('Parameter Store gives the newest value and one of a version', async () => {
    const store = new SSMClient(client('eu-central-1'))
    for (const [Value, Overwrite] of [
      ['first', false],
      ['second', true],
    ] as const)
      await store.send(new PutParameterCommand({ Name: '/payments/gateway/api-key', Value, Overwrite, Type: 'SecureString' }))
    const { stdout, stderr, exitCode } = await generate(['--output', 'json', `${EXAMPLES}aws-parameter-store.yaml`])
    assert.equal(exitCode, 0, stderr)
    assert.deepEqual(renderedSecrets(stdout)['payment-gateway'], { 'api-key': 'second', 'previous-api-key': 'first' })
  })

  test("a service account's token is exchanged for its role, and the role reads", async () => {
    await putSecret('my-app/database-credentials', CREDENTIALS)
    const { stdout, stderr, exitCode } = await generate(['--output', 'json', '-'], WITH_WEB_IDENTITY)
    assert.equal(exitCode, 0, stderr)
    assert.deepEqual(renderedSecrets(stdout)['database'], CREDENTIALS)
  })
})

/** Moto reads the token's claims and checks no signature; the emulator's tests see to those. */
const CLAIMS = { iss: 'https://oidc.example', sub: 'system:serviceaccount:default:reader', aud: 'sts.amazonaws.com' }
const TOKEN = [{ alg: 'RS256', typ: 'JWT' }, CLAIMS, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')

const WITH_WEB_IDENTITY = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: reader
  namespace: default
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/reader
---
apiVersion: v1
kind: Secret
metadata: {name: reader, namespace: default}
stringData: {token: ${TOKEN}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: aws, namespace: default}
spec:
  provider:
    aws:
      service: SecretsManager
      region: us-east-1
      auth: {jwt: {serviceAccountRef: {name: reader}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: database, namespace: default}
spec:
  secretStoreRef: {name: aws}
  dataFrom:
    - extract: {key: my-app/database-credentials}
`
