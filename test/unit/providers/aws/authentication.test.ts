import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { administratorCredentials } from '../../../../plugin/stores/administrator-credentials.ts'
import { type AwsEmulator, DEFAULT_HOME, startAwsEmulator, TEST_KEY } from '../../../support/emulators/aws/aws-emulator.ts'
import { type Claims, type SigningKey, webIdentityToken } from '../../../support/emulators/aws/web-identity.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { mountedFiles } from '../../../support/mounted-files.ts'
import { credentialSource, openAws, type Surroundings } from './open-aws.ts'
import { at, current, errorOf, failureOf, fetchOnce, textOf } from './outcomes.ts'

const ISSUER = 'https://oidc.example.com/cluster'
const HOP = 'arn:aws:iam::222222222222:role/hop'
const READER = 'arn:aws:iam::333333333333:role/path/reader'
const WORKLOAD = 'arn:aws:iam::111111111111:role/workload'
const SUBJECT = 'system:serviceaccount:default:app'
const NO_KEYS = {}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const clusterKey: SigningKey = { alg: 'RS256', privateKey: rsa.privateKey }
const clock = new FakeClock(Date.now())

let emulator: AwsEmulator

before(async () => {
  emulator = await startAwsEmulator({
    keys: [TEST_KEY, { accessKeyId: 'AKIASTORE', secretAccessKey: 'store/secret+key', user: 'store' }],
    roles: [
      { arn: HOP, trusts: ['111111111111'] },
      { arn: READER, trusts: [HOP], externalId: 'agreed' },
      { arn: WORKLOAD, trusts: ['111111111111'], subjects: [SUBJECT] },
    ],
    identityProviders: [{ issuer: ISSUER, audiences: ['sts.amazonaws.com'], key: { alg: 'RS256', publicKey: rsa.publicKey } }],
    now: clock.now,
  })
  emulator.putSecret('db', 'home')
  emulator.putSecret('db', 'theirs', { home: { ...DEFAULT_HOME, account: '333333333333' } })
})
beforeEach(() => {
  emulator.control.reset()
  emulator.allowAll()
})
after(() => emulator.close())

function open(spec: object, surroundings: Surroundings = {}): Promise<SecretReader> {
  return openAws(emulator.url, spec, { clock, ...surroundings })
}

async function read(spec: object, surroundings: Surroundings = {}): Promise<string> {
  const [outcome] = await fetchOnce(await open(spec, surroundings), current('db'))
  return textOf(outcome)
}

/** Keys of a session of an hour in the Secret `aws`, as a user gets them: `aws sts assume-role`. */
async function temporaryKeys(): Promise<Record<string, string>> {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts')
  const sts = new STSClient({ region: 'us-east-1', endpoint: emulator.url, credentials: TEST_KEY })
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: WORKLOAD, RoleSessionName: 'by-hand' }))
  return {
    'aws/id': Credentials?.AccessKeyId ?? '',
    'aws/secret': Credentials?.SecretAccessKey ?? '',
    'aws/token': Credentials?.SessionToken ?? '',
  }
}

describe('AWS keys of the process', () => {
  test('are used without auth, and with auth that names no usable method', async () => {
    for (const auth of [undefined, {}, { jwt: {} }, { secretRef: {} }, { jwt: { serviceAccountToken: '' } }]) {
      assert.equal(await read({ ...(auth && { auth }) }), 'home')
    }
  })

  test('are refused when they are wrong', async () => {
    const environment = { AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId, AWS_SECRET_ACCESS_KEY: 'guessed' }
    const error = await failureOf(open({}, { environment }))
    assert.equal(error.kind, 'AccessDenied')
    assert.equal(emulator.control.calls, 1)
  })
})

describe('AWS keys of a Secret', () => {
  const auth = {
    secretRef: { accessKeyIDSecretRef: { name: 'aws', key: 'id' }, secretAccessKeySecretRef: { name: 'aws', key: 'secret' } },
  }
  const withToken = { secretRef: { ...auth.secretRef, sessionTokenSecretRef: { name: 'aws', key: 'token' } } }

  test('sign the calls, a line feed at their end or not', async () => {
    const credentials = credentialSource({ secrets: { 'aws/id': 'AKIASTORE\n', 'aws/secret': 'store/secret+key\n' } })
    assert.equal(await read({ auth }, { credentials, environment: NO_KEYS }), 'home')
  })

  test('are refused when they are wrong', async () => {
    const credentials = credentialSource({ secrets: { 'aws/id': 'AKIASTORE', 'aws/secret': 'another' } })
    assert.equal((await failureOf(open({ auth }, { credentials }))).kind, 'AccessDenied')
  })

  test('that are not there are named, and nothing is called', async () => {
    const error = await failureOf(open({ auth }))
    assert.equal(error.kind, 'InvalidSpec')
    assert.match(error.place.field ?? '', /^spec\.provider\.aws\.auth\.secretRef\./)
    assert.equal(emulator.control.calls, 0)
  })

  test('that name no key of the Secret are an invalid store', async () => {
    const secretRef = { ...auth.secretRef, accessKeyIDSecretRef: { name: 'aws' } }
    assert.equal((await failureOf(open({ auth: { secretRef } }))).kind, 'InvalidSpec')
  })

  test('that are no credentials at all are refused before they are sent', async () => {
    const credentials = credentialSource({ secrets: { 'aws/id': 'AKIASTORE', 'aws/secret': 'two\nlines' } })
    assert.equal((await failureOf(open({ auth }, { credentials }))).kind, 'AccessDenied')
    assert.equal(emulator.control.calls, 0)
  })

  test('work with a session token, and not with a wrong one', async () => {
    const secrets = await temporaryKeys()
    assert.equal(await read({ auth: withToken }, { credentials: credentialSource({ secrets }) }), 'home')
    const credentials = credentialSource({ secrets: { ...secrets, 'aws/token': 'another' } })
    assert.equal((await failureOf(open({ auth: withToken }, { credentials }))).kind, 'AccessDenied')
  })
})

