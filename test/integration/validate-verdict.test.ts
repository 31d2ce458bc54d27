import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CliResult, runCli } from '../support/run-cli.ts'

function validate(apiVersion: string, kind: string, spec: string, words: readonly string[] = []): Promise<CliResult> {
  const input = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: app}\nspec: ${spec}\n`
  return runCli(['validate', '-', ...words], { input, environment: {} })
}

const V1 = 'external-secrets.io/v1'
const V1BETA1 = 'external-secrets.io/v1beta1'

describe('validate decides as an API server with the definitions of ESO does', { concurrency: 2 }, () => {
  test('what it takes and can never work is a warning, and an error when asked to be strict', async () => {
    const spec = '{refreshInterval: 1d, secretStoreRef: {name: s}, data: [{secretKey: k, remoteRef: {key: k}}]}'
    const easy = await validate(V1, 'ExternalSecret', spec)
    assert.equal(easy.exitCode, 0, easy.stderr)
    assert.match(easy.stderr, /:4: warning: ExternalSecret app spec\.refreshInterval: is no Go duration/)
    const strict = await validate(V1, 'ExternalSecret', spec, ['--strict'])
    assert.equal(strict.exitCode, 3, strict.stderr)
  })

  test('so is a template or an expression that no render can use', async () => {
    const entry = 'secretStoreRef: {name: s}, dataFrom: [{extract: {key: k}'
    const cases: ReadonlyArray<readonly [spec: string, told: RegExp]> = [
      [`{${entry}}], target: {template: {data: {a: "{{ .x"}}}}`, /warning: ExternalSecret app spec\.target\.template\.data/],
      [`{${entry}, rewrite: [{regexp: {source: "(", target: t}}]}]}`, /warning: ExternalSecret app spec\.dataFrom\[0\]\.rewrite/],
      [`{${entry}}], target: {template: {data: {a: "{{ pkcs12 .x }}"}}}}`, /warning: ExternalSecret app spec\.target\.template/],
    ]
    for (const [spec, told] of cases) {
      const easy = await validate(V1, 'ExternalSecret', spec)
      assert.equal(easy.exitCode, 0, easy.stderr)
      assert.match(easy.stderr, told)
      assert.equal((await validate(V1, 'ExternalSecret', spec, ['--strict'])).exitCode, 3, spec)
    }
  })

  test('what it refuses although a render takes it is an error, with its field', async () => {
    const pem = '"-----BEGIN CERTIFICATE-----"'
    const bytes = await validate(V1, 'SecretStore', `{provider: {vault: {server: "https://v.example", caBundle: ${pem}}}}`)
    assert.equal(bytes.exitCode, 3)
    assert.match(bytes.stderr, /SecretStore app spec\.provider\.vault\.caBundle\n {2}is no base64/)
    const policy = await validate(
      V1BETA1,
      'ExternalSecret',
      '{target: {creationPolicy: CreateOrMerge}, dataFrom: [{extract: {key: k}}]}',
    )
    assert.equal(policy.exitCode, 3)
    assert.match(
      policy.stderr,
      /spec\.target\.creationPolicy\n {2}is "CreateOrMerge"; expected one of Owner, Orphan, Merge, None/,
    )
  })

  test('of an object that it refuses, the words of the reader stand beside those that it adds', async () => {
    const spec = '{refreshInterval: 1h, provider: {aws: {service: secretsManager, region: eu-central-1}}}'
    const { exitCode, stderr } = await validate(V1BETA1, 'SecretStore', spec)
    assert.equal(exitCode, 3)
    assert.match(stderr, /^error: 2 problems/m)
    assert.match(stderr, /spec\.provider\.aws\.service\n.*\n {2}-> write SecretsManager/)
    assert.match(stderr, /spec\.refreshInterval\n {2}is a string; expected a whole number/)
  })

  test('a kind that ESO does not have is refused, and a provider that it gave up is taken in v1beta1 alone', async () => {
    assert.equal((await validate(V1, 'ExternalSecrets', '{}')).exitCode, 3)
    const store = '{provider: {alibaba: {regionID: r, auth: {}}}}'
    assert.equal((await validate(V1, 'SecretStore', store)).exitCode, 3)
    assert.equal((await validate(V1BETA1, 'SecretStore', store)).exitCode, 0)
  })

  test('a document of ESO that does not say its version or its kind is refused; those of other groups and other files are not', async () => {
    const of = async (input: string): Promise<CliResult> => runCli(['validate', '-'], { input, environment: {} })
    const rest = 'metadata: {name: app}\nspec: {}\n'
    const unversioned = await of(`kind: ExternalSecret\n${rest}`)
    assert.equal(unversioned.exitCode, 3)
    assert.match(
      unversioned.stderr,
      /ExternalSecret app apiVersion\n {2}is missing\n {2}-> write "apiVersion: external-secrets\.io\/v1"/,
    )
    assert.match(
      (await of(`kind: PushSecret\napiVersion:\n${rest}`)).stderr,
      /:2: .*\n.*\n {2}-> write "apiVersion: external-secrets\.io\/v1alpha1"/,
    )
    assert.equal((await of(`apiVersion: v1\nkind: SecretStore\n${rest}`)).exitCode, 3)
    assert.equal((await of(`apiVersion: external-secrets.io\nkind: Anything\n${rest}`)).exitCode, 3)
    const typed = `{apiVersion: ${V1}, kind: ExternalSecret, metadata: {name: a}, spec: {dataFrom: [{extract: {key: a}}]}}`
    for (const list of ['', 'apiVersion: v1\n'])
      assert.match(
        (await of(`${list}kind: List\nitems:\n- ${typed}\n- {kind: ExternalSecret, metadata: {name: b}}\n`)).stderr,
        /ExternalSecret b items\[1\]\.apiVersion\n {2}is missing\n {2}-> write "apiVersion: external-secrets\.io\/v1"/,
      )
    assert.match((await of('kind: SecretStoreList\nitems: [{metadata: {name: a}}]\n')).stderr, /:1: .*apiVersion\n {2}is missing/)
    assert.match((await of(`apiVersion: external-secrets.io/v1\n${rest}`)).stderr, /:1: InvalidSpec: kind\n {2}is missing/)
    for (const foreign of [
      'apiVersion: kubernetes-client.io/v1\nkind: ExternalSecret\n',
      'kind: Password\n',
      'kinds: [ExternalSecret]\n',
    ]) {
      assert.equal((await of(`${foreign}${rest}`)).exitCode, 0, foreign)
    }
  })
})
