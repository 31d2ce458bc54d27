import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../../../support/emulators/aws/aws-emulator.ts'
import { webIdentityToken } from '../../../support/emulators/aws/web-identity.ts'
import { awsIamLogin } from '../../../support/emulators/vault/logins/aws-iam.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { openVault, readOne, type Surroundings, type VaultSpec } from './open-vault.ts'

type Iam = NonNullable<NonNullable<VaultSpec['auth']>['iam']>

const USER_ARN = 'arn:aws:iam::111111111111:user/vault-reader'
const FIRST_ROLE = 'arn:aws:iam::111111111111:role/pod'
const SECOND_ROLE = 'arn:aws:iam::222222222222:role/reader'
const ISSUER = 'https://oidc.example.com/cluster'
const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 })

const keys = {
  secretRef: {
    accessKeyIDSecretRef: { name: 'aws', key: 'id' },
    secretAccessKeySecretRef: { name: 'aws', key: 'secret' },
  },
}
const userSecrets = { 'aws/id': TEST_KEY.accessKeyId, 'aws/secret': TEST_KEY.secretAccessKey }
const jwt = { serviceAccountRef: { name: 'reader' } }

function accountToken(name: string, audiences: readonly string[]): string {
  const exp = Math.floor(Date.now() / 1000) + 3600
  const claims = { iss: ISSUER, sub: `system:serviceaccount:default:${name}`, aud: audiences, exp }
  return webIdentityToken(claims, { alg: 'RS256', privateKey: issuer.privateKey })
}

