import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { kubernetesConfig } from '../../../../plugin/providers/kubernetes/config.ts'
import { serverOf } from '../../../../plugin/providers/kubernetes/config-schema.ts'
import { type DisturbedKube, disturbedKube } from '../../../support/emulators/kube/disturbed-kube.ts'
import { putSecret, startRemote } from '../../../support/emulators/kube/remote-secrets.ts'
import type { KubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { testClientCertificate, testTls } from '../../../support/emulators/tls/test-tls.ts'
import { type KubernetesSpec, openKubernetes, type Surroundings } from './open-kubernetes.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('how an API server is asked', () => {
  let kube: KubeEmulator
  let token: string
  let way: DisturbedKube
  const tls = testTls()

  before(async () => {
    const remote = await startRemote()
    kube = remote.kube
    token = remote.token
    way = await disturbedKube(kube, token, { ...tls, clientCa: tls.ca })
    putSecret(kube, 'app', { data: { k: 'v' } })
  })
  beforeEach(() => way.control.reset())
  after(async () => {
    await way.close()
    await kube.close()
  })

  /** What is read, or the failure. */
  async function read(spec: KubernetesSpec, around: Surroundings = {}): Promise<string> {
    const reader = await openKubernetes({ remoteNamespace: 'remote', ...spec }, { retry: { maxRetries: 0 }, ...around })
    try {
      const [outcome] = await reader.fetch([{ key: 'app', part: 'value' }], AbortSignal.timeout(30_000))
      assert.ok(outcome)
      if (!outcome.ok) throw outcome.error
      return new TextDecoder().decode(outcome.secret.value.reveal())
    } finally {
      await reader.close()
    }
  }

  const READ = JSON.stringify({ k: base64('v') })
  const server = () => ({ url: way.url, caBundle: base64(tls.ca) })

  test('with a token out of a Secret, without the white space at its end', async () => {
    const auth = { token: { bearerToken: { name: 'login', key: 'token' } } }
    assert.equal(await read({ server: server(), auth }, { secrets: { 'login/token': `${token}\n` } }), READ)
    await assert.rejects(read({ server: server(), auth }, { secrets: { 'login/token': 'of nobody' } }), { kind: 'InvalidSpec' })
  })

  test('with a client certificate', async () => {
    const { cert, key } = testClientCertificate()
    const auth = { cert: { clientCert: { name: 'login', key: 'crt' }, clientKey: { name: 'login', key: 'key' } } }
    assert.equal(await read({ server: server(), auth }, { secrets: { 'login/crt': cert, 'login/key': key } }), READ)
    assert.notEqual(way.certificates.at(-1), '-')
  })

  test('with the token that the account has now: one that was renewed is used by a reader that is open', async () => {
    let current = 'expired'
    const spec = { server: server(), auth: { serviceAccount: { name: 'reader', audiences: ['a'] } }, remoteNamespace: 'remote' }
    const reader = await openKubernetes(spec, { accountToken: () => current, retry: { maxRetries: 0 } })
    const kindOf = async () => {
      const [outcome] = await reader.fetch([{ key: 'app', part: 'value' }], AbortSignal.timeout(30_000))
      return outcome?.ok === false ? outcome.error.kind : 'read'
    }
    assert.equal(await kindOf(), 'AccessDenied')
    current = token
    assert.equal(await kindOf(), 'read')
    await reader.close()
  })

  test('only where its certificate is of the authority that the store names', async () => {
    const auth = { token: { bearerToken: { name: 'login', key: 'token' } } }
    const secrets = { 'login/token': token, 'ca/ca.crt': tls.ca }
    await assert.rejects(read({ server: { url: way.url }, auth }, { secrets }), { kind: 'Unavailable', message: /TLS/ })
    const caProvider = { type: 'Secret' as const, name: 'ca', key: 'ca.crt' }
    assert.equal(await read({ server: { url: way.url, caProvider }, auth }, { secrets }), READ)
    assert.equal(way.control.calls, 1)
  })

  test('only at an address that the policy allows, whoever names it', async () => {
    const auth = { token: { bearerToken: { name: 'login', key: 'token' } } }
    const around = { secrets: { 'login/token': token, 'k/config': kubeconfig() }, mayConnect: () => false }
    await assert.rejects(read({ server: server(), auth }, around), { kind: 'AccessDenied' })
    await assert.rejects(read({ authRef: { name: 'k', key: 'config' } }, around), { kind: 'AccessDenied' })
    assert.equal(way.control.calls, 0)
  })

  function kubeconfig(cluster: object = {}, user: object = { token }): string {
    return JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'remote', user: 'u' } }],
      clusters: [{ name: 'remote', cluster: { server: way.url, 'certificate-authority-data': base64(tls.ca), ...cluster } }],
      users: [{ name: 'u', user }],
    })
  }

  const byKubeconfig = (text: string): Promise<string> =>
    read({ authRef: { name: 'k', key: 'config' } }, { secrets: { 'k/config': text } })

  test('as a kubeconfig in a Secret says, by token or certificate', async () => {
    assert.equal(await byKubeconfig(kubeconfig()), READ)
    const { cert, key } = testClientCertificate()
    assert.equal(
      await byKubeconfig(kubeconfig({}, { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) })),
      READ,
    )
  })

  for (const [what, cluster, user, said] of [
    ['runs a program', {}, { exec: { command: '/bin/sh' } }, /says exec/],
    ['asks a plugin', {}, { 'auth-provider': { name: 'gcp' } }, /says auth-provider/],
    ['reads a token of this process', {}, { tokenFile: '/var/run/secrets/token' }, /says tokenFile/],
    ['reads a key of this process', {}, { 'client-key': '/etc/key' }, /says client-key/],
    ['trusts everybody', { 'insecure-skip-tls-verify': true }, { token: 't' }, /says insecure-skip-tls-verify/],
    ['reads a file of this process', { 'certificate-authority': '/etc/ca' }, { token: 't' }, /says certificate-authority/],
    ['takes a proxy', { 'proxy-url': 'http://elsewhere' }, { token: 't' }, /says proxy-url/],
    ['is somebody else', {}, { token: 't', as: 'admin' }, /says as/],
    ['logs in with nothing', {}, {}, /neither a token nor/],
    ['names no server', { server: 'ftp://x' }, { token: 't' }, /names no server/],
  ] as const) {
    test(`never as a kubeconfig says that ${what}`, async () => {
      await assert.rejects(byKubeconfig(kubeconfig(cluster, user)), (thrown: unknown) => {
        assert.ok(thrown instanceof SecretError)
        assert.equal(thrown.kind, 'InvalidSpec')
        assert.equal(thrown.place.field, 'spec.provider.kubernetes.authRef')
        assert.match(thrown.message, said)
        return true
      })
      assert.equal(way.control.calls, 0)
    })
  }

  test('never as a text says that is no kubeconfig, which is not quoted', async () => {
    for (const text of ['hunter2: [', 'hunter2', '[]', '{"current-context":"x"}', '']) {
      await assert.rejects(
        byKubeconfig(text),
        (thrown: unknown) => thrown instanceof SecretError && !/hunter2/.test(thrown.message),
      )
    }
  })
})

