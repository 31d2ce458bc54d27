import { generateKeyPairSync } from 'node:crypto'
import { DEFAULT_HOME, startAwsEmulator, TEST_KEY } from '../../support/emulators/aws/aws-emulator.ts'
import { type Claims, webIdentityToken } from '../../support/emulators/aws/web-identity.ts'
import { type ClientSubject, clientScenarios } from '../clients/client-scenarios.ts'
import { startMoto } from '../servers/moto.ts'

const ISSUER = 'https://oidc.eks.us-east-1.amazonaws.com/id/CLUSTER'
const SUBJECT = 'system:serviceaccount:default:reader'
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })

function tokenOf(claims: Partial<Claims>): string {
  const exp = Math.floor(Date.now() / 1000) + 600
  return webIdentityToken(
    { iss: ISSUER, sub: SUBJECT, aud: 'sts.amazonaws.com', exp, ...claims },
    { alg: 'RS256', privateKey: pair.privateKey },
  )
}

const tokens = {
  web_identity_token: tokenOf({}),
  expired_token: tokenOf({ exp: 1 }),
  token_for_others: tokenOf({ aud: 'others' }),
}

async function emulator(): Promise<ClientSubject> {
  const { account } = DEFAULT_HOME
  const role = { arn: `arn:aws:iam::${account}:role/reader`, trusts: [account], subjects: [SUBJECT] }
  const key = { alg: 'RS256', publicKey: pair.publicKey } as const
  const aws = await startAwsEmulator({
    roles: [role],
    identityProviders: [{ issuer: ISSUER, audiences: ['sts.amazonaws.com'], key }],
  })
  return {
    facts: {
      url: aws.url,
      access_key_id: TEST_KEY.accessKeyId,
      secret_access_key: TEST_KEY.secretAccessKey,
      account,
      role_arn: role.arn,
      ...tokens,
    },
    prepare(scenario) {
      aws.allowAll()
      if (scenario === 'denied') aws.deny('secretsmanager:GetSecretValue', 'boto3/denied')
      if (scenario === 'throttled') aws.control.inject('throttled', 2)
      if (scenario === 'outage') aws.control.inject('internalError', 1)
    },
    close: () => aws.close(),
  }
}

async function moto(): Promise<ClientSubject> {
  const server = await startMoto()
  const account = '123456789012'
  return {
    facts: {
      url: server.url,
      access_key_id: 'AKIAIOSFODNN7EXAMPLE',
      secret_access_key: 'any',
      account,
      role_arn: `arn:aws:iam::${account}:role/reader`,
      ...tokens,
    },
    close: () => server.stop(),
  }
}

const UNCHECKED = 'moto takes every key, token and role'
const CALM = 'moto cannot be disturbed'

/** What holds on moto proves the script, what holds on both proves the emulator. */
await clientScenarios({
  title: 'boto3 on moto',
  script: 'boto3_client.py',
  start: moto,
  without: {
    batch_limits: 'moto reads more than twenty',
    signatures: UNCHECKED,
    web_identity_refused: UNCHECKED,
    denied: UNCHECKED,
    throttled: CALM,
    outage: CALM,
  },
})
await clientScenarios({ title: 'boto3 on the emulator', script: 'boto3_client.py', start: emulator })
