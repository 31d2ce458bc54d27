import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { dashboardApp } from '../../../plugin/controller/dashboard/dashboard-app.ts'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { dashboardView, secretRow } from '../../unit/controller/dashboard/view.ts'
import { type Browser, startBrowser } from '../servers/browser.ts'
import { freePort } from '../servers/free-port.ts'
import { startedServers } from '../servers/started-servers.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { startCrdServer } from './crd-server.ts'

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title = "run"</script>'
const view = dashboardView({
  secrets: [
    ...Array.from({ length: 250 }, (_, index) => secretRow({ name: `fine-${String(index).padStart(3, '0')}` })),
    secretRow({ name: 'late', state: 'stale', reason: HOSTILE }),
  ],
})

describe('the dashboard in a browser', () => {
  const server = createServer(dashboardApp(() => view, { token: () => 'open-sesame' }))
  let browser: Browser
  let root = ''

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    root = `http://ann:open-sesame@127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await startBrowser(await pythonEnvironment())
  })
  after(async () => {
    await browser.stop()
    server.close()
  })

  test('shows first what needs somebody, styled, and runs nothing that a name or a reason holds', async () => {
    await browser.open(`${root}/dashboard`)
    assert.equal(await browser.title(), 'Overview – argocd-external-secrets')
    assert.deepEqual(await browser.texts('tbody a'), ['shop/late'])
    assert.ok((await browser.text('tbody tr')).includes(HOSTILE))
    assert.deepEqual(await browser.complaints(), [])
  })

  test('finds an ExternalSecret by a search, and leads to its sources', async () => {
    await browser.open(`${root}/dashboard/secrets`)
    assert.equal((await browser.texts('tbody tr')).length, 200)
    await browser.type('input[name=search]', 'fine-007')
    await browser.follow('form button')
    assert.deepEqual(await browser.texts('tbody a'), ['shop/fine-007'])
    await browser.follow('tbody a')
    assert.match(await browser.text('main'), /Sources\s+Store Key Version\s+SecretStore shop\/aws team-a\/fine-007 v1/)
  })

  test('leads from page to page', async () => {
    await browser.open(`${root}/dashboard/secrets`)
    await browser.follow('main > p a')
    assert.match(await browser.text('main > p'), /Page 2 of 2/)
    assert.equal((await browser.texts('tbody tr')).length, 51)
  })
})

describe('the dashboard of the controller of ExternalSecrets', () => {
  const servers = startedServers()
  const TOKEN = 'open-sesame'
  let browser: Browser
  let controller: ControllerProcess
  let folder = ''
  let root = ''

  before(async () => {
    const crds = servers.keep(await startCrdServer())
    const { client } = crds.api
    await client.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
    const apiVersion = 'external-secrets.io/v1'
    const fake = { provider: { fake: { data: [{ key: 'db', value: 'canary-of-the-page' }] } } }
    const store = { apiVersion, kind: 'SecretStore', metadata: { name: 'demo' }, spec: fake }
    await client.call('POST', `/apis/${apiVersion}/namespaces/shop/secretstores`, store)
    for (const [name, key] of [
      ['database', 'db'],
      ['broken', 'no-such-key'],
    ])
      await client.call('POST', `/apis/${apiVersion}/namespaces/shop/externalsecrets`, {
        apiVersion,
        kind: 'ExternalSecret',
        metadata: { name },
        spec: { secretStoreRef: { name: 'demo' }, data: [{ secretKey: 'password', remoteRef: { key } }] },
      })
    folder = await mkdtemp(path.join(tmpdir(), 'dashboard-'))
    await writeFile(path.join(folder, 'token'), `${TOKEN}\n`)
    const port = await freePort()
    const flags = ['--dashboard', `127.0.0.1:${port}`, '--dashboard-token', path.join(folder, 'token')]
    controller = await startController('external-secrets', await readFile(crds.api.kubeconfig, 'utf8'), flags)
    browser = await startBrowser(await pythonEnvironment())
    root = `http://ann:${TOKEN}@127.0.0.1:${port}`
  })
  after(async () => {
    await browser.stop()
    await controller[Symbol.asyncDispose]()
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('tells what is in sync and what is not, and why, as the cluster has it; no value is on a page', async () => {
    await waitUntil('both have been worked on', async () => {
      await browser.open(`${root}/dashboard`)
      const text = await browser.text('main')
      return text.includes('1 synced') && text.includes('1 failed')
    })
    assert.deepEqual(await browser.texts('tbody a'), ['shop/broken'])
    assert.match(await browser.text('tbody tr'), /could not get secret data from provider/)
    await browser.open(`${root}/dashboard/secrets/shop/database`)
    assert.match(await browser.text('main'), /SecretStore shop\/demo db/)
    assert.ok(!(await browser.text('body')).includes('canary-of-the-page'))
    await browser.open(`${root}/dashboard/stores`)
    assert.match(await browser.text('tbody tr'), /SecretStore shop\/demo fake ready store validated 2/)
  })
})
