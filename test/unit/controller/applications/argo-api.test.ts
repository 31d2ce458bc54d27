import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argoApi } from '../../../../plugin/controller/applications/argo-api.ts'
import { readApplication } from '../../../../plugin/controller/applications/read-application.ts'
import type { PeerRequest } from '../../../../plugin/transport/peer-client.ts'

const SHOP = { namespace: 'team-apps', name: 'shop', project: 'team a' }
const WHERE = 'appNamespace=team-apps&project=team+a'
const never = new AbortController().signal
const APPLICATION = {
  metadata: { name: 'shop', namespace: 'team-apps', uid: 'u1', annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } },
  spec: {
    project: 'team a',
    destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
    sources: [
      { repoURL: 'https://git.example.com/a.git', path: 'a' },
      { repoURL: 'https://git.example.com/b.git', chart: 'b' },
    ],
    syncPolicy: { automated: { prune: true } },
  },
  operation: { sync: { revisions: ['r3'] } },
  status: {
    sync: { status: 'OutOfSync', revisions: ['r1', 'r2'] },
    conditions: [{ type: 'ComparisonError', message: 'secret' }],
    operationState: {
      phase: 'Succeeded',
      startedAt: '2026-01-01T00:00:00Z',
      finishedAt: '2026-01-01T00:01:00Z',
      operation: { sync: { autoHealAttemptsCount: 2 } },
      syncResult: { revision: 'r0' },
    },
    resources: [
      { kind: 'Secret', version: 'v1', namespace: 'shop', name: 'database', status: 'OutOfSync' },
      { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'app', status: 'Synced' },
    ],
  },
}

function start(status: number, body: unknown = {}) {
  const asked: PeerRequest[] = []
  const send = async (request: PeerRequest) => {
    asked.push(request)
    return { status, headers: {}, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }
  }
  return { asked, api: argoApi({ send }, { maySync: true }) }
}

test('an Application is read as the controller needs it', async () => {
  const { asked, api } = start(200, APPLICATION)
  const view = await api.read(SHOP, never)
  assert.equal(asked[0]?.path, `/api/v1/applications/shop?${WHERE}`)
  assert.deepEqual(view, {
    namespace: 'team-apps',
    name: 'shop',
    uid: 'u1',
    project: 'team a',
    destination: 'shop',
    cluster: { name: '', server: 'https://kubernetes.default.svc' },
    sources: [
      { repoUrl: 'https://git.example.com/a.git', path: 'a' },
      { repoUrl: 'https://git.example.com/b.git', path: '' },
    ],
    revisions: new Set(['r1', 'r2', 'r3', 'r0']),
    syncStatus: 'OutOfSync',
    syncs: 'new-revisions',
    isSkipped: true,
    isRefreshing: false,
    hasComparisonError: true,
    operation: { phase: 'Running', startedAt: '2026-01-01T00:00:00Z', finishedAtMs: Date.UTC(2026, 0, 1, 0, 1), heals: 2 },
    outOfSync: [{ group: '', kind: 'Secret', namespace: 'shop', name: 'database' }],
    reconciledAt: '',
  })
})

test('refresh, windows and sync are asked for as argocd-server understands them', async () => {
  const { asked, api } = start(200, { canSync: false })
  const view = { ...SHOP, ...(readApplication(APPLICATION) ?? assert.fail()) }
  await api.refresh(SHOP, 'hard', never)
  await api.refresh(SHOP, 'normal', never)
  assert.equal(await api.maySync(view, 'people', never), false)
  const resources = [{ group: '', kind: 'Secret', namespace: 'shop', name: 'database' }]
  await api.sync?.(SHOP, { kind: 'resources', resources }, never)
  await api.sync?.(SHOP, { kind: 'everything' }, never)
  assert.deepEqual(
    asked.map(({ method, path, body }) => [method, path, body]),
    [
      ['GET', `/api/v1/applications/shop?${WHERE}&refresh=hard`, undefined],
      ['GET', `/api/v1/applications/shop?${WHERE}&refresh=normal`, undefined],
      ['GET', `/api/v1/applications/shop/syncwindows?${WHERE}`, undefined],
      [
        'POST',
        `/api/v1/applications/shop/sync?${WHERE}`,
        JSON.stringify({ appNamespace: 'team-apps', project: 'team a', resources }),
      ],
      ['POST', `/api/v1/applications/shop/sync?${WHERE}`, JSON.stringify({ appNamespace: 'team-apps', project: 'team a' })],
    ],
  )
})

test('what argocd-server refuses is an error by its kind, without its words; 404 is no Application', async () => {
  assert.equal(await start(404).api.read(SHOP, never), undefined)
  for (const [status, kind] of [
    [401, 'AccessDenied'],
    [403, 'AccessDenied'],
    [429, 'Throttled'],
    [500, 'Unavailable'],
    [504, 'Unavailable'],
  ] as const) {
    await assert.rejects(start(status, { message: 'canary' }).api.read(SHOP, never), (thrown: Error & { kind: string }) => {
      assert.ok(!thrown.message.includes('canary'))
      return thrown.kind === kind
    })
  }
  const denied = start(403, { message: 'canary' }).api
  const rights = async (asked: Promise<unknown> | undefined): Promise<unknown> =>
    await asked?.catch((thrown: { readonly remedy?: string }) => thrown.remedy)
  assert.equal(await rights(denied.refresh(SHOP, 'hard', never)), 'give the token applications, get for its project')
  assert.equal(
    await rights(denied.sync?.(SHOP, { kind: 'everything' }, never)),
    'give the token applications, sync for its project',
  )
  await assert.rejects(start(200, '{"canary').api.read(SHOP, never), (thrown: Error) => !thrown.message.includes('canary'))
})

test('an Application that was moved to another project is found, if this account may see it there', async () => {
  for (const elsewhere of [200, 403]) {
    const paths: string[] = []
    const send = async ({ path }: PeerRequest) => {
      paths.push(path)
      return { status: path.includes('project=') ? 404 : elsewhere, headers: {}, body: Buffer.from(JSON.stringify(APPLICATION)) }
    }
    const view = await argoApi({ send }, { maySync: true }).read({ ...SHOP, project: 'former' }, never)
    assert.equal(view?.project, elsewhere === 200 ? 'team a' : undefined)
    assert.deepEqual(paths, [
      '/api/v1/applications/shop?appNamespace=team-apps&project=former',
      '/api/v1/applications/shop?appNamespace=team-apps',
    ])
  }
})
