import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { createHttpClient, type HttpClientOptions } from '../../../plugin/providers/http-client.ts'
import { publicOnly } from '../../../plugin/providers/private-address.ts'

interface Served {
  readonly port: number
  readonly requested: readonly string[]
  close(): Promise<void>
}

/** Answers everything, for itself or as a proxy, and tells what was asked. */
async function serve(): Promise<Served> {
  const requested: string[] = []
  const server = http.createServer((request, response) => {
    requested.push(request.url ?? '')
    response.end('answered')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requested,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function get(url: string, options: Partial<HttpClientOptions>): Promise<string> {
  const client = createHttpClient({ environment: new Map(), ...options })
  try {
    const answer = await client.send({ method: 'GET', url: new URL(url), headers: {}, signal: AbortSignal.timeout(5_000) })
    return new TextDecoder().decode(answer.body)
  } finally {
    client.close()
  }
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof SecretError && thrown.kind === 'AccessDenied' && /hosts of the rule/.test(thrown.remedy ?? '')
}

/** Ways to write this machine's own address. */
const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '017700000001',
  '[::ffff:127.0.0.1]',
  '[::1]',
  'localhost',
  'LOCALHOST',
  '0.0.0.0',
]

describe('a connection to what Git names (R5)', () => {
  for (const host of SPELLINGS) {
    test(`is not made to ${host}`, async () => {
      const server = await serve()
      await assert.rejects(get(`http://${host}:${server.port}/`, { mayConnect: publicOnly([]) }), isRefusal)
      await server.close()
      assert.deepEqual(server.requested, [])
    })
  }

  for (const host of ['127.0.0.1', 'localhost']) {
    test(`is made to ${host} when a rule lists it, with or without the port`, async () => {
      const server = await serve()
      for (const listed of [host, `${host}:${server.port}`])
        assert.equal(await get(`http://${host}:${server.port}/`, { mayConnect: publicOnly([listed]) }), 'answered')
      await server.close()
    })
  }

  test('is asked about with the very address that it goes to', async () => {
    const server = await serve()
    const asked: string[] = []
    const mayConnect = (host: string, address: string): boolean => {
      asked.push(`${host} ${address}`)
      return address === '127.0.0.1' || address === '::1'
    }
    assert.equal(await get(`http://localhost:${server.port}/`, { mayConnect }), 'answered')
    await server.close()
    assert.ok(asked.includes(`localhost:${server.port} 127.0.0.1`))
  })

  test('is judged whenever it is made: a name that led elsewhere before has nothing from it', async () => {
    const server = await serve()
    let isGood = true
    const mayConnect = (_host: string, address: string): boolean => isGood && address !== '0.0.0.0'
    assert.equal(await get(`http://localhost:${server.port}/first`, { mayConnect }), 'answered')
    isGood = false
    await assert.rejects(get(`http://localhost:${server.port}/second`, { mayConnect }), isRefusal)
    await server.close()
    assert.deepEqual(server.requested, ['/first'])
  })
})

describe('a connection to what Git names, through a proxy', () => {
  test('is not asked for when the name has a private address', async () => {
    const proxy = await serve()
    const environment = new Map([['HTTP_PROXY', `http://127.0.0.1:${proxy.port}`]])
    for (const host of ['localhost', '10.0.0.1', '169.254.169.254'])
      await assert.rejects(get(`http://${host}/`, { environment, mayConnect: publicOnly([]) }), isRefusal)
    await proxy.close()
    assert.deepEqual(proxy.requested, [])
  })

  test('is asked for when a rule lists the host, though nobody here can resolve it, and though the proxy has a private address', async () => {
    const proxy = await serve()
    const environment = new Map([['HTTP_PROXY', `http://127.0.0.1:${proxy.port}`]])
    assert.equal(await get('http://vault.invalid/v1', { environment, mayConnect: publicOnly(['vault.invalid']) }), 'answered')
    await proxy.close()
    assert.deepEqual(proxy.requested, ['http://vault.invalid/v1'])
  })

  test('is asked for when the host has a public address', async () => {
    const proxy = await serve()
    const environment = new Map([['HTTP_PROXY', `http://127.0.0.1:${proxy.port}`]])
    assert.equal(await get('http://8.8.8.8/v1', { environment, mayConnect: publicOnly([]) }), 'answered')
    await proxy.close()
    assert.deepEqual(proxy.requested, ['http://8.8.8.8/v1'])
  })
})