describe('what a kubernetes store may say', () => {
  const token = { bearerToken: { name: 'a', key: 'b' } }
  const cert = { clientCert: { name: 'a' }, clientKey: { name: 'a' } }

  function problemsOf(spec: object): readonly string[] {
    const { error } = kubernetesConfig.safeParse(spec)
    return error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? []
  }

  test('one way to log in, and the rest has defaults', () => {
    const config = kubernetesConfig.parse({ auth: { token } })
    assert.equal(serverOf(config).url, 'kubernetes.default')
    assert.equal(config.remoteNamespace, 'default')
    assert.deepEqual(problemsOf({ authRef: { name: 'k' } }), [])
  })

  test('in the words of External Secrets, what can never work', () => {
    assert.match(problemsOf({}).join(), /auth: no auth provider given/)
    assert.match(problemsOf({ auth: {} }).join(), /auth: no auth provider given/)
    assert.match(problemsOf({ auth: { token, cert } }).join(), /multiple auth methods provided: cert, token/)
    assert.match(problemsOf({ auth: { token }, authRef: { name: 'k' } }).join(), /authRef and inline auth cannot both be set/)
    assert.match(problemsOf({ auth: { token }, server: { url: 'https://a:b@c' } }).join(), /server\.url/)
    for (const url of ['ftp://c', 'https://c/?', 'https://c#', 'https://c/x?a=b', 'a b', ''])
      assert.match(problemsOf({ auth: { token }, server: { url } }).join(), /server\.url/, url)
    assert.match(problemsOf({ auth: { token }, remoteNamespace: '../x' }).join(), /remoteNamespace/)
  })
})
