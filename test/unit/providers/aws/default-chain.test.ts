import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../../../support/emulators/aws/aws-emulator.ts'
import { webIdentityToken } from '../../../support/emulators/aws/web-identity.ts'
import { openAws } from './open-aws.ts'
import { current, failureOf, fetchOnce, textOf } from './outcomes.ts'

// The SDK's chain reads the environment of the process by itself: these tests have it, and a process of their own.

const POD_ROLE = 'arn:aws:iam::111111111111:role/pod'
const IRSA_ROLE = 'arn:aws:iam::111111111111:role/irsa'
const READER_ROLE = 'arn:aws:iam::111111111111:role/reader'
const signing = { alg: 'HS256', secret: 'cluster' } as const

let emulator: AwsEmulator
let folder: string
let original: NodeJS.ProcessEnv

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aws-chain-'))
  emulator = await startAwsEmulator({
    roles: [
      { arn: IRSA_ROLE, subjects: ['system:serviceaccount:argocd:repo-server'] },
      { arn: READER_ROLE, trusts: [POD_ROLE, IRSA_ROLE] },
    ],
    identityProviders: [{ issuer: 'https://oidc', audiences: ['sts.amazonaws.com'], key: signing }],
    podIdentity: { token: 'pod-token', roleArn: POD_ROLE },
  })
  emulator.putSecret('db', 'ambient')
})
beforeEach(() => {
  emulator.control.reset()
  original = { ...process.env }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, {
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
    AWS_CONFIG_FILE: path.join(folder, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: emulator.url,
  })
})
afterEach(() => {
  process.env = original
})
after(async () => {
  await emulator.close()
  await rm(folder, { recursive: true })
})

function open(spec: object = {}): Promise<SecretReader> {
  const environment = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']))
  return openAws(emulator.url, spec, { environment })
}

async function read(spec: object = {}): Promise<string> {
  const [outcome] = await fetchOnce(await open(spec), current('db'))
  return textOf(outcome)
}

async function irsa(subject: string): Promise<void> {
  const claims = { iss: 'https://oidc', sub: subject, aud: 'sts.amazonaws.com', exp: Date.now() / 1000 + 600 }
  const file = path.join(folder, 'token')
  await writeFile(file, webIdentityToken(claims, signing))
  Object.assign(process.env, { AWS_ROLE_ARN: IRSA_ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: file })
}

function podIdentity(token: string): void {
  Object.assign(process.env, {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${emulator.url}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  })
}

test('IRSA: the role of the pod, by its token file', async () => {
  await irsa('system:serviceaccount:argocd:repo-server')
  assert.equal(await read(), 'ambient')
  assert.equal(await read({ service: 'SecretsManager', role: READER_ROLE }), 'ambient')
})

test('IRSA: a role that does not trust the pod is AccessDenied, and nothing is read', async () => {
  await irsa('system:serviceaccount:other:app')
  const error = await failureOf(open())
  assert.equal(error.kind, 'AccessDenied')
  assert.equal(emulator.control.calls, 0)
})

test('EKS Pod Identity: the credentials of the agent, once a reader', async () => {
  podIdentity('pod-token')
  const reader = await open()
  const outcomes = await fetchOnce(reader, current('db'), { ...current('db'), version: 'AWSCURRENT' })
  assert.deepEqual(outcomes.map(textOf), ['ambient', 'ambient'])
  assert.equal(emulator.control.logins, 1)
})

test('EKS Pod Identity: an agent that does not know the pod is AccessDenied', async () => {
  podIdentity('another')
  assert.equal((await failureOf(open())).kind, 'AccessDenied')
})

test('a named profile comes before keys in the environment', async () => {
  const keys = `aws_access_key_id = ${TEST_KEY.accessKeyId}\naws_secret_access_key = ${TEST_KEY.secretAccessKey}\n`
  // A file of its own: the SDK remembers what it has read.
  const file = path.join(folder, 'work')
  await writeFile(file, `[work]\n${keys}`)
  process.env.AWS_SHARED_CREDENTIALS_FILE = file
  Object.assign(process.env, { AWS_PROFILE: 'work', AWS_ACCESS_KEY_ID: 'AKIAWRONG', AWS_SECRET_ACCESS_KEY: 'wrong' })
  assert.equal(await read(), 'ambient')
})

test('without any identity the error lists the ways to give one', async () => {
  const error = await failureOf(open())
  assert.equal(error.kind, 'AccessDenied')
  assert.match(error.remedy ?? '', /auth\.secretRef .*AWS_ACCESS_KEY_ID/)
  assert.equal((await failureOf(open({ role: READER_ROLE }))).kind, 'AccessDenied')
})
