import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { ApiRequest, ApiTransport } from '../../../plugin/kube/api-transport.ts'
import { openAuthorityFile } from '../../../plugin/kube/authority-file.ts'
import { httpsTransport } from '../../../plugin/kube/https-transport.ts'
import { fixedCredentials } from '../../../plugin/kube/kube-credentials.ts'
import { testClientCertificate, testTls } from '../../support/emulators/tls/test-tls.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const POST: ApiRequest = { method: 'POST', path: '/', accept: 'application/json', body: '{}', maxBytes: 1000 }
const OURS = testTls().ca
/** Some certificate that vouches for nobody. */
const OTHER = testClientCertificate().cert

let folder: string
let file: string
let clock: FakeClock
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'authority-'))
  file = path.join(folder, 'ca.crt')
  clock = new FakeClock()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the authority of an API server in a file', () => {
  test('is read again after a minute, and stays as it was while the file is empty or gone', async () => {
    await assert.rejects(openAuthorityFile(file, clock), { code: 'ENOENT' })
    await writeFile(file, 'one')
    const self = await openAuthorityFile(file, clock)
    await writeFile(file, 'two')
    assert.equal(await self.current(), 'one')
    clock.advance(60_000)
    assert.equal(await self.current(), 'two')
    await writeFile(file, '')
    assert.equal(await self.readAgain(), 'two')
    await rm(file)
    clock.advance(60_000)
    assert.equal(await self.current(), 'two')
    await writeFile(file, 'three')
    assert.deepEqual(await Promise.all([self.readAgain(), self.readAgain(), self.current()]), ['three', 'three', 'three'])
  })
})

describe('an API server whose authority is replaced', () => {
  let server: https.Server
  let requests: number
  let transport: ApiTransport

  beforeEach(async () => {
    requests = 0
    server = https.createServer(testTls(), (_, response) => {
      requests++
      response.writeHead(200, { Connection: 'close' }).end('{}')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterEach(() => {
    transport.close()
    server.closeAllConnections()
    server.close()
  })

  async function connect(trusted: string): Promise<void> {
    await writeFile(file, trusted)
    const options = { environment: new Map(), requestTimeoutMs: 60_000, maxConnections: 20, userAgent: 'unit/1' }
    const { port } = server.address() as AddressInfo
    const ca = await openAuthorityFile(file, clock)
    transport = httpsTransport(
      { server: `https://127.0.0.1:${port}`, ca, credentials: fixedCredentials({ headers: {} }) },
      options,
    )
  }

  test('is trusted as soon as the file has the new one, by whatever is asked at that moment, each once', async () => {
    await connect(OTHER)
    await assert.rejects(transport.exchange(POST), { name: 'TransportFailure', code: /ISSUER|SELF_SIGNED/ })
    await writeFile(file, OURS)
    const answers = await Promise.all(Array.from({ length: 8 }, () => transport.exchange(POST)))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    assert.equal(requests, 8)
    const stream = await transport.open(POST, 60_000, new AbortController().signal)
    assert.equal(stream.status, 200)
    for await (const _ of stream.chunks);
  })

  test('is trusted no more a minute after the file has lost it', async () => {
    await connect(OURS)
    assert.equal((await transport.exchange(POST)).status, 200)
    await writeFile(file, OTHER)
    assert.equal((await transport.exchange(POST)).status, 200)
    clock.advance(60_000)
    await assert.rejects(transport.exchange(POST), { name: 'TransportFailure' })
    assert.equal(requests, 2)
  })
})
