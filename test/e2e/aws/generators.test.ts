import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type CliResult, runCli } from '../../support/run-cli.ts'
import { renderedSecrets } from '../program/rendered-secrets.ts'
import { type Moto, startMoto } from '../servers/moto.ts'

/** Of moto. */
const ACCOUNT = '123456789012'

describe('generators that ask AWS, against moto', () => {
  let moto: Moto
  before(async () => {
    moto = await startMoto()
  })
  after(() => moto.stop())

  function generate(manifests: string): Promise<CliResult> {
    return runCli(['generate', '--output', 'json', '-'], { environment: { AWS_ENDPOINT_URL: moto.url }, input: manifests })
  }

  test('a login to the private registry of the account', async () => {
    const { stdout, stderr, exitCode } = await generate(manifestsOf('ECRAuthorizationToken'))
    assert.equal(exitCode, 0, stderr)
    const { username, password, proxy_endpoint, expires_at } = renderedSecrets(stdout)['generated'] as Record<string, string>
    assert.equal(username, 'AWS')
    assert.ok(password)
    assert.match(proxy_endpoint ?? '', new RegExp(`^https://${ACCOUNT}\\.dkr\\.ecr\\.eu-central-1\\.amazonaws\\.com$`))
    // Moto's logins have all ended in 2015.
    assert.match(expires_at ?? '', /^\d{10}$/)
    assert.ok(!stderr.includes(password))
  })

  test('a session of the user', async () => {
    const { stdout, stderr, exitCode } = await generate(manifestsOf('STSSessionToken'))
    assert.equal(exitCode, 0, stderr)
    const session = renderedSecrets(stdout)['generated'] as Record<string, string>
    assert.deepEqual(Object.keys(session).sort(), ['access_key_id', 'expiration', 'secret_access_key', 'session_token'])
    assert.match(session['access_key_id'] ?? '', /^ASIA|^AKIA/)
    assert.ok(Number(session['expiration']) > Date.now() / 1000)
  })
})

function manifestsOf(kind: string): string {
  return `apiVersion: v1
kind: Secret
metadata: {name: aws, namespace: default}
stringData: {id: AKIAREADER, secret: reader}
---
apiVersion: generators.external-secrets.io/v1alpha1
kind: ${kind}
metadata: {name: aws, namespace: default}
spec:
  region: eu-central-1
  auth:
    secretRef:
      accessKeyIDSecretRef: {name: aws, key: id}
      secretAccessKeySecretRef: {name: aws, key: secret}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: generated, namespace: default}
spec:
  dataFrom:
    - sourceRef:
        generatorRef: {apiVersion: generators.external-secrets.io/v1alpha1, kind: ${kind}, name: aws}
`
}