describe('login to Vault by an identity of AWS', () => {
  let aws: AwsEmulator
  let emulator: VaultEmulator

  before(async () => {
    aws = await startAwsEmulator({
      keys: [{ ...TEST_KEY, user: 'vault-reader' }],
      roles: [
        { arn: FIRST_ROLE, subjects: ['system:serviceaccount:default:reader'] },
        { arn: SECOND_ROLE, trusts: [USER_ARN, FIRST_ROLE], externalId: 'tenant-7' },
      ],
      podIdentity: { token: 'agent-token', roleArn: FIRST_ROLE },
      identityProviders: [
        { issuer: ISSUER, audiences: ['sts.amazonaws.com'], key: { alg: 'RS256', publicKey: issuer.publicKey } },
      ],
    })
    emulator = await startVaultEmulator()
    emulator.root.enableKv2('secret').put('app', '{"text":"value"}')
    const session = 'argocd-external-secrets'
    const roles = {
      user: { boundPrincipalArn: USER_ARN },
      pod: { boundPrincipalArn: `arn:aws:sts::111111111111:assumed-role/pod/${session}` },
      agent: { boundPrincipalArn: 'arn:aws:sts::111111111111:assumed-role/pod/eks-pod' },
      reader: { boundPrincipalArn: `arn:aws:sts::222222222222:assumed-role/reader/${session}` },
    }
    const serverIdHeaderValue = 'vault.example.com'
    emulator.root.enableLogin('aws', awsIamLogin({ sts: aws.url, roles, serverIdHeaderValue }))
    emulator.root.enableLogin('aws-eu', awsIamLogin({ sts: aws.url, roles, stsHost: 'sts.eu-west-1.amazonaws.com' }))
  })
  beforeEach(() => emulator.control.reset())
  after(async () => {
    await emulator.close()
    await aws.close()
  })

  async function readWith(iam: Iam, surroundings: Surroundings): Promise<string> {
    const environment = { AWS_ENDPOINT_URL_STS: aws.url, ...surroundings.environment }
    const spec = { server: emulator.url, path: 'secret', auth: { iam } }
    const reader = await openVault(spec, { ...surroundings, environment })
    try {
      return await readOne(reader, 'app')
    } finally {
      await reader.close()
    }
  }

  const serverId = { vaultAwsIamServerID: 'vault.example.com' }

  test('static keys sign the request that Vault sends on', async () => {
    assert.equal(await readWith({ vaultRole: 'user', ...serverId, ...keys }, { secrets: userSecrets }), '{"text":"value"}')
  })

  test('the host of another region is signed when the store names it', async () => {
    const iam = { path: 'aws-eu', region: 'eu-west-1', vaultRole: 'user', ...keys }
    assert.equal(await readWith(iam, { secrets: userSecrets }), '{"text":"value"}')
  })

  test('a wrong key is AccessDenied', async () => {
    const secrets = { ...userSecrets, 'aws/secret': 'of-somebody-else' }
    await assert.rejects(readWith({ vaultRole: 'user', ...serverId, ...keys }, { secrets }), { kind: 'AccessDenied' })
  })

  test('a wrong server id is AccessDenied: a login for one Vault is none for another', async () => {
    const iam = { vaultRole: 'user', vaultAwsIamServerID: 'other.example.com', ...keys }
    await assert.rejects(readWith(iam, { secrets: userSecrets }), { kind: 'AccessDenied' })
  })

  test('another principal than the role is bound to is AccessDenied', async () => {
    await assert.rejects(readWith({ vaultRole: 'reader', ...serverId, ...keys }, { secrets: userSecrets }), {
      kind: 'AccessDenied',
    })
  })

  test('a role is assumed with the external id', async () => {
    const iam = { vaultRole: 'reader', role: SECOND_ROLE, externalID: 'tenant-7', ...serverId, ...keys }
    assert.equal(await readWith(iam, { secrets: userSecrets }), '{"text":"value"}')
    await assert.rejects(readWith({ ...iam, externalID: 'tenant-8' }, { secrets: userSecrets }), {
      kind: 'AccessDenied',
      message: /AWS STS refused/,
    })
  })

  test('the token of a ServiceAccount assumes the role of its annotation', async () => {
    const annotations = { reader: { 'eks.amazonaws.com/role-arn': FIRST_ROLE } }
    const iam = { vaultRole: 'pod', ...serverId, jwt }
    assert.equal(await readWith(iam, { annotations, accountToken }), '{"text":"value"}')
    const chained = { vaultRole: 'reader', role: SECOND_ROLE, externalID: 'tenant-7', ...serverId, jwt }
    assert.equal(await readWith(chained, { annotations, accountToken }), '{"text":"value"}')
    await assert.rejects(readWith(iam, { annotations, accountToken: () => 'not.a.token' }), { kind: 'AccessDenied' })
  })

  test('a ServiceAccount without the annotation is InvalidSpec', async () => {
    await assert.rejects(readWith({ vaultRole: 'pod', jwt }, { accountToken }), { kind: 'InvalidSpec', message: /role-arn/ })
  })

  test('the identity of the process is that of IRSA, or else of pod identity', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'vault-iam-'))
    try {
      const [irsa, agent] = [path.join(folder, 'irsa'), path.join(folder, 'agent')]
      await writeFile(irsa, accountToken('reader', ['sts.amazonaws.com']))
      await writeFile(agent, 'agent-token')
      const iam = { vaultRole: 'pod', ...serverId }
      const podIdentity = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: agent,
      }
      const both = { ...podIdentity, AWS_ROLE_ARN: FIRST_ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: irsa }
      assert.equal(await readWith(iam, { environment: both }), '{"text":"value"}')
      assert.equal(aws.sessions.at(-1)?.roleArn, FIRST_ROLE)
      assert.equal(await readWith({ ...iam, vaultRole: 'agent' }, { environment: podIdentity }), '{"text":"value"}')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a token file of the process that is not there is AccessDenied, not a bug', async () => {
    const irsa = { AWS_ROLE_ARN: FIRST_ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token' }
    const podIdentity = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/nowhere/token',
    }
    for (const environment of [irsa, podIdentity]) {
      await assert.rejects(readWith({ vaultRole: 'pod', ...serverId }, { environment }), {
        kind: 'AccessDenied',
        message: /no AWS identity/,
      })
    }
  })

  test('STS that is asked too often is asked again', async () => {
    aws.control.injectLogin('throttled')
    const iam = { vaultRole: 'reader', role: SECOND_ROLE, externalID: 'tenant-7', ...serverId, ...keys }
    assert.equal(await readWith(iam, { secrets: userSecrets }), '{"text":"value"}')
  })

  test('STS out of reach is Unavailable', async () => {
    const environment = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' }
    const iam = { vaultRole: 'reader', role: SECOND_ROLE, ...serverId, ...keys }
    await assert.rejects(readWith(iam, { secrets: userSecrets, environment }), { kind: 'Unavailable' })
  })
})
