import assert from 'node:assert/strict'
import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { createHttpClient, type HttpAnswer, MAX_BODY_BYTES } from '../../../plugin/providers/http-client.ts'

interface Served {
  readonly url: string
  close(): Promise<void>
}

async function serve(listener: RequestListener): Promise<Served> {
  const server = http.createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function get(url: string, environment: Record<string, string> = {}): Promise<HttpAnswer> {
  const client = createHttpClient({ environment: new Map(Object.entries(environment)) })
  try {
    return await client.send({ method: 'GET', url: new URL(url), headers: {}, signal: AbortSignal.timeout(5_000) })
  } finally {
    client.close()
  }
}

describe('the HTTP client', () => {
  test('gives status, headers and bytes of any answer', async () => {
    const server = await serve((_, response) => response.writeHead(418, { 'X-Kind': 'Teapot' }).end(Buffer.from([0, 255, 10])))
    const answer = await get(server.url)
    await server.close()
    assert.equal(answer.status, 418)
    assert.equal(answer.headers['x-kind'], 'Teapot')
    assert.deepEqual([...answer.body], [0, 255, 10])
  })

  test('hands a redirect back instead of following it', async () => {
    let elsewhere = 0
    const other = await serve((_, response) => {
      elsewhere++
      response.end()
    })
    const server = await serve((_, response) => response.writeHead(307, { Location: other.url }).end())
    const answer = await get(server.url)
    await Promise.all([server.close(), other.close()])
    assert.equal(answer.status, 307)
    assert.equal(elsewhere, 0)
  })

  test('refuses a body beyond its cap, for good', async () => {
    const server = await serve((_, response) => response.end(Buffer.alloc(MAX_BODY_BYTES + 1)))
    await assert.rejects(
      get(server.url),
      (thrown) => thrown instanceof SecretError && thrown.kind === 'Unavailable' && thrown.lasting,
    )
    await server.close()
  })

  test('a body that is announced but cut short is Unavailable', async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('half')
      setImmediate(() => request.socket.destroy())
    })
    await assert.rejects(get(server.url), (thrown) => thrown instanceof SecretError && thrown.kind === 'Unavailable')
    await server.close()
  })

  test('nobody listening is Unavailable, with the host and the code', async () => {
    await assert.rejects(
      get('http://127.0.0.1:9/'),
      (thrown) => thrown instanceof SecretError && /127\.0\.0\.1:9 \(ECONNREFUSED\)/.test(thrown.message),
    )
  })

  test('goes through the proxy that the environment names, but not for NO_PROXY', async () => {
    const seen: string[] = []
    const proxy = await serve((request, response) => {
      seen.push(request.url ?? '')
      response.end('from the proxy')
    })
    const server = await serve((_, response) => response.end('direct'))
    const proxied = await get(`${server.url}/a`, { HTTP_PROXY: proxy.url })
    const direct = await get(`${server.url}/b`, { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' })
    await Promise.all([server.close(), proxy.close()])
    assert.equal(Buffer.from(proxied.body).toString(), 'from the proxy')
    assert.equal(Buffer.from(direct.body).toString(), 'direct')
    assert.equal(seen.length, 1)
  })

  test('uses one connection for calls that follow each other', async () => {
    const ports = new Set<number | undefined>()
    const server = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('x')
    })
    const client = createHttpClient({ environment: new Map() })
    for (let i = 0; i < 5; i++)
      await client.send({ method: 'GET', url: new URL(server.url), headers: {}, signal: AbortSignal.timeout(5_000) })
    client.close()
    await server.close()
    assert.equal(ports.size, 1)
  })

  test('sends a request that belongs to a connection over that, or no byte of it', async () => {
    const seen: string[] = []
    let closes = false
    const server = await serve((request, response) => {
      seen.push(`${request.url} from ${request.socket.remotePort}`)
      response.writeHead(200, closes ? { Connection: 'close' } : {}).end('x')
    })
    const client = createHttpClient({ environment: new Map() })
    const ask = (path: string, before?: HttpAnswer): Promise<HttpAnswer> => {
      const signal = AbortSignal.timeout(5_000)
      return client.send({ method: 'GET', url: new URL(path, server.url), headers: {}, signal, connection: before?.connection })
    }
    const first = await ask('/1')
    closes = true
    const second = await ask('/2', first)
    assert.equal(new Set(seen.map((line) => line.replace(/.* /, ''))).size, 1)
    await assert.rejects(ask('/3', second), { kind: 'Unavailable', message: /ended the connection in the middle of the login/ })
    assert.equal(seen.length, 2)
    client.close()
    await server.close()
  })
})
