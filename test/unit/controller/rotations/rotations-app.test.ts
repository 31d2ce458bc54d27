import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { ARN, AWS_EVENT, bearerOfGoogle, CERT_URL, FROM_SNS, PUSH, SECRET, snsOf, startRotations } from './rotations-scene.ts'

test('a plain event counts when it is signed, once, and not after five minutes', async () => {
  await using self = await startRotations()
  const event = { store: 'ClusterSecretStore vault', key: 'team-a/database' }
  const headers = self.signed(event)
  assert.equal((await self.post(event, headers)).status, 204)
  assert.equal((await self.post(event, headers)).status, 401)
  assert.equal((await self.post({ ...event, key: 'other' }, self.signed(event, SECRET, 1_000))).status, 401)
  assert.equal((await self.post(event, self.signed(event, 'wrong'))).status, 401)
  assert.equal((await self.post(event, self.signed(event, SECRET, 301_000))).status, 401)
  assert.equal((await self.post(event, self.signed(event, SECRET, -301_000))).status, 401)
  assert.equal((await self.post(event)).status, 401)
  assert.equal((await self.post(event, self.signed(event, 'older', 2_000))).status, 204)
  assert.deepEqual(self.told, Array(2).fill('ClusterSecretStore vault team-a/database'))
})

test('EventBridge shows the secret, and each spelling of a name is looked for', async () => {
  await using self = await startRotations()
  assert.equal((await self.post(AWS_EVENT, { 'x-api-key': SECRET })).status, 204)
  assert.equal((await self.post(AWS_EVENT, { 'x-api-key': `${SECRET}x` })).status, 401)
  const parameter = { source: 'aws.ssm', detail: { name: '/team-a/database', operation: 'Update' } }
  assert.equal((await self.post(parameter, { authorization: `Bearer ${SECRET}` })).status, 204)
  assert.equal((await self.post({ source: 'aws.ec2', detail: { name: 'x' } }, { 'x-api-key': SECRET })).status, 204)
  assert.deepEqual(self.told, [
    `aws ${ARN} team-a/database-aB3dE6 ${ARN.slice(0, -7)} team-a/database`,
    'aws /team-a/database team-a/database',
  ])
})

test('Event Grid is greeted with its code, and names secrets of Key Vault', async () => {
  await using self = await startRotations()
  const grid = { 'aeg-event-type': 'SubscriptionValidation', authorization: `Bearer ${SECRET}` }
  const greeting = [{ eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: 'c0de' } }]
  assert.deepEqual(await self.post(greeting, grid), { status: 200, body: '{"validationResponse":"c0de"}' })
  assert.equal((await self.post(greeting, { 'aeg-event-type': 'SubscriptionValidation' })).status, 401)
  const event = { eventType: 'Microsoft.KeyVault.SecretNewVersionCreated', data: { ObjectName: 'database', VaultName: 'v' } }
  assert.equal((await self.post([event], { ...grid, 'aeg-event-type': 'Notification' })).status, 204)
  assert.deepEqual(self.told, ['azurekv database secret/database key/database cert/database'])
})

test('Event Grid brings as many events at once as it can, and each counts', async () => {
  await using self = await startRotations()
  const headers = { 'aeg-event-type': 'Notification', authorization: `Bearer ${SECRET}` }
  const data = (index: number): object => ({ ObjectName: `secret-${index}`, Id: 'x'.repeat(500) })
  const eventType = 'Microsoft.KeyVault.SecretNewVersionCreated'
  const events = Array.from({ length: 1_700 }, (_, index) => ({ eventType, id: `g${index}`, data: data(index) }))
  assert.equal((await self.post(events, headers)).status, 204)
  assert.equal(self.told.length, 1_700)
})

