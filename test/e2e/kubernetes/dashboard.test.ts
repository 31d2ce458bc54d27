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
import type { KubeApiServer } from '../servers/kube-api-server.ts'
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
    await client.call('POST', '/api/v1/namespaces/shop/secrets', { metadata: { name: 'source' }, stringData: { text: 'a' } })
    await watcher(client)
    const server = { url: crds.api.url, caBundle: Buffer.from(crds.api.ca).toString('base64') }
    const kubernetes = { server, auth: { serviceAccount: { name: 'watcher' } }, remoteNamespace: 'shop' }
    for (const [name, spec] of [
      ['demo', fake],
      ['cluster', { provider: { kubernetes } }],
    ])
      await client.call('POST', `/apis/${apiVersion}/namespaces/shop/secretstores`, {
        apiVersion,
        kind: 'SecretStore',
        metadata: { name },
        spec,
      })
    for (const [name, store, key] of [
      ['database', 'demo', 'db'],
      ['broken', 'demo', 'no-such-key'],
      ['copy', 'cluster', 'source'],
    ])
      await client.call('POST', `/apis/${apiVersion}/namespaces/shop/externalsecrets`, {
        apiVersion,
        kind: 'ExternalSecret',
        metadata: { name, labels: { 'app.kubernetes.io/part-of': 'shop' } },
        spec: { secretStoreRef: { name: store }, data: [{ secretKey: 'password', remoteRef: { key } }] },
      })
    folder = await mkdtemp(path.join(tmpdir(), 'dashboard-'))
    await writeFile(path.join(folder, 'token'), `${TOKEN}\n`)
    const port = await freePort()
    const token = path.join(folder, 'token')
    const flags = ['--dashboard', `127.0.0.1:${port}`, '--dashboard-token', token, '--enable-extended-metric-labels']
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
      return text.includes('2 synced') && text.includes('1 failed')
    })
    assert.deepEqual(await browser.texts('tbody a'), ['shop/broken'])
    assert.match(await browser.text('tbody tr'), /could not get secret data from provider: .*no-such-key/)
    await browser.open(`${root}/dashboard/secrets/shop/database`)
    assert.match(await browser.text('main'), /SecretStore shop\/demo db/)
    assert.ok(!(await browser.text('body')).includes('canary-of-the-page'))
    await browser.open(`${root}/dashboard/stores`)
    const rows = await browser.texts('tbody tr')
    const demo = rows.find((row) => row.includes('shop/demo')) ?? ''
    assert.match(
      demo,
      /^SecretStore shop\/demo\tfake\tready\tstore validated; 1 key watched, 0 calls so far\t2\t(now|\d+ s ago)\t(now|in \d+ (s|min))$/,
    )
  })

  test('tells what is told as it changes, and for everything else when it was checked and is checked next', async () => {
    const cellsOf = async (page: string, row: string): Promise<string> => {
      await browser.open(`${root}${page}`)
      return (await browser.texts('tbody tr')).find((text) => text.includes(row)) ?? ''
    }
    await waitUntil('the store tells of changes', async () =>
      (await cellsOf('/dashboard/stores', 'shop/cluster')).includes('changes are told as they happen'),
    )
    assert.match(await cellsOf('/dashboard/stores', 'shop/cluster'), /\t1\t(now|\d+ s ago)\t(now|in \d+ (s|min))$/)
    assert.match(await cellsOf('/dashboard/secrets', 'shop/copy'), /\tas it changes$/)
    assert.match(await cellsOf('/dashboard/secrets', 'shop/database'), /\t(now|\d+ s ago)\t(now|in \d+ (s|min|h))$/)
    // It is tried again long before its interval of an hour is over.
    assert.match(await cellsOf('/dashboard/secrets', 'shop/broken'), /\t(now|in \d+ s)$/)
  })

  test('has metrics beside it with labels of the objects, where they are wanted', async () => {
    const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
    for (const series of ['externalsecret_status_condition', 'argocd_external_secrets_controller_staleness_seconds'])
      assert.match(metrics, new RegExp(`^${series}\\{name="copy",namespace="shop",.*app_kubernetes_io_part_of="shop"`, 'm'))
  })
})

/** An account that may watch the Secrets beside it, as docs/providers/kubernetes.md grants it. */
async function watcher(client: KubeApiServer['client']): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop'
  const metadata = { name: 'watcher' }
  await client.call('POST', '/api/v1/namespaces/shop/serviceaccounts', { metadata })
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] }]
  await client.call('POST', `${rbac}/roles`, { metadata, rules })
  await client.call('POST', `${rbac}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'watcher' },
    subjects: [{ kind: 'ServiceAccount', name: 'watcher', namespace: 'shop' }],
  })
}