describe('the web identity of a ServiceAccount', () => {
  const auth = { jwt: { serviceAccountRef: { name: 'app', audiences: ['extra'] } } }
  const claims = (changes: Partial<Claims> = {}): Claims => ({
    iss: ISSUER,
    sub: SUBJECT,
    aud: 'sts.amazonaws.com',
    exp: clock.now() / 1000 + 600,
    ...changes,
  })
  const account = (
    token: string,
    annotations: Record<string, string> = { 'eks.amazonaws.com/role-arn': WORKLOAD },
  ): Surroundings => ({
    credentials: credentialSource({ serviceAccounts: { app: { annotations, token } } }),
    environment: NO_KEYS,
  })

  test('reads, with one login', async () => {
    assert.equal(await read({ auth }, account(webIdentityToken(claims(), clusterKey))), 'home')
    assert.equal(emulator.control.logins, 1)
    assert.equal(emulator.sessions.at(-1)?.caller, SUBJECT)
    assert.equal(emulator.sessions.at(-1)?.sessionName, 'external-secrets-provider-aws')
  })

  test('of an administrator, whose folder has the token and beside it the annotations, reads', async () => {
    const files = {
      'argocd/app/token': webIdentityToken(claims(), clusterKey),
      'argocd/app/annotations': `eks.amazonaws.com/role-arn=${WORKLOAD}\n`,
    }
    const credentials = administratorCredentials(() => 'argocd', mountedFiles(files))
    assert.equal(await read({ auth }, { credentials, environment: NO_KEYS }), 'home')
    assert.equal(emulator.sessions.at(-1)?.caller, SUBJECT)
  })

  test('comes before keys of a Secret', async () => {
    const secretRef = { accessKeyIDSecretRef: { name: 'x', key: 'x' }, secretAccessKeySecretRef: { name: 'x', key: 'x' } }
    assert.equal(await read({ auth: { ...auth, secretRef } }, account(webIdentityToken(claims(), clusterKey))), 'home')
  })

  test("asks for a token for AWS, or for the account's own audience, beside those that the store names", async () => {
    const annotated = { 'eks.amazonaws.com/role-arn': WORKLOAD, 'eks.amazonaws.com/audience': 'own' }
    for (const [annotations, first] of [
      [{ 'eks.amazonaws.com/role-arn': WORKLOAD }, 'sts.amazonaws.com'],
      [annotated, 'own'],
    ] as const) {
      const audiences: string[] = []
      const serviceAccounts = { app: { annotations, token: webIdentityToken(claims(), clusterKey) } }
      await read({ auth }, { credentials: credentialSource({ serviceAccounts, audiences }) })
      assert.deepEqual(audiences, [first, 'extra'])
    }
  })

  for (const [what, token] of [
    ['with a signature of another key', () => webIdentityToken(claims(), { alg: 'HS256', secret: 'other' })],
    ['for another audience', () => webIdentityToken(claims({ aud: 'vault' }), clusterKey)],
    ['of another issuer', () => webIdentityToken(claims({ iss: 'https://elsewhere' }), clusterKey)],
    [
      'of a subject that the role does not trust',
      () => webIdentityToken(claims({ sub: 'system:serviceaccount:x:y' }), clusterKey),
    ],
    ['that has expired', () => webIdentityToken(claims({ exp: clock.now() / 1000 - 1 }), clusterKey)],
    ['that is none', () => 'not a token'],
  ] as const) {
    test(`a token ${what} is refused, once`, async () => {
      const error = await failureOf(open({ auth }, account(token())))
      assert.equal(error.kind, 'AccessDenied')
      assert.ok(error.remedy)
      assert.equal(emulator.control.logins, 1)
      assert.equal(emulator.control.calls, 0)
    })
  }

  test('needs a role, and an account that is known', async () => {
    const noRole = await failureOf(open({ auth }, account('x', {})))
    assert.equal(noRole.kind, 'InvalidSpec')
    assert.match(noRole.remedy ?? '', /eks\.amazonaws\.com\/role-arn/)
    assert.equal((await failureOf(open({ auth }))).kind, 'InvalidSpec')
    assert.equal(emulator.control.logins, 0)
  })
})