test('Event Grid asks whether it may send CloudEvents, and does', async () => {
  await using self = await startRotations()
  const answer = await self.ask({ 'webhook-request-origin': 'eventgrid.azure.net' })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('webhook-allowed-origin'), 'eventgrid.azure.net')
  assert.equal((await self.ask({ 'webhook-request-origin': 'eventgrid.azure.net.evil.example' })).status, 403)
  assert.equal((await self.ask({})).status, 403)
  const event = { specversion: '1.0', type: 'Microsoft.KeyVault.SecretNewVersionCreated', data: { ObjectName: 'database' } }
  const cloudEvents = { 'content-type': 'application/cloudevents+json; charset=utf-8' }
  assert.equal((await self.post(event, cloudEvents)).status, 401)
  assert.equal((await self.post(event, { ...cloudEvents, authorization: `Bearer ${SECRET}` })).status, 204)
  assert.deepEqual(self.told, ['azurekv database secret/database key/database cert/database'])
})

test('what could not be taken is answered so that it comes again, and counts then', async () => {
  await using self = await startRotations({ refuses: 4 })
  const event = { store: 'ClusterSecretStore vault', key: 'team-a/database' }
  const [headers, message] = [self.signed(event), snsOf(self)]
  const grid = [{ eventType: 'Microsoft.KeyVault.SecretNewVersionCreated', data: { ObjectName: 'database' } }]
  const fromGrid = { 'aeg-event-type': 'Notification', 'x-api-key': SECRET }
  for (const status of [500, 204]) {
    assert.equal((await self.post(event, headers)).status, status)
    assert.equal((await self.post(message, FROM_SNS)).status, status)
    assert.equal((await self.post(AWS_EVENT, { 'x-api-key': SECRET })).status, status)
    assert.equal((await self.post(grid, fromGrid)).status, status)
  }
  assert.equal(self.told.length, 4)
  assert.equal((await self.post(event, headers)).status, 401)
  assert.equal((await self.post(message, FROM_SNS)).status, 204)
  assert.deepEqual(self.outcomes.slice(0, 2), ['plain failed', 'sns failed'])
  assert.equal(self.said.length, 1)
  assert.match(self.said[0] ?? '', /could not be taken.*plain.*Unavailable.*not now/)
})

