import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { ecrAuthorizationToken } from '../../../plugin/generators/ecr-authorization-token.ts'
import { stsSessionToken } from '../../../plugin/generators/sts-session-token.ts'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../../support/emulators/aws/aws-emulator.ts'
import { MFA_CODE } from '../../support/emulators/aws/token-service.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { type Around, generate, generateTexts } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

const NOW = Math.floor(Date.now() / 1000) * 1000
const ROLE = 'arn:aws:iam::111111111111:role/puller'
const secretRef = { accessKeyIDSecretRef: { name: 'aws', key: 'id' }, secretAccessKeySecretRef: { name: 'aws', key: 'secret' } }
const secrets = { 'aws/id': TEST_KEY.accessKeyId, 'aws/secret': TEST_KEY.secretAccessKey }

let aws: AwsEmulator
before(async () => {
  aws = await startAwsEmulator({ roles: [{ arn: ROLE, trusts: ['111111111111'] }], now: () => NOW })
})
beforeEach(() => {
  aws.control.reset()
  aws.allowAll()
})
after(() => aws.close())

const around = (more: Around = {}): Around => ({
  secrets,
  environment: { AWS_ENDPOINT_URL: aws.url },
  clock: new FakeClock(NOW),
  ...more,
})

describe('a login to Amazon ECR', () => {
  const spec = (more: object = {}): object => ({ region: 'eu-central-1', auth: { secretRef }, ...more })

  test('is for the private registry of the account and region, for twelve hours', async () => {
    assert.deepEqual(await generateTexts(ecrAuthorizationToken, spec(), around()), {
      username: 'AWS',
      password: 'password:of:arn:aws:iam::111111111111:user/tester',
      proxy_endpoint: 'https://111111111111.dkr.ecr.eu-central-1.amazonaws.com',
      expires_at: String(NOW / 1000 + 12 * 3600),
    })
  })

  test('to the public registry has no address', async () => {
    const texts = await generateTexts(ecrAuthorizationToken, spec({ region: 'us-east-1', scope: 'public' }), around())
    assert.deepEqual(Object.keys(texts).sort(), ['expires_at', 'password', 'username'])
    assert.deepEqual(aws.control.asked, ['SpencerFrontendService.GetAuthorizationToken'])
  })

  test('is asked for in the role that the author names', async () => {
    const { password } = await generateTexts(ecrAuthorizationToken, spec({ role: ROLE }), around())
    assert.match(password ?? '', /assumed-role\/puller/)
  })

  test('keys win over jwt, the other way round than in a store', async () => {
    const auth = { secretRef, jwt: { serviceAccountRef: { name: 'unknown' } } }
    const { username } = await generateTexts(ecrAuthorizationToken, spec({ auth }), around())
    assert.equal(username, 'AWS')
  })

  test("without auth the process's own identity asks", async () => {
    const environment = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
    }
    const { username } = await generateTexts(ecrAuthorizationToken, { region: 'us-east-1' }, around({ environment, secrets: {} }))
    assert.equal(username, 'AWS')
  })

  test('a missing right is AccessDenied, and the remedy names it', async () => {
    aws.deny('ecr:GetAuthorizationToken')
    await assert.rejects(generate(ecrAuthorizationToken, spec(), around()), {
      kind: 'AccessDenied',
      remedy: /ecr:GetAuthorizationToken/,
    })
  })

  test('fields are called as they are in the spec', async () => {
    await assert.rejects(generate(ecrAuthorizationToken, spec(), around({ secrets: {} })), {
      kind: 'InvalidSpec',
      place: { field: 'spec.auth.secretRef.accessKeyIDSecretRef' },
    })
    const auth = { jwt: { serviceAccountRef: { name: 'unknown' } } }
    await assert.rejects(generate(ecrAuthorizationToken, spec({ auth }), around()), {
      kind: 'InvalidSpec',
      place: { field: 'spec.auth.jwt.serviceAccountRef' },
    })
  })

  test('a region that is none, half of a key, or another scope is no spec', () => {
    const half = { secretRef: { accessKeyIDSecretRef: { name: 'aws', key: 'id' } } }
    const isGood = (more: object): boolean => ecrAuthorizationToken.spec.safeParse(spec(more)).success
    assert.deepEqual([{}, { region: 'evil.example/' }, { auth: half }, { scope: 'secret' }].map(isGood), [
      true,
      false,
      false,
      false,
    ])
  })

  saysOfBadAnswers(() => aws, {
    ask: (options) => generate(ecrAuthorizationToken, spec(), around(options)),
    attempts: 5,
    canaries: () => [TEST_KEY.secretAccessKey, 'arn:aws:iam'],
  })
})

describe('a session of AWS', () => {
  const spec = (more: object = {}): object => ({ region: 'us-east-1', auth: { secretRef }, ...more })

  test('lasts twelve hours, or as long as the author says', async () => {
    const session = await generateTexts(stsSessionToken, spec(), around())
    assert.deepEqual(Object.keys(session).sort(), ['access_key_id', 'expiration', 'secret_access_key', 'session_token'])
    assert.equal(session['expiration'], String(NOW / 1000 + 43_200))
    const short = await generateTexts(stsSessionToken, spec({ requestParameters: { sessionDuration: 900 } }), around())
    assert.equal(short['expiration'], String(NOW / 1000 + 900))
    assert.notEqual(short['session_token'], session['session_token'])
  })

  test('with the code of an MFA device that is right is given, with a wrong one it is AccessDenied', async () => {
    const requestParameters = { serialNumber: 'arn:aws:iam::111111111111:mfa/tester', tokenCode: MFA_CODE }
    await generate(stsSessionToken, spec({ requestParameters }), around())
    const wrong = { requestParameters: { ...requestParameters, tokenCode: '000000' } }
    await assert.rejects(generate(stsSessionToken, spec(wrong), around()), { kind: 'AccessDenied', remedy: /tokenCode/ })
  })

  test('for a role is refused by AWS, and the remedy says who can ask', async () => {
    await assert.rejects(generate(stsSessionToken, spec({ role: ROLE }), around()), { kind: 'AccessDenied', remedy: /IAM user/ })
  })

  test('a length that AWS does not give is InvalidSpec', async () => {
    const requestParameters = { sessionDuration: 1 }
    await assert.rejects(generate(stsSessionToken, spec({ requestParameters }), around()), { kind: 'InvalidSpec' })
  })

  test('jwt cannot ask', () => {
    const auth = { jwt: { serviceAccountRef: { name: 'puller' } } }
    const { error } = stsSessionToken.spec.safeParse(spec({ auth }))
    assert.deepEqual(error?.issues[0]?.path, ['auth', 'jwt'])
  })
})