describe('roles of a store', () => {
  const chain = { additionalRoles: [HOP], role: READER, externalID: 'agreed' }

  test('are assumed one after the other, and the last one reads', async () => {
    assert.equal(await read(chain), 'theirs')
    const [hop, reader] = emulator.sessions.slice(-2)
    assert.equal(hop?.caller, 'arn:aws:iam::111111111111:user/tester')
    assert.equal(hop?.externalId, undefined)
    assert.equal(reader?.caller, 'arn:aws:sts::222222222222:assumed-role/hop/external-secrets-provider-aws')
    assert.equal(reader?.externalId, 'agreed')
    assert.equal(emulator.control.logins, 2)
  })

  test('carry the tags of the store, on the last role alone', async () => {
    await read({ ...chain, sessionTags: [{ key: 'team', value: 'a' }], transitiveTagKeys: ['team'] })
    const [hop, reader] = emulator.sessions.slice(-2)
    assert.deepEqual(hop?.tags, {})
    assert.deepEqual(reader?.tags, { team: 'a' })
    assert.deepEqual(reader?.transitiveTagKeys, ['team'])
  })

  test('say who asks, when the policy of tags is Simple or Custom', async () => {
    const who = { esoNamespace: 'default', esoStoreName: 'aws', esoStoreKind: 'SecretStore' }
    await read({ ...chain, sessionTagsPolicy: 'Simple', sessionTags: [{ key: 'team', value: 'a' }] })
    assert.deepEqual(emulator.sessions.at(-1)?.tags, who)
    await read({ ...chain, sessionTagsPolicy: 'Custom', customSessionTags: { env: 'prod', none: '' } })
    assert.deepEqual(emulator.sessions.at(-1)?.tags, { ...who, env: 'prod' })
  })

  test('are refused without the external id, and the error names the role and both policies', async () => {
    const error = await failureOf(open({ ...chain, externalID: 'guessed' }))
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.remedy ?? '', /sts:AssumeRole on the role "arn:aws:iam::333333333333:role\/path\/reader" .* trust policy/)
    assert.equal(emulator.control.calls, 0)
  })

  test('that are no ARN are an invalid store', async () => {
    assert.equal((await failureOf(open({ role: 'reader' }))).kind, 'InvalidSpec')
  })

  test('are assumed once a reader, and again before the session ends', async () => {
    const sessionsBefore = emulator.sessions.length
    const reader = await open(chain)
    const readAgain = async (): Promise<void> => {
      const [outcome] = await reader.fetch([current('db')], AbortSignal.timeout(5_000))
      assert.equal(textOf(outcome), 'theirs')
    }
    await readAgain()
    clock.advance(54 * 60_000)
    await readAgain()
    assert.equal(emulator.control.logins, 2)
    clock.advance(2 * 60_000)
    await readAgain()
    assert.equal(emulator.sessions.length, sessionsBefore + 4)
    await reader.close()
  })

  test('are assumed once also when two fetches start together', async () => {
    const sessionsBefore = emulator.sessions.length
    const reader = await open(chain)
    const fetches = [1, 2].map(() => reader.fetch([current('db')], AbortSignal.timeout(5_000)))
    assert.deepEqual(
      (await Promise.all(fetches)).map(([outcome]) => textOf(outcome)),
      ['theirs', 'theirs'],
    )
    assert.equal(emulator.sessions.length, sessionsBefore + 2)
    await reader.close()
  })

  test('are assumed with a retry when STS is throttled or away for a moment', async () => {
    emulator.control.injectLogin('throttled')
    emulator.control.injectLogin('internalError')
    assert.equal(await read(chain), 'theirs')
  })

  test('an answer of STS that is none is Unavailable', async () => {
    for (const fault of ['garbage', 'redirect', 'oversized'] as const) {
      emulator.control.injectLogin(fault)
      assert.equal((await failureOf(open(chain))).kind, 'Unavailable', fault)
    }
  })
})

describe('temporary keys of a Secret that have expired', () => {
  const auth = {
    secretRef: {
      accessKeyIDSecretRef: { name: 'aws', key: 'id' },
      secretAccessKeySecretRef: { name: 'aws', key: 'secret' },
      sessionTokenSecretRef: { name: 'aws', key: 'token' },
    },
  }

  test('are refused for every reference, and read anew for the next fetch', async () => {
    const secrets = await temporaryKeys()
    const reader = await open({ auth }, { credentials: credentialSource({ secrets }), concurrency: 2 })
    clock.advance(2 * 3_600_000)
    const versions = Array.from({ length: 20 }, () => at('db', 'AWSCURRENT'))
    const refused = await reader.fetch(versions, AbortSignal.timeout(10_000))
    assert.deepEqual(new Set(refused.map((outcome) => errorOf(outcome).kind)), new Set(['AccessDenied']))
    Object.assign(secrets, await temporaryKeys())
    assert.equal(textOf((await reader.fetch([current('db')], AbortSignal.timeout(10_000)))[0]), 'home')
    await reader.close()
  })
})
