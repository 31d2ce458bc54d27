import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execPath } from 'node:process'
import { after, before, describe, test } from 'node:test'
import { httpsTransport } from '../../../plugin/kube/https-transport.ts'
import { kubeconfigEndpoint } from '../../../plugin/kube/kubeconfig-endpoint.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

const JANE = {
  as: 'jane',
  'as-uid': '42',
  'as-groups': ['developers', 'système'],
  'as-user-extra': { 'acme.com/project': ['one', 'two'], 'Größe%': ['x'], none: [] },
}
const SENT = [
  'impersonate-user: jane',
  'impersonate-uid: 42',
  'impersonate-group: developers',
  'impersonate-group: système',
  'impersonate-extra-acme.com%2fproject: one',
  'impersonate-extra-acme.com%2fproject: two',
  'impersonate-extra-gr%c3%b6%c3%9fe%25: x',
]

describe('a user of a kubeconfig who acts as somebody else', () => {
  const seen: string[][] = []
  let folder: string
  let server: http.Server

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'impersonation-'))
    server = http.createServer(({ rawHeaders }, response) => {
      const pairs = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name.toLowerCase()}: ${utf8(rawHeaders[i + 1])}`] : []))
      seen.push(pairs.map((pair) => pair.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())))
      response.end('{}')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  after(async () => {
    server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const utf8 = (text = ''): string => Buffer.from(text, 'latin1').toString('utf8')

  async function endpointOf(user: object): ReturnType<typeof kubeconfigEndpoint> {
    const file = path.join(folder, 'config')
    const config = {
      'current-context': 'main',
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
    }
    await writeFile(file, JSON.stringify(config))
    return await kubeconfigEndpoint([file], undefined, systemClock)
  }

  /** The lines that an API server gets that say who asks. */
  async function sent(user: object, body?: string): Promise<readonly string[]> {
    const options = { environment: new Map(), requestTimeoutMs: 60_000, maxConnections: 1, userAgent: 'unit/1' }
    const transport = httpsTransport(await endpointOf(user), options)
    const content = body === undefined ? {} : { body, contentType: 'application/json' }
    const method = body === undefined ? 'GET' : 'POST'
    await transport.exchange({ method, path: '/version', accept: 'application/json', maxBytes: 1000, ...content })
    transport.close()
    return (seen.pop() ?? []).filter((line) => /^(impersonate|authorization)/.test(line))
  }

  test('does so with all groups, the UID and whatever else is given, in any alphabet', async () => {
    assert.deepEqual((await sent(JANE)).toSorted(), SENT.toSorted())
    assert.deepEqual((await sent(JANE, '"ä"')).toSorted(), SENT.toSorted())
  })

  test('does so whatever the login is: a token, a file, a program', async () => {
    const token = path.join(folder, 'token')
    await writeFile(token, 't')
    const answer = `console.log(JSON.stringify({kind: 'ExecCredential', status: {token: 't'}}))`
    const program = path.join(folder, 'plugin.mjs')
    await writeFile(program, answer)
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: execPath, args: [program] }
    for (const login of [{ token: 't' }, { tokenFile: token }, { exec }]) {
      assert.deepEqual((await sent({ ...login, ...JANE })).toSorted(), ['authorization: Bearer t', ...SENT].toSorted())
    }
  })

  test('is nobody else without a word of it', async () => {
    assert.deepEqual(await sent({ token: 't', as: '', 'as-groups': [], 'as-user-extra': null }), ['authorization: Bearer t'])
  })

  test('is refused where a part of it could not be sent, or there is no name', async () => {
    const problems = [
      [{ 'as-uid': '42' }, 'as-uid, as-groups or as-user-extra without as'],
      [{ 'as-groups': ['developers'] }, 'as-uid, as-groups or as-user-extra without as'],
      [{ 'as-user-extra': { team: ['a'] } }, 'as-uid, as-groups or as-user-extra without as'],
      [{ as: ['jane'] }, 'as that cannot be sent'],
      [{ as: 'jane\nAuthorization: x' }, 'as that cannot be sent'],
      [{ as: 'jane', 'as-uid': 42 }, 'as-uid that cannot be sent'],
      [{ as: 'jane', 'as-groups': 'developers' }, 'as-groups that cannot be sent'],
      [{ as: 'jane', 'as-groups': [{}] }, 'as-groups that cannot be sent'],
      [{ as: 'jane', 'as-user-extra': ['team'] }, 'as-user-extra that cannot be sent'],
      [{ as: 'jane', 'as-user-extra': { team: 'a' } }, 'as-user-extra that cannot be sent'],
    ] as const
    for (const [user, problem] of problems) {
      await assert.rejects(endpointOf(user), (error: unknown) => {
        assert.ok(error instanceof SecretError)
        assert.equal(error.kind, 'InvalidSpec')
        assert.ok(error.message.endsWith(` gives user "u" ${problem}`), error.message)
        return error.remedy !== undefined
      })
    }
  })
})
