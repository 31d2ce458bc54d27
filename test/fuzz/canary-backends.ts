import type { Random } from '../../plugin/model/random.ts'
import type { CallControl } from '../support/call-control.ts'
import { type AwsEmulator, startAwsEmulator } from '../support/emulators/aws/aws-emulator.ts'
import { startAzureEmulator } from '../support/emulators/azure/start-azure-emulator.ts'
import { startGcpEmulator } from '../support/emulators/gcp/gcp-emulator.ts'
import { disturbedKube } from '../support/emulators/kube/disturbed-kube.ts'
import { putSecret, startRemote } from '../support/emulators/kube/remote-secrets.ts'
import { appRoleLogin } from '../support/emulators/vault/logins/app-role.ts'
import { passwordLogin } from '../support/emulators/vault/logins/password.ts'
import { startVaultEmulator, type VaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { NtlmGate } from '../support/emulators/webhook/ntlm-gate.ts'
import { startWebhookEmulator } from '../support/emulators/webhook/webhook-emulator.ts'
import { type Canary, plainCanary, specialCanary } from './canary-search.ts'

/** A secret manager whose every value and every credential is a canary. */
export interface CanaryBackend {
  readonly provider: object
  /** Keys of the Secret `login` of the stream. */
  readonly login: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  readonly extraCa?: string
  readonly control?: CallControl
  readonly canaries: readonly Canary[]
  /** `plain`, `json`, `nul` and, as metadata of `json`, tags. */
  readonly keys: { readonly plain: string; readonly json: string; readonly nul: string }
  /** A version that never was. */
  readonly wrongVersion: string
  /** A credential that the backend refuses, itself a canary. */
  readonly wrongLogin: Readonly<Record<string, string>>
  close(): Promise<void>
}

export type StartBackend = (random: Random) => Promise<CanaryBackend>

const KEYS = { plain: 'plain', json: 'json', nul: 'nul' }
const loginKey = (key: string): object => ({ name: 'login', key })

interface Values {
  readonly canaries: readonly Canary[]
  readonly plain: string
  readonly json: string
  readonly nul: string
  readonly tag: string
}

function valuesOf(random: Random): Values {
  const plain = specialCanary(random, 'the value')
  const property = specialCanary(random, 'a property')
  const inner = specialCanary(random, 'an inner property')
  const nul = specialCanary(random, 'a value with a NUL')
  const tag = plainCanary(random, 'a tag')
  return {
    canaries: [plain, property, inner, nul, tag],
    plain: plain.text,
    json: JSON.stringify({ password: property.text, deep: { list: [inner.text] } }),
    nul: `${nul.text}\0${nul.text}`,
    tag: tag.text,
  }
}

const ROLE = 'arn:aws:iam::111111111111:role/reader'

function aws(service: 'SecretsManager' | 'ParameterStore', role?: string): StartBackend {
  return async (random) => {
    const values = valuesOf(random)
    const [secretKey, wrongKey] = [plainCanary(random, 'the secret access key'), plainCanary(random, 'a refused key')]
    const key = { accessKeyId: 'AKIACANARY', secretAccessKey: secretKey.text }
    const emulator = await startAwsEmulator({ keys: [key], roles: [{ arn: ROLE, trusts: ['111111111111'] }] })
    fillAws(emulator, values)
    const secretRef = { accessKeyIDSecretRef: loginKey('id'), secretAccessKeySecretRef: loginKey('secret') }
    return {
      provider: { aws: { service, region: 'us-east-1', ...(role !== undefined && { role }), auth: { secretRef } } },
      login: { id: key.accessKeyId, secret: secretKey.text },
      wrongLogin: { id: key.accessKeyId, secret: wrongKey.text },
      environment: { AWS_ENDPOINT_URL: emulator.url },
      control: emulator.control,
      canaries: [...values.canaries, secretKey, wrongKey],
      keys: KEYS,
      wrongVersion: service === 'SecretsManager' ? 'uuid/11111111-2222-3333-4444-555555555555' : '99',
      close: () => emulator.close(),
    }
  }
}

function fillAws(emulator: AwsEmulator, values: Values): void {
  const tags = { note: values.tag }
  for (const [key, value] of [
    ['plain', values.plain],
    ['json', values.json],
    ['nul', values.nul],
  ] as const) {
    emulator.putSecret(key, value, { tags })
    emulator.putParameter(key, value, { type: 'SecureString', tags })
  }
}

const azure: StartBackend = async (random) => {
  const values = valuesOf(random)
  const [secret, wrong] = [plainCanary(random, 'the client secret'), plainCanary(random, 'a refused client secret')]
  const emulator = await startAzureEmulator()
  const clientId = '11111111-2222-3333-4444-555555555555'
  emulator.addApplication({ clientId, clientSecret: secret.text })
  emulator.putSecret('plain', values.plain)
  emulator.putSecret('json', values.json, { tags: { note: values.tag } })
  emulator.putSecret('nul', values.nul)
  const authSecretRef = { clientId: loginKey('id'), clientSecret: loginKey('secret') }
  return {
    provider: { azurekv: { vaultUrl: emulator.vaultUrl, tenantId: emulator.tenantId, authSecretRef } },
    login: { id: clientId, secret: secret.text },
    wrongLogin: { id: clientId, secret: wrong.text },
    environment: { AZURE_AUTHORITY_HOST: emulator.authorityHost },
    extraCa: emulator.ca,
    control: emulator.control,
    canaries: [...values.canaries, secret, wrong],
    keys: KEYS,
    wrongVersion: '0'.repeat(32),
    close: () => emulator.close(),
  }
}

/** The private part of a PEM; its head says only what kind of key it is. */
function keyMaterial(name: string, pem: string): Canary {
  return { name, text: pem.replaceAll(/-----[^-]+-----|\s/g, '').slice(64) }
}

function gcp(place: { readonly location?: string }): StartBackend {
  return async (random) => {
    const values = valuesOf(random)
    const emulator = await startGcpEmulator()
    const key = emulator.serviceAccountKey()
    const wrong = plainCanary(random, 'a private key that is none')
    const labels = { note: values.tag.toLowerCase() }
    const put = (id: string, value: string): string =>
      emulator.putSecret(id, new TextEncoder().encode(value), { ...place, labels, annotations: { note: values.tag } })
    for (const [id, value] of Object.entries({ plain: values.plain, json: values.json, nul: values.nul })) put(id, value)
    const secretRef = { secretAccessKeySecretRef: loginKey('key.json') }
    return {
      provider: { gcpsm: { projectID: emulator.project, ...place, auth: { secretRef } } },
      login: { 'key.json': JSON.stringify(key) },
      wrongLogin: { 'key.json': JSON.stringify({ ...key, private_key: wrong.text }) },
      environment: { GCPSM_ENDPOINT: emulator.url, GCPSM_AUTH_ENDPOINT: emulator.url },
      control: emulator.control,
      canaries: [...values.canaries, wrong, keyMaterial('the private key', key.private_key)],
      keys: KEYS,
      wrongVersion: '99',
      close: () => emulator.close(),
    }
  }
}

/** The machine's own identity: the metadata server gives the token. */
const gcpMetadata: StartBackend = async (random) => {
  const started = await gcp({})(random)
  const url = started.environment['GCPSM_ENDPOINT'] ?? ''
  return {
    ...started,
    provider: { gcpsm: { projectID: 'test-project' } },
    environment: { ...started.environment, GCE_METADATA_HOST: new URL(url).host },
  }
}

type VaultLogin = (emulator: VaultEmulator, random: Random) => { auth: object; login: string; wrong: string; canaries: Canary[] }

const byAppRole: VaultLogin = (emulator, random) => {
  const [secretId, wrong] = [plainCanary(random, 'the secret id'), plainCanary(random, 'a refused secret id')]
  emulator.root.enableLogin('approle', appRoleLogin({ app: { roleId: 'r', secretId: secretId.text } }))
  return {
    auth: { appRole: { path: 'approle', roleId: 'r', secretRef: loginKey('secret') } },
    login: secretId.text,
    wrong: wrong.text,
    canaries: [secretId, wrong],
  }
}

const byPassword: VaultLogin = (emulator, random) => {
  const [password, wrong] = [specialCanary(random, 'the password'), specialCanary(random, 'a refused password')]
  emulator.root.enableLogin('userpass', passwordLogin('userpass', { bob: { password: password.text } }))
  return {
    auth: { userPass: { path: 'userpass', username: 'bob', secretRef: loginKey('secret') } },
    login: password.text,
    wrong: wrong.text,
    canaries: [password, wrong],
  }
}

const byToken: VaultLogin = (emulator, random) => {
  const [token, wrong] = [plainCanary(random, 'the token'), plainCanary(random, 'a refused token')]
  emulator.tokens.issue('', { policies: ['reader'] }, token.text)
  return { auth: { tokenSecretRef: loginKey('secret') }, login: token.text, wrong: wrong.text, canaries: [token, wrong] }
}

function vault(version: 'v1' | 'v2', login: VaultLogin): StartBackend {
  return async (random) => {
    const values = valuesOf(random)
    const emulator = await startVaultEmulator()
    // Vault holds objects alone: a plain value is a property, and a value with a NUL an object around it.
    const contents = {
      plain: JSON.stringify({ text: values.plain }),
      json: values.json,
      nul: JSON.stringify({ text: values.nul }),
    }
    const v1 = emulator.root.enableKv1('kv')
    const v2 = emulator.root.enableKv2('secret')
    for (const [key, json] of Object.entries(contents)) {
      v1.put(key, json)
      v2.put(key, json)
    }
    const { auth, login: credential, wrong, canaries } = login(emulator, random)
    return {
      provider: { vault: { server: emulator.url, path: version === 'v1' ? 'kv' : 'secret', version, auth } },
      login: { secret: credential },
      wrongLogin: { secret: wrong },
      environment: {},
      control: emulator.control,
      canaries: [...values.canaries, ...canaries],
      keys: KEYS,
      wrongVersion: '99',
      close: () => emulator.close(),
    }
  }
}

const kubernetes: StartBackend = async (random) => {
  const values = valuesOf(random)
  const { kube, token } = await startRemote()
  const way = await disturbedKube(kube, token)
  const wrong = plainCanary(random, 'a refused token')
  const { password, deep } = JSON.parse(values.json) as { password: string; deep: object }
  putSecret(kube, 'plain', { data: { text: values.plain } })
  putSecret(kube, 'json', { data: { password, deep: JSON.stringify(deep) }, annotations: { note: values.tag } })
  putSecret(kube, 'nul', { data: { text: values.nul } })
  return {
    provider: {
      kubernetes: { server: { url: way.url }, auth: { token: { bearerToken: loginKey('token') } }, remoteNamespace: 'remote' },
    },
    login: { token },
    wrongLogin: { token: wrong.text },
    environment: {},
    control: way.control,
    canaries: [...values.canaries, wrong, { name: 'the token', text: token }],
    keys: KEYS,
    wrongVersion: '9',
    async close() {
      await way.close()
      await kube.close()
    },
  }
}

/** The token is in the URL, a header and the body of each request. */
const webhook: StartBackend = async (random) => {
  const values = valuesOf(random)
  const emulator = await startWebhookEmulator()
  const wrong = plainCanary(random, 'a refused token')
  const encoder = new TextEncoder()
  for (const [key, text] of [
    ['plain', values.plain],
    ['json', values.json],
    ['nul', values.nul],
  ] as const)
    emulator.put(key, encoder.encode(text))
  return {
    provider: {
      webhook: {
        url: `${emulator.url}/text/{{ .remoteRef.key }}?version={{ .remoteRef.version }}&token={{ .login.token | urlquery }}`,
        method: 'PUT',
        headers: { Authorization: '{{ .login.token }}', 'x-note': '{{ b64enc .login.token }}' },
        body: '{{ .login | toJson }}',
        result: { jsonPath: '{{ with .remoteRef.property }}$.{{ . }}{{ end }}' },
        secrets: [{ name: 'login', secretRef: { name: 'login' } }],
      },
    },
    login: { token: emulator.authorization },
    wrongLogin: { token: wrong.text },
    environment: {},
    control: emulator.control,
    canaries: [...values.canaries, wrong, { name: 'the token', text: emulator.authorization }],
    keys: KEYS,
    wrongVersion: '9',
    close: () => emulator.close(),
  }
}

const webhookByNtlm: StartBackend = async (random) => {
  const values = valuesOf(random)
  const emulator = await startWebhookEmulator(undefined, new NtlmGate())
  const wrong = plainCanary(random, 'a refused password')
  const [user, password] = ['MÜNCHEN\\jürgen', 'Pässwörd€😀']
  const encoder = new TextEncoder()
  for (const [key, text] of Object.entries({ plain: values.plain, json: values.json, nul: values.nul }))
    emulator.put(key, encoder.encode(text))
  return {
    provider: {
      webhook: {
        url: `${emulator.url}/text/{{ .remoteRef.key }}?version={{ .remoteRef.version }}`,
        auth: { ntlm: { usernameSecret: loginKey('user'), passwordSecret: loginKey('password') } },
        result: { jsonPath: '{{ with .remoteRef.property }}$.{{ . }}{{ end }}' },
      },
    },
    login: { user, password },
    wrongLogin: { user, password: wrong.text },
    environment: {},
    control: emulator.control,
    canaries: [...values.canaries, wrong, { name: 'the password', text: password }],
    keys: KEYS,
    wrongVersion: '9',
    close: () => emulator.close(),
  }
}

const fake: StartBackend = async (random) => {
  const values = valuesOf(random)
  const data = [
    { key: 'plain', value: values.plain },
    { key: 'json', value: values.json },
    { key: 'nul', value: values.nul },
  ]
  return {
    provider: { fake: { data } },
    login: {},
    wrongLogin: {},
    environment: {},
    canaries: values.canaries,
    keys: KEYS,
    wrongVersion: 'v9',
    close: async () => {},
  }
}

/** Every provider, with every kind of credential that is a secret by itself. */
export const canaryBackends: Readonly<Record<string, StartBackend>> = {
  'aws SecretsManager': aws('SecretsManager'),
  'aws SecretsManager by a role': aws('SecretsManager', ROLE),
  'aws ParameterStore': aws('ParameterStore'),
  azurekv: azure,
  'gcpsm by a key': gcp({}),
  'gcpsm, regional secrets': gcp({ location: 'europe-west3' }),
  'gcpsm by the metadata server': gcpMetadata,
  'vault KV 2 by approle': vault('v2', byAppRole),
  'vault KV 1 by userpass': vault('v1', byPassword),
  'vault KV 2 by a token': vault('v2', byToken),
  kubernetes,
  webhook,
  'webhook by NTLM': webhookByNtlm,
  fake,
}
