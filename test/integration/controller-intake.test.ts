import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { listenWithTls } from '../../plugin/cli/controller/listen-with-tls.ts'
import { UsageError } from '../../plugin/config/usage-error.ts'
import { FloorBoard } from '../../plugin/controller/applications/floor-board.ts'
import { intakeApp } from '../../plugin/controller/applications/intake-app.ts'
import { peerCheck } from '../../plugin/controller/applications/peer-authentication.ts'
import { TokenBucket } from '../../plugin/controller/applications/token-bucket.ts'
import { systemClock } from '../../plugin/model/clock.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import type { RenderFacts } from '../../plugin/observability/render-facts.ts'
import { openPeerClient, type PeerFiles } from '../../plugin/transport/peer-client.ts'
import { testClientCertificate, testTls } from '../support/emulators/tls/test-tls.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { renderFacts } from '../unit/controller/applications/render-facts.ts'

let folder: string
const file = (name: string): string => path.join(folder, name)

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'intake-'))
  const [server, own] = [testTls(), testClientCertificate()]
  const contents = {
    cert: server.cert,
    key: server.key,
    ca: server.ca,
    'own-cert': own.cert,
    'own-key': own.key,
    token: 'right',
    wrong: 'wrong',
    pod: POD,
  }
  for (const [name, text] of Object.entries(contents)) await writeFile(file(name), text)
})
after(() => rm(folder, { recursive: true }))

/** As a daemon whose kubelet mounts a token. */
const POD = 'token-of-pod'
/** What the API server says of it: nothing, while `keys` are away. */
function boundTokens(keys: 'there' | 'away') {
  return {
    async isGood(authorization: string | undefined) {
      if (keys === 'away') throw new SecretError('Unavailable', 'no keys', { remedy: 'grant them' })
      return authorization === `Bearer ${POD}`
    },
  }
}

async function start({
  leads = true,
  burst = 10,
  keys = 'there',
}: {
  leads?: boolean
  burst?: number
  keys?: 'there' | 'away'
} = {}) {
  const requests: string[] = []
  const received: RenderFacts[] = []
  const board = new FloorBoard(systemClock, seededRandom('intake'), () => [])
  const app = intakeApp({
    isPeer: peerCheck({ tokens: () => ['older', 'right'], certificates: 'accepted', boundTokens: boundTokens(keys) }),
    leader: () => (leads ? { board, receive: (facts) => received.push(facts) } : undefined),
    reportBucket: new TokenBucket(0.001, burst, systemClock),
    onRequest: (name, status) => void requests.push(`${name} ${status}`),
  })
  const files = { certificate: file('cert'), key: file('key'), clientCa: file('ca') }
  const listening = await listenWithTls('--intake', '127.0.0.1:0', app, { files, clock: systemClock, logger: silentLogger })
  const send = async (own: PeerFiles, body?: object): Promise<number> => {
    const client = await openPeerClient({
      url: new URL(`https://localhost:${listening.address.split(':')[1]}`),
      files: { ca: file('ca'), ...own },
      environment: new Map(),
      clock: systemClock,
      logger: silentLogger,
    })
    const signal = AbortSignal.timeout(10_000)
    try {
      const request = body
        ? ({ method: 'POST', path: '/reports', body: JSON.stringify(body) } as const)
        : ({ method: 'GET', path: '/floors?after=&daemon=d' } as const)
      return (await client.send({ ...request, signal })).status
    } finally {
      client.close()
    }
  }
  return { send, received, requests, [Symbol.asyncDispose]: () => listening.close() }
}

test('a daemon is let in by a certificate of the authority or by the token, and by nothing else', async () => {
  await using self = await start()
  assert.equal(await self.send({ certificate: file('own-cert'), key: file('own-key') }), 200)
  assert.equal(await self.send({ token: file('token') }), 200)
  assert.equal(await self.send({ token: file('wrong') }), 401)
  assert.equal(await self.send({}), 401)
  assert.equal(await self.send({ token: file('wrong') }, renderFacts('shop', [])), 401)
  assert.deepEqual(self.received, [])
})

test('a daemon is let in by the token of its ServiceAccount, and what is refused is counted', async () => {
  await using self = await start()
  assert.equal(await self.send({ token: file('pod') }), 200)
  assert.equal(await self.send({ token: file('pod') }, renderFacts('shop', [])), 204)
  assert.equal(await self.send({ token: file('wrong') }), 401)
  assert.deepEqual(self.requests, ['floors 200', 'reports 204', 'floors 401'])
})

test('while the keys of tokens cannot be had nobody is let in by one, and is asked to come again; other credentials count', async () => {
  await using self = await start({ keys: 'away' })
  assert.equal(await self.send({ token: file('pod') }), 503)
  assert.equal(await self.send({ token: file('pod') }, renderFacts('shop', [])), 503)
  assert.deepEqual(self.received, [])
  assert.equal(await self.send({ token: file('token') }), 200)
  assert.equal(await self.send({ certificate: file('own-cert'), key: file('own-key') }), 200)
  assert.equal(await self.send({}), 401)
})

test('reports are taken as they are, no more than the bucket lets in, and by the leader alone', async () => {
  await using self = await start({ burst: 2 })
  const own = { token: file('token') }
  const report = renderFacts('shop', [])
  assert.deepEqual([await self.send(own, report), await self.send(own, { ...report, revision: 7 })], [204, 422])
  assert.equal(await self.send(own, report), 429)
  assert.deepEqual(self.received, [report])
  await using standby = await start({ leads: false })
  assert.deepEqual([await standby.send(own, report), await standby.send(own)], [503, 503])
})

test('without a certificate nobody but this machine is listened to', async () => {
  const ports = { files: undefined, clock: systemClock, logger: silentLogger }
  for (const address of ['0.0.0.0:0', ':0', '0', '192.0.2.1:0', '127.example.com:0', 'x'])
    await assert.rejects(
      listenWithTls('--intake', address, () => undefined, ports),
      UsageError,
      address,
    )
})
