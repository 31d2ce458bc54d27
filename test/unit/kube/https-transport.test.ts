import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { ApiRequest, ApiTransport } from '../../../plugin/kube/api-transport.ts'
import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import { httpsTransport, type TransportOptions } from '../../../plugin/kube/https-transport.ts'
import { fixedCredentials, type KubeCredential } from '../../../plugin/kube/kube-credentials.ts'
import type { KubeEndpoint } from '../../../plugin/kube/kube-endpoint.ts'
import { startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { testClientCertificate, testTls } from '../../support/emulators/tls/test-tls.ts'

const GET: ApiRequest = { method: 'GET', path: '/api/v1/secrets', accept: 'application/json', maxBytes: 1000 }
const NOBODY = fixedCredentials({ headers: {} })

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void

async function serve(server: http.Server | https.Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
const plain = async (handler: Handler): Promise<string> => `http://${await serve(http.createServer(handler))}`
const secure = async (handler: Handler): Promise<string> =>
  `https://${await serve(https.createServer({ ...testTls(), ca: testTls().ca, requestCert: true, rejectUnauthorized: false }, handler))}`

function transportTo(
  endpoint: Partial<KubeEndpoint> & { server: string },
  changes: Partial<TransportOptions> = {},
): ApiTransport {
  const options = { environment: new Map(), requestTimeoutMs: 5_000, maxConnections: 20, userAgent: 'unit/1', ...changes }
  const transport = httpsTransport({ credentials: NOBODY, ...endpoint }, options)
  ends.push(() => transport.close())
  return transport
}

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const seen: Uint8Array[] = []
  for await (const chunk of chunks) seen.push(chunk)
  return Buffer.concat(seen).toString()
}

describe('connections to an API server', () => {
  test('many writes share few connections, and watches take none of them', async () => {
    const emulator = await startKubeEmulator({ scheme: 'https' })
    ends.push(() => emulator.close())
    const kube = emulator.client({ maxConnections: 4 })
    const stop = new AbortController()
    const watches = Array.from({ length: 5 }, async () => {
      const options = { resourceVersion: emulator.revision(), timeoutSeconds: 60, signal: stop.signal }
      for await (const { type } of kube.watch(SECRETS, options)) return type
      return undefined
    })
    const create = (name: string): Promise<unknown> => kube.create(SECRETS, { metadata: { name, namespace: 'default' } })
    await Promise.all(Array.from({ length: 300 }, (_, i) => create(`s-${i}`)))
    assert.equal(emulator.list(SECRETS).length, 300)
    assert.deepEqual(await Promise.all(watches), ['ADDED', 'ADDED', 'ADDED', 'ADDED', 'ADDED'])
    assert.equal(emulator.connections(), 4 + 5)
  })

  test('a request says who makes it, and what it sends and wants', async () => {
    const seen: http.IncomingHttpHeaders[] = []
    const server = await plain(({ headers }, response) => {
      seen.push(headers)
      response.writeHead(429, { 'Retry-After': '7' }).end('busy')
    })
    const credentials = fixedCredentials({ headers: { Authorization: 'Bearer t' } })
    const request: ApiRequest = { ...GET, method: 'POST', contentType: 'application/json', body: '"ä"' }
    const answer = await transportTo({ server, credentials }).exchange(request)
    assert.deepEqual(answer, { status: 429, retryAfter: '7', body: 'busy' })
    const { accept, authorization, 'user-agent': agent, 'content-length': length, 'content-type': type } = seen[0] ?? {}
    assert.deepEqual(
      [accept, authorization, agent, length, type],
      ['application/json', 'Bearer t', 'unit/1', '4', 'application/json'],
    )
    assert.equal(seen[0]?.['accept-encoding'], undefined)
  })
})

describe('an API server that does not answer as it should', () => {
  const fails = async (call: Promise<unknown>, code: string): Promise<void> =>
    await assert.rejects(call, { name: 'TransportFailure', code })

  test('no answer in time', async () => {
    const server = await plain(() => undefined)
    await fails(transportTo({ server }, { requestTimeoutMs: 30 }).exchange(GET), 'ETIMEDOUT')
    await fails(transportTo({ server }, { requestTimeoutMs: 30 }).open(GET, 60_000, new AbortController().signal), 'ETIMEDOUT')
  })

  test('an answer that stops in the middle', async () => {
    const server = await plain((_, response) => response.write('{'))
    await fails(transportTo({ server }, { requestTimeoutMs: 30 }).exchange(GET), 'ETIMEDOUT')
    const { chunks } = await transportTo({ server }).open(GET, 30, new AbortController().signal)
    await fails(text(chunks), 'ETIMEDOUT')
  })

  test('a stream may last longer than a request', async () => {
    const server = await plain((_, response) => {
      response.write('a')
      setTimeout(() => response.end('b'), 800)
    })
    const { chunks } = await transportTo({ server }, { requestTimeoutMs: 400 }).open(GET, 60_000, new AbortController().signal)
    assert.equal(await text(chunks), 'ab')
  })

  test('a connection that breaks, before and within the answer', async () => {
    const before = await plain(({ socket }) => socket.destroy())
    await fails(transportTo({ server: before }).exchange(GET), 'ECONNRESET')
    const within = await plain(({ socket }, response) => response.write('{', () => socket.destroy()))
    await fails(transportTo({ server: within }).exchange(GET), 'ECONNRESET')
    const { chunks } = await transportTo({ server: within }).open(GET, 60_000, new AbortController().signal)
    await fails(text(chunks), 'ECONNRESET')
  })

  test('an answer that is too large', async () => {
    const server = await plain((_, response) => response.end('x'.repeat(1001)))
    await fails(transportTo({ server }).exchange(GET), 'TooLarge')
    assert.equal((await transportTo({ server }).exchange({ ...GET, maxBytes: 1001 })).body.length, 1001)
  })

  test('nobody is there', async () => {
    const server = await plain(() => undefined)
    await ends.shift()?.()
    await fails(transportTo({ server }).exchange(GET), 'ECONNREFUSED')
  })

  test('who stops waiting gets the reason back, also in the middle of a stream', async () => {
    const server = await plain((_, response) => response.write('{'))
    const reason = new Error('enough')
    const stop = new AbortController()
    const transport = transportTo({ server })
    const { chunks } = await transport.open(GET, 60_000, stop.signal)
    const both = [transport.exchange(GET, stop.signal), text(chunks)]
    stop.abort(reason)
    for (const call of both) await assert.rejects(call, reason)
  })
})

describe('trust', () => {
  test('the server is known by the authority of the kubeconfig, or by one that the administrator adds', async () => {
    const server = await secure((_, response) => response.end('{}'))
    const { ca } = testTls()
    await assert.rejects(transportTo({ server }).exchange(GET), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    assert.equal((await transportTo({ server, ca }).exchange(GET)).status, 200)
    assert.equal((await transportTo({ server }, { extraCa: ca }).exchange(GET)).status, 200)
    assert.equal((await transportTo({ server, skipsVerification: true }).exchange(GET)).status, 200)
    await assert.rejects(transportTo({ server, ca, serverName: 'other.test' }).exchange(GET), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
  })

  test('a client certificate is shown, and another one makes other connections', async () => {
    const server = await secure(({ socket }, response) => {
      response.end(JSON.stringify((socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody'))
    })
    const { cert, key } = testClientCertificate()
    let credential: KubeCredential = { headers: {} }
    const credentials = { current: async () => credential, renew() {} }
    const transport = transportTo({ server, ca: testTls().ca, credentials })
    assert.equal((await transport.exchange(GET)).body, '"nobody"')
    credential = { headers: {}, clientCertificate: { cert, key } }
    assert.notEqual((await transport.exchange(GET)).body, '"nobody"')
  })

  test('what is under way with a client certificate is not cut when another one comes', async () => {
    const slow = Promise.withResolvers<http.ServerResponse>()
    const server = await secure(({ url }, response) => {
      if (url === '/slow') slow.resolve(response)
      else response.end('{}')
    })
    let credential: KubeCredential = { headers: {} }
    const transport = transportTo({ server, ca: testTls().ca, credentials: { current: async () => credential, renew() {} } })
    const underWay = transport.exchange({ ...GET, path: '/slow' })
    const response = await slow.promise
    const { cert, key } = testClientCertificate()
    credential = { headers: {}, clientCertificate: { cert, key } }
    assert.equal((await transport.exchange(GET)).status, 200)
    response.end('"done"')
    assert.equal((await underWay).body, '"done"')
  })

  test('who stops waiting does not wait for credentials that never come', async () => {
    const stop = new AbortController()
    const never = { current: () => new Promise<KubeCredential>(() => {}), renew() {} }
    const transport = transportTo({ server: await plain((_, response) => response.end('{}')), credentials: never })
    const asked = [transport.exchange(GET, stop.signal), transport.open(GET, 60_000, stop.signal)]
    stop.abort(new RangeError('enough'))
    for (const one of asked) await assert.rejects(one, RangeError)
  })

  test('a credential that is refused is renewed once', async () => {
    const seen: unknown[] = []
    const server = await plain(({ headers }, response) => {
      seen.push(headers.authorization)
      response.writeHead(headers.authorization === 'new' ? 200 : 401).end('{}')
    })
    const [old, fresh] = [{ headers: { Authorization: 'old' } }, { headers: { Authorization: 'new' } }]
    let current: KubeCredential = old
    const renewing = { current: async () => current, renew: () => void (current = fresh) }
    assert.equal((await transportTo({ server, credentials: renewing }).exchange(GET)).status, 200)
    assert.equal((await transportTo({ server, credentials: fixedCredentials(old) }).exchange(GET)).status, 401)
    assert.deepEqual(seen, ['old', 'new', 'old'])
  })
})

test('proxies of the environment and of a kubeconfig are used, where NO_PROXY does not say otherwise', async () => {
  const server = await secure((_, response) => response.end('{}'))
  const asked: unknown[] = []
  const proxy = http.createServer()
  proxy.on('connect', ({ url = '' }, caller) => {
    asked.push(url)
    const [host, port] = url.split(':')
    const callee = connect(Number(port), host, () => {
      caller.write('HTTP/1.1 200 Connection established\r\n\r\n')
      caller.pipe(callee).pipe(caller)
    })
    ends.push(() => callee.destroy())
  })
  const proxyUrl = `http://${await serve(proxy)}`
  const { ca } = testTls()
  const proxied = new Map([['HTTPS_PROXY', proxyUrl]])
  assert.equal((await transportTo({ server, ca }, { environment: proxied }).exchange(GET)).status, 200)
  assert.equal((await transportTo({ server, ca, proxyUrl }).exchange(GET)).status, 200)
  const host = server.replace('https://', '')
  assert.deepEqual(asked, [host, host])
  for (const exceptions of ['127.0.0.1', '.svc,127.0.0.0/8']) {
    const environment = new Map([...proxied, ['NO_PROXY', exceptions]])
    assert.equal((await transportTo({ server, ca }, { environment }).exchange(GET)).status, 200)
  }
  assert.equal(asked.length, 2)
})
