import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { dashboardApp } from '../../../../plugin/controller/dashboard/dashboard-app.ts'
import { dashboardView, NOW, secretRow } from './view.ts'

const view = dashboardView({
  stores: [
    {
      name: 'SecretStore shop/aws',
      provider: 'aws',
      health: 'not ready',
      reason: 'unable to validate store',
      users: 2,
      checkedAt: NOW - 1_000,
      nextCheckAt: undefined,
    },
  ],
  secrets: [
    secretRow({ name: 'database' }),
    secretRow({ name: 'told', isTold: true }),
    secretRow({ name: 'optional', isPartial: true, reason: 'rendered; partial: 1 default' }),
    secretRow({ name: 'late', state: 'stale', reason: '<script>alert(1)</script> "away" & \'late\'' }),
  ],
  applications: [
    {
      project: 'team-a',
      name: 'checkout',
      state: 'waiting',
      since: NOW - 5_000,
      keys: ['SecretStore shop/aws team-a/x'],
      reason: 'in turn',
    },
  ],
  pauses: ['project team-b'],
})

describe('the pages of the dashboard', () => {
  const server = createServer(dashboardApp(() => view, { token: () => 'secret-token' }))
  let root = ''
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())

  async function get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
    const answer = await fetch(`${root}${path}`, { headers: { authorization: 'Bearer secret-token' }, redirect: 'manual' })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }

  test('are for those alone who show the token', async () => {
    for (const path of ['/', '/dashboard', '/dashboard.json', '/dashboard/secrets/shop/database', '/nothing']) {
      const answer = await fetch(`${root}${path}`)
      assert.equal(answer.status, 401)
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic /)
      assert.doesNotMatch(await answer.text(), /shop|aws/)
    }
  })

  test('show what needs somebody first, and what is paused', async () => {
    const { status, text } = await get('/dashboard')
    assert.equal(status, 200)
    assert.match(text, /3 synced, 1 stale/)
    assert.match(text, /state=partial">1, in which/)
    assert.match(text, /Paused: project team-b/)
    assert.match(text, /unable to validate store/)
    assert.match(text, /checkout/)
    assert.doesNotMatch(text, /shop\/database</)
  })

  test('show texts as texts, whatever they look like, and load and run nothing', async () => {
    const { text, headers } = await get('/dashboard/secrets?search=%22%3E%3Cscript%3E')
    assert.doesNotMatch(text, /<script/)
    assert.match(text, /value="&quot;&gt;&lt;script&gt;"/)
    assert.match(
      (await get('/dashboard/secrets')).text,
      /&lt;script&gt;alert\(1\)&lt;\/script&gt; &quot;away&quot; &amp; &#39;late&#39;/,
    )
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/)
    assert.equal(headers.get('cache-control'), 'no-store')
  })

  test('show one ExternalSecret with sources, versions and times', async () => {
    const { text } = await get('/dashboard/secrets/shop/database')
    for (const expected of ['team-a/database', 'v1', '3 h ago', '1 min ago', 'in 2 min'])
      assert.ok(text.includes(expected), expected)
    const told = await get('/dashboard/secrets/shop/told')
    assert.match(told.text, /<dt>Next check<\/dt><dd>as it changes<\/dd>/)
    assert.doesNotMatch(told.text, /in 2 min/)
    assert.equal((await get('/dashboard/secrets/shop/none')).status, 404)
  })

  test('filter ExternalSecrets, list stores and Applications, and give the same facts as JSON', async () => {
    assert.doesNotMatch((await get('/dashboard/secrets?state=stale')).text, /shop\/database/)
    const partial = (await get('/dashboard/secrets?state=partial')).text
    assert.match(
      partial,
      /shop\/optional.*<span class="state synced">synced<\/span> <span class="state partial">partial<\/span>/s,
    )
    assert.doesNotMatch(partial, /shop\/database/)
    const stores = (await get('/dashboard/stores')).text
    assert.match(stores, /SecretStore shop\/aws/)
    const users = /<a href="([^"]+search=[^"]+)">2<\/a>/.exec(stores)?.[1] ?? ''
    assert.match((await get(users)).text, /4 ExternalSecrets/, 'who reads from it')
    assert.match((await get('/dashboard/applications')).text, /in turn/)
    assert.deepEqual(JSON.parse((await get('/dashboard.json')).text), JSON.parse(JSON.stringify(view)))
  })

  test('lead from the root to the first page, and say what is not there', async () => {
    assert.equal((await get('/')).headers.get('location'), '/dashboard')
    assert.equal((await get('/other')).status, 404)
  })
})
