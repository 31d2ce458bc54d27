import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import { eventually } from '../../../support/eventually.ts'
import { bearerOfGoogle, CERT_URL, FROM_SNS, KEYS, PUSH, SECRET, STRANGERS, snsOf, startRotations } from './rotations-scene.ts'

const EVENT = { store: 'ClusterSecretStore vault', key: 'team-a/database' }
const BEARER = { authorization: `Bearer ${SECRET}` }
/** Longer than what is looked at while many prove nothing. */
const LONG = { ...EVENT, more: 'x'.repeat(20_000) }

test('who proves nothing takes nothing of the rate of those who do', async () => {
  await using self = await startRotations({ burst: 3 })
  for (let flood = 0; flood < 10; flood++) {
    assert.equal((await self.post(EVENT, self.signed(EVENT, 'wrong'))).status, 401)
    assert.equal((await self.post(EVENT, { 'x-api-key': 'wrong' })).status, 401)
    assert.equal((await self.post(EVENT)).status, 401)
    assert.equal((await self.post(PUSH, await bearerOfGoogle(self, { email: 'other@example.com' }))).status, 401)
    assert.equal((await self.ask({ 'webhook-request-origin': 'eventgrid.azure.net' })).status, 200)
  }
  const good = [self.signed(EVENT), BEARER, await bearerOfGoogle(self)]
  for (const headers of good) assert.equal((await self.post('message' in headers ? PUSH : EVENT, headers)).status, 204)
  assert.equal((await self.post(EVENT, BEARER)).status, 429)
  assert.deepEqual(
    [...new Set(self.outcomes)],
    ['plain refused', 'eventbridge refused', 'pubsub refused', 'plain taken', 'pubsub taken', 'plain throttled'],
  )
})

test('of a flood of signatures that are none only the first long bodies are looked at, and short ones that are good are taken', async () => {
  await using self = await startRotations()
  const flood = async (): Promise<number> => (await self.post(LONG, self.signed(LONG, 'wrong'))).status
  for (let looked = 0; looked < STRANGERS; looked++) assert.equal(await flood(), 401)
  for (let more = 0; more < 20; more++) assert.equal(await flood(), 429)
  assert.equal((await self.post(EVENT, self.signed(EVENT))).status, 204)
  assert.equal((await self.post(snsOf(self), FROM_SNS)).status, 204)
  assert.equal((await self.post(LONG, self.signed(LONG))).status, 429)
  assert.equal((await self.post(LONG, BEARER)).status, 204)
  await self.clock.run(1_000)
  assert.equal((await self.post(LONG, self.signed(LONG))).status, 204)
  assert.equal((await self.post(LONG, self.signed(LONG, SECRET, 1_000))).status, 204)
})

test('SNS is told to come again when too many come: it gives up what is answered with 429', async () => {
  await using self = await startRotations({ burst: 1 })
  assert.equal((await self.post(EVENT, BEARER)).status, 204)
  assert.equal((await self.post(snsOf(self), FROM_SNS)).status, 503)
  await self.clock.run(1_000)
  assert.equal((await self.post(snsOf(self), FROM_SNS)).status, 204)
  assert.equal(self.told.length, 2)
})

test('certificates that messages name are asked for so often at most, and one that is known still counts', async () => {
  await using self = await startRotations()
  assert.equal((await self.post(snsOf(self), FROM_SNS)).status, 204)
  for (let flood = 0; flood < 10; flood++) {
    const SigningCertURL = CERT_URL.replace('0123456789abcdef', `0123456789abcdef${flood}`)
    const message = snsOf(self, { SigningCertURL, Signature: Buffer.alloc(256).toString('base64') })
    assert.equal((await self.post(message, FROM_SNS)).status, flood < KEYS - 1 ? 401 : 500)
  }
  assert.equal(self.fetched.length, KEYS)
  assert.equal((await self.post(snsOf(self, { MessageId: 'm2' }), FROM_SNS)).status, 204)
})

test('keys of Google are asked for by tokens for us alone, and seldom', async () => {
  await using self = await startRotations({ away: 100 })
  const post = async (headers: Record<string, string>): Promise<number> => (await self.post(PUSH, headers)).status
  assert.equal(await post(await bearerOfGoogle(self, {}, { aud: 'https://elsewhere.example.com' })), 401)
  assert.equal(await post({ authorization: 'Bearer not.a.token' }), 401)
  assert.deepEqual(self.fetched, [])
  const forUs = await bearerOfGoogle(self, {}, { kid: 'unknown' })
  for (let flood = 0; flood < 10; flood++) assert.equal(await post(forUs), 500)
  assert.equal(self.fetched.length, 1)
  await self.clock.run(1_000)
  assert.equal(await post(forUs), 500)
  assert.equal(self.fetched.length, 2)
})

test('bodies that come slowly do not keep others out, and only so many are held', async (t) => {
  await using self = await startRotations()
  const sockets: net.Socket[] = []
  t.after(() => sockets.forEach((socket) => socket.destroy()))
  const head = Object.entries({ host: 'localhost', 'content-length': '10', ...self.signed(EVENT) })
  for (let slow = 0; slow < 70; slow++) {
    const socket = net.connect(self.port, '127.0.0.1').on('error', () => undefined)
    sockets.push(socket)
    await once(socket, 'connect')
    socket.resume().write(`POST /rotations HTTP/1.1\r\n${head.map((one) => `${one.join(': ')}\r\n`).join('')}\r\n`)
  }
  await eventually(() => (sockets.filter(({ closed }) => closed).length >= 6 ? true : undefined))
  assert.equal((await self.post(EVENT, self.signed(EVENT))).status, 204)
  await eventually(() => (sockets.filter(({ closed }) => closed).length >= 7 ? true : undefined))
})