test('an event that comes once more while it is being taken is to come again, since its first request may fail', async () => {
  const [begun, slow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const taking = (): Promise<void> => {
    begun.resolve()
    return slow.promise
  }
  await using self = await startRotations({ refuses: 1, taking })
  const message = snsOf(self)
  const first = self.post(message, FROM_SNS)
  await begun.promise
  assert.equal((await self.post(message, FROM_SNS)).status, 503)
  slow.resolve()
  assert.equal((await first).status, 500)
  assert.equal((await self.post(message, FROM_SNS)).status, 204)
  assert.equal((await self.post(message, FROM_SNS)).status, 204)
  assert.equal(self.told.length, 1)
})

test('a message and a subscription of SNS come again while Amazon cannot be reached', async () => {
  await using self = await startRotations({ away: 1 })
  const message = snsOf(self)
  assert.equal((await self.post(message, FROM_SNS)).status, 500)
  assert.equal((await self.post(message, FROM_SNS)).status, 204)
  await using other = await startRotations({ away: 1 })
  const SubscribeURL = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'
  const wish = snsOf(other, { Type: 'SubscriptionConfirmation', Token: 't', Message: 'hello', SubscribeURL })
  assert.equal((await other.post(wish, FROM_SNS)).status, 500)
  assert.equal((await other.post(wish, FROM_SNS)).status, 204)
  assert.match(other.said[0] ?? '', /Amazon SNS does not give/)
})

test('SNS counts when Amazon signed it for a topic of ours, once', async () => {
  await using self = await startRotations()
  const message = snsOf(self)
  assert.equal((await self.post(message, FROM_SNS)).status, 204)
  assert.equal((await self.post(message, FROM_SNS)).status, 204)
  assert.equal((await self.post(snsOf(self, { MessageId: 'm2', SignatureVersion: '1' }), FROM_SNS)).status, 204)
  assert.deepEqual(self.told.length, 2)
  assert.deepEqual(self.fetched, [CERT_URL])
})

test('a cloud that sends an event again has not heard that it was taken: it is told so, and the event counts once', async () => {
  await using self = await startRotations()
  const data = { ObjectName: 'database' }
  const grid = { eventType: 'Microsoft.KeyVault.SecretNewVersionCreated', data }
  const cloud = { type: 'Microsoft.KeyVault.SecretNewVersionCreated', data }
  const [key, fromGrid] = [{ 'x-api-key': SECRET }, { 'x-api-key': SECRET, 'aeg-event-type': 'Notification' }]
  const push = { message: { ...PUSH.message, messageId: 'p1' } }
  for (let time = 0; time < 2; time++) {
    assert.equal((await self.post({ ...AWS_EVENT, id: 'e1' }, key)).status, 204)
    assert.equal((await self.post({ ...AWS_EVENT, id: 'e1' }, { authorization: `Bearer ${SECRET}` })).status, 204)
    assert.equal((await self.post(snsOf(self, { Message: JSON.stringify({ ...AWS_EVENT, id: 'e1' }) }), FROM_SNS)).status, 204)
    assert.equal((await self.post([{ ...grid, id: 'g1' }], fromGrid)).status, 204)
    assert.equal((await self.post({ ...cloud, id: 'c1' }, fromGrid)).status, 204)
    assert.equal((await self.post(push, await bearerOfGoogle(self))).status, 204)
  }
  assert.equal(self.told.length, 4)
  // What comes with others may come again without them.
  for (const id of ['g2', 'g3'])
    await self.post(
      [
        { ...grid, id: 'g1' },
        { ...grid, id },
      ],
      fromGrid,
    )
  assert.equal(self.told.length, 8)
  assert.ok(self.outcomes.every((outcome) => outcome.endsWith(' taken')))
})

test('the log says when the subscription of a topic has ended', async () => {
  await using self = await startRotations()
  const SubscribeURL = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'
  const end = snsOf(self, { Type: 'UnsubscribeConfirmation', Token: 't', Message: 'gone', SubscribeURL })
  assert.equal((await self.post({ ...end, Signature: Buffer.alloc(256).toString('base64') }, FROM_SNS)).status, 401)
  assert.deepEqual(self.said, [])
  assert.equal((await self.post(end, FROM_SNS)).status, 204)
  assert.match(self.said[0] ?? '', /subscription of a topic has ended.*arn:aws:sns:eu-west-1:111111111111:rotations/)
})

const forged: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['of a topic of somebody else', { TopicArn: 'arn:aws:sns:eu-west-1:222222222222:rotations' }],
  ['whose signature is of another message', { Signature: Buffer.alloc(256).toString('base64') }],
  [
    'whose certificate is elsewhere',
    { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem' },
  ],
  ['whose certificate comes in clear', { SigningCertURL: CERT_URL.replace('https', 'http') }],
  ['whose certificate is no file of SNS', { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/?Action=Publish' }],
  [
    'whose certificate is in a bucket that is called sns',
    { SigningCertURL: 'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem' },
  ],
  [
    'whose certificate is in that bucket, by way of a faster host',
    { SigningCertURL: 'https://sns.s3-accelerate.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem' },
  ],
  [
    'whose certificate is in a bucket',
    { SigningCertURL: 'https://bucket.s3.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem' },
  ],
  ['that is too old', { Timestamp: '2001-01-01T00:00:00.000Z' }],
]
for (const [what, changes] of forged) {
  test(`a message ${what} is refused`, async () => {
    await using self = await startRotations()
    assert.equal((await self.post(snsOf(self, changes), FROM_SNS)).status, 401)
    assert.deepEqual(self.told, [])
    assert.ok(self.fetched.every((url) => url === CERT_URL))
  })
}

for (const host of ['us-gov-west-1.amazonaws.com', 'cn-north-1.amazonaws.com.cn', 'eusc-de-east-1.amazonaws.eu']) {
  test(`a certificate of ${host} is Amazon's`, async () => {
    await using self = await startRotations()
    const url = CERT_URL.replace('eu-west-1.amazonaws.com', host)
    assert.equal((await self.post(snsOf(self, { SigningCertURL: url }), FROM_SNS)).status, 204)
    assert.deepEqual(self.fetched, [url])
  })
}

test('a subscription is confirmed at Amazon alone', async () => {
  await using self = await startRotations()
  const url = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'
  const wish = { Type: 'SubscriptionConfirmation', Token: 't', Message: 'hello' }
  assert.equal((await self.post(snsOf(self, { ...wish, SubscribeURL: url }), FROM_SNS)).status, 204)
  for (const [index, elsewhere] of ['https://evil.example/?Action=ConfirmSubscription', url.replace('Confirm', 'Un')].entries()) {
    const message = snsOf(self, { ...wish, MessageId: `e${index}`, SubscribeURL: elsewhere })
    assert.equal((await self.post(message, FROM_SNS)).status, 422)
  }
  assert.deepEqual(self.fetched, [CERT_URL, url])
})

test('Pub/Sub counts with a token that Google signed for our account and audience', async () => {
  await using self = await startRotations()
  const token = async (claims: object, how?: Parameters<typeof bearerOfGoogle>[2]): Promise<number> =>
    (await self.post(PUSH, await bearerOfGoogle(self, claims, how))).status
  assert.equal(await token({}), 204)
  assert.equal(await token({ email: 'other@project.iam.gserviceaccount.com' }), 401)
  assert.equal(await token({ email_verified: false }), 401)
  assert.equal(await token({}, { iss: 'https://evil.example' }), 401)
  assert.equal(await token({}, { aud: 'https://elsewhere.example.com' }), 401)
  assert.equal(await token({}, { ageMs: 7_200_000 }), 401)
  assert.equal(await token({}, { key: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey }), 401)
  assert.deepEqual(self.told, ['gcpsm projects/1/secrets/database database'])
})

test('a push comes again while the keys of Google cannot be had, and the log says what to let through', async () => {
  await using self = await startRotations({ away: 1 })
  const bearer = await bearerOfGoogle(self)
  assert.equal((await self.post(PUSH, bearer)).status, 500)
  await self.clock.run(1_000)
  assert.equal((await self.post(PUSH, bearer)).status, 204)
  assert.match(self.said[0] ?? '', /Google does not give the keys of its tokens.*www\.googleapis\.com/)
})

test('nonsense is not understood, a flood is held up, and one that stands by asks to come again', async () => {
  await using self = await startRotations({ burst: 3 })
  const bearer = { authorization: `Bearer ${SECRET}` }
  assert.equal((await self.post('{', bearer)).status, 422)
  assert.equal((await self.post('x'.repeat(1_600_000), bearer)).status, 413)
  for (const status of [204, 204, 429]) assert.equal((await self.post({}, bearer)).status, status)
  await using standby = await startRotations({ leads: false })
  assert.equal((await standby.post({ store: 's', key: 'k' }, bearer)).status, 503)
  const message = snsOf(standby)
  assert.equal((await standby.post(message, FROM_SNS)).status, 503)
  const event = { store: 's', key: 'k' }
  const headers = standby.signed(event)
  assert.equal((await standby.post(event, headers)).status, 503)
  standby.lead()
  // What was not taken comes again as it was.
  assert.equal((await standby.post(message, FROM_SNS)).status, 204)
  assert.equal((await standby.post(event, headers)).status, 204)
})

test('what another process has taken is refused, by an id that tells nothing of it', async () => {
  await using self = await startRotations()
  await using other = await startRotations()
  const event = { store: 's', key: 'k' }
  const [headers, message] = [self.signed(event), snsOf(self)]
  assert.equal((await self.post(event, headers)).status, 204)
  assert.equal((await self.post(message, FROM_SNS)).status, 204)
  for (const id of self.known) {
    assert.match(id, /^[\w-]{16}$/)
    other.known.add(id)
  }
  assert.equal((await other.post(event, headers)).status, 401)
  assert.equal((await other.post(message, FROM_SNS)).status, 204)
  assert.deepEqual(other.told, [])
})
