import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'

const ROLE = 'arn:aws:iam::222222222222:role/reader'

let emulator: AwsEmulator
let nowMs: number

before(async () => {
  emulator = await startAwsEmulator({ roles: [{ arn: ROLE, trusts: ['111111111111'] }], now: () => nowMs })
})
beforeEach(() => {
  nowMs = Date.now()
  emulator.control.reset()
})
after(() => emulator.close())

interface Changes {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  readonly systemClockOffset?: number
  readonly signingName?: string
}

function settings(changes: Changes = {}): Changes & { region: string; endpoint: string; maxAttempts: number } {
  return { region: 'us-east-1', endpoint: emulator.url, credentials: TEST_KEY, maxAttempts: 1, ...changes }
}

const secrets = (changes?: Changes): SecretsManagerClient => new SecretsManagerClient(settings(changes))
const read = (name: string): GetSecretValueCommand => new GetSecretValueCommand({ SecretId: name })

/** The name of the exception that the SDK makes of the answer. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (thrown) {
    return thrown instanceof Error ? thrown.name : String(thrown)
  }
  return 'none'
}

describe('the AWS emulator, as the official SDK sees it', () => {
  test('Secrets Manager keeps versions, stages, bytes and tags', async () => {
    const client = secrets()
    const created = await client.send(new CreateSecretCommand({ Name: 'app/db', SecretString: 'one' }))
    const put = await client.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretBinary: Uint8Array.of(0, 255) }))
    await client.send(new TagResourceCommand({ SecretId: created.ARN, Tags: [{ Key: 'env', Value: 'prod' }] }))
    const current = await client.send(read('app/db'))
    const previous = await client.send(new GetSecretValueCommand({ SecretId: 'app/db', VersionStage: 'AWSPREVIOUS' }))
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'app/db' }))
    assert.deepEqual(Uint8Array.from(current.SecretBinary ?? []), Uint8Array.of(0, 255))
    assert.equal(current.VersionId, put.VersionId)
    assert.equal(previous.SecretString, 'one')
    assert.equal(previous.VersionId, created.VersionId)
    assert.deepEqual(described.Tags, [{ Key: 'env', Value: 'prod' }])
    assert.ok(described.LastChangedDate instanceof Date)
    assert.deepEqual(
      (await client.send(new ListSecretsCommand({}))).SecretList?.map(({ Name }) => Name),
      ['app/db'],
    )
  })

  test('a listing tells stages under its own name, by the beginning of names or its negation', async () => {
    const { versionId } = emulator.putSecret('team/db', 'x')
    emulator.putSecret('team-less', 'x')
    const list = async (value: string): Promise<readonly (string | undefined)[]> => {
      const answer = await secrets().send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [value] }] }))
      return (answer.SecretList ?? []).map(({ Name }) => Name)
    }
    assert.deepEqual(await list('team/'), ['team/db'])
    const others = await list('!team/')
    assert.ok(others.includes('team-less') && !others.includes('team/db'), others.join())
    const { SecretList } = await secrets().send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['team/'] }] }))
    assert.deepEqual(SecretList?.[0]?.SecretVersionsToStages, { [versionId]: ['AWSCURRENT'] })
  })

  test('lists what was there some time ago, where it is told to, and describes what is', async (t) => {
    const late = await startAwsEmulator({ listingLagMs: 300_000, now: () => nowMs })
    t.after(() => late.close())
    const client = (): SecretsManagerClient => secrets({ endpoint: late.url, systemClockOffset: nowMs - Date.now() })
    const listed = async (): Promise<readonly (string | undefined)[]> => {
      const { SecretList } = await client().send(new ListSecretsCommand({}))
      return (SecretList ?? []).map(({ SecretVersionsToStages = {} }) =>
        Object.keys(SecretVersionsToStages).find((id) => SecretVersionsToStages[id]?.includes('AWSCURRENT')),
      )
    }
    const first = late.putSecret('late', 'one').versionId
    assert.deepEqual(await listed(), [])
    nowMs += 300_000
    const second = late.putSecret('late', 'two').versionId
    assert.deepEqual(await listed(), [first])
    const { VersionIdsToStages = {} } = await client().send(new DescribeSecretCommand({ SecretId: 'late' }))
    assert.deepEqual(VersionIdsToStages[second], ['AWSCURRENT'])
    nowMs += 299_999
    assert.deepEqual(await listed(), [first])
    nowMs += 1
    assert.deepEqual(await listed(), [second])
  })

  test('parameters are described by name, 50 at most, without a value', async () => {
    const client = new SSMClient(settings())
    for (const name of ['/a', '/b', '/c']) emulator.putParameter(name, 'not to be seen', { type: 'SecureString' })
    const describe = (...Values: string[]): DescribeParametersCommand =>
      new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }], MaxResults: 2 })
    const first = await client.send(describe('/a', '/b', '/c', '/absent'))
    assert.deepEqual(
      first.Parameters?.map(({ Name, Version }) => [Name, Version]),
      [
        ['/a', 1],
        ['/b', 1],
      ],
    )
    assert.ok(first.NextToken)
    assert.doesNotMatch(JSON.stringify(first), /not to be seen/)
    const tooMany = Array.from({ length: 51 }, (_, i) => `/${i}`)
    assert.equal(await refusal(client.send(describe(...tooMany))), 'ValidationException')
  })

  test('a batch has values and errors side by side, and at most 20 ids', async () => {
    emulator.putSecret('a', 'x')
    const answer = await secrets().send(new BatchGetSecretValueCommand({ SecretIdList: ['a', 'absent'] }))
    assert.deepEqual(
      answer.SecretValues?.map(({ Name, SecretString }) => [Name, SecretString]),
      [['a', 'x']],
    )
    assert.deepEqual(
      answer.Errors?.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode]),
      [['absent', 'ResourceNotFoundException']],
    )
    const tooMany = new BatchGetSecretValueCommand({ SecretIdList: Array.from({ length: 21 }, (_, i) => `${i}`) })
    assert.equal(await refusal(secrets().send(tooMany)), 'ValidationException')
  })

  test('a deleted secret cannot be read, and is gone at once when forced', async () => {
    const client = secrets()
    for (const name of ['soft', 'hard']) emulator.putSecret(name, 'x')
    await client.send(new DeleteSecretCommand({ SecretId: 'soft' }))
    await client.send(new DeleteSecretCommand({ SecretId: 'hard', ForceDeleteWithoutRecovery: true }))
    assert.equal(await refusal(client.send(read('soft'))), 'InvalidRequestException')
    assert.equal(await refusal(client.send(read('hard'))), 'ResourceNotFoundException')
  })

  test('Parameter Store keeps versions and does not show secure strings undecrypted', async () => {
    const client = new SSMClient(settings())
    await client.send(new PutParameterCommand({ Name: '/p', Value: 'plain-text', Type: 'SecureString' }))
    await client.send(new PutParameterCommand({ Name: '/p', Value: 'newer', Overwrite: true }))
    const answer = await client.send(new GetParametersCommand({ Names: ['/p:1', '/p', '/absent'], WithDecryption: true }))
    assert.deepEqual(
      answer.Parameters?.map(({ Name, Selector, Version, Value }) => [Name, Selector, Version, Value]),
      [
        ['/p', ':1', 1, 'plain-text'],
        ['/p', undefined, 2, 'newer'],
      ],
    )
    assert.deepEqual(answer.InvalidParameters, ['/absent'])
    const encrypted = await client.send(new GetParameterCommand({ Name: '/p:1' }))
    assert.notEqual(encrypted.Parameter?.Value, 'plain-text')
    assert.equal(await refusal(client.send(new GetParameterCommand({ Name: '/p:9' }))), 'ParameterVersionNotFound')
    assert.equal(await refusal(client.send(new GetParameterCommand({ Name: '/absent' }))), 'ParameterNotFound')
  })

  test('a session is refused whose name has a space, or whose transitive tag is none of its tags', async () => {
    const sts = new STSClient(settings())
    const spaced = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'a name' })
    await assert.rejects(sts.send(spaced), { name: 'ValidationError' })
    const untagged = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'name', TransitiveTagKeys: ['team'] })
    await assert.rejects(sts.send(untagged), { name: 'InvalidParameterValue' })
  })

  test('a session works until it ends, in the account of its role, and only with its token', async () => {
    const { Credentials } = await new STSClient(settings()).send(
      new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test' }),
    )
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    const who = await new STSClient(settings({ credentials: session })).send(new GetCallerIdentityCommand({}))
    assert.equal(who.Arn, 'arn:aws:sts::222222222222:assumed-role/reader/test')
    const { sessionToken: _dropped, ...withoutToken } = session
    assert.equal(await refusal(secrets({ credentials: withoutToken }).send(read('a'))), 'UnrecognizedClientException')
    nowMs += 3_601_000
    assert.equal(await refusal(secrets({ credentials: session }).send(read('a'))), 'ExpiredTokenException')
    const asRole = new STSClient(settings({ credentials: session }))
    assert.equal(await refusal(asRole.send(new GetCallerIdentityCommand({}))), 'ExpiredToken')
  })
})

describe('the AWS emulator checks signatures', () => {
  for (const [what, changes, code] of [
    ['an unknown key', { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } }, 'UnrecognizedClientException'],
    ['another secret', { credentials: { ...TEST_KEY, secretAccessKey: 'x' } }, 'InvalidSignatureException'],
    ['a session token that was never issued', { credentials: { ...TEST_KEY, sessionToken: 'x' } }, 'UnrecognizedClientException'],
    ['an unknown region', { region: 'mars-north-1' }, 'InvalidSignatureException'],
    ['another service', { signingName: 'ssm' }, 'InvalidSignatureException'],
    ['an old date', { systemClockOffset: -6 * 60_000 }, 'InvalidSignatureException'],
    ['a date to come', { systemClockOffset: 6 * 60_000 }, 'InvalidSignatureException'],
  ] as const) {
    test(`${what} is ${code}`, async () => {
      assert.equal(await refusal(secrets(changes).send(read('a'))), code)
    })
  }

  test('a body that was changed on the way is refused', async () => {
    const client = secrets()
    client.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request as { body: Uint8Array }
        request.body = Buffer.from(new TextDecoder().decode(request.body).replace('"a"', '"b"'))
        return await next(args)
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
    )
    assert.equal(await refusal(client.send(read('a'))), 'InvalidSignatureException')
  })

  test('a request without a signature is refused', async () => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' }
    const answer = await fetch(emulator.url, { method: 'POST', headers, body: '{"SecretId":"a"}' })
    assert.equal(answer.status, 400)
    assert.match(await answer.text(), /MissingAuthenticationTokenException/)
  })
})
