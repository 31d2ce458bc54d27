import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { APPLICATIONS, argoAnnotations } from '../../../../plugin/controller/applications/argo-annotations.ts'
import { type KubeEmulator, startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

let kube: KubeEmulator
before(async () => {
  kube = await startKubeEmulator({ namespaces: ['argocd'], resources: [APPLICATIONS] })
})
after(() => kube.close())

const SHOP = { namespace: 'argocd', name: 'shop', project: 'team' }
const never = new AbortController().signal

function put(annotations: Readonly<Record<string, string>>, status: object): void {
  kube.put(APPLICATIONS, {
    metadata: { namespace: 'argocd', name: 'shop', annotations },
    spec: { project: 'team', destination: { namespace: 'shop' } },
    status,
  })
}

test('a refresh is asked for by its annotation, waited for, and read', async () => {
  put({}, { sync: { status: 'Synced', revision: 'r1' } })
  const clock = new VirtualClock()
  const refreshing = argoAnnotations(kube.localClient({ clock }), 'argocd', clock).refresh(SHOP, 'hard', never)
  await clock.run(10_000)
  assert.deepEqual(kube.get(APPLICATIONS, SHOP)?.metadata.annotations, { 'argocd.argoproj.io/refresh': 'hard' })
  put({}, { sync: { status: 'OutOfSync', revision: 'r1' } })
  await clock.run(10_000)
  const view = await refreshing
  assert.deepEqual([view?.syncStatus, view?.revisions], ['OutOfSync', new Set(['r1'])])
  assert.deepEqual(
    kube.audit().filter(({ verb }) => !['get', 'patch'].includes(verb)),
    [],
  )
})

test('a refresh of somebody else that is under way is waited for, so that its end does not take ours away', async () => {
  put({ 'argocd.argoproj.io/refresh': 'normal' }, { sync: { status: 'Synced', revision: 'r1' } })
  const clock = new VirtualClock()
  const refreshing = argoAnnotations(kube.localClient({ clock }), 'argocd', clock).refresh(SHOP, 'hard', never)
  await clock.run(10_000)
  assert.equal(kube.get(APPLICATIONS, SHOP)?.metadata.annotations?.['argocd.argoproj.io/refresh'], 'normal')
  put({}, { sync: { status: 'Synced', revision: 'r2' } })
  await clock.run(10_000)
  assert.equal(kube.get(APPLICATIONS, SHOP)?.metadata.annotations?.['argocd.argoproj.io/refresh'], 'hard')
  put({}, { sync: { status: 'OutOfSync', revision: 'r2' } })
  await clock.run(10_000)
  assert.equal((await refreshing)?.syncStatus, 'OutOfSync')
})

test('an Argo CD that does not take it is no endless wait, and an Application that is gone is none', async () => {
  put({}, {})
  const clock = new VirtualClock()
  const argo = argoAnnotations(kube.localClient({ clock }), 'argocd', clock)
  const refreshing = assert.rejects(argo.refresh(SHOP, 'hard', never), { kind: 'Timeout' })
  await clock.run(200_000)
  await refreshing
  assert.equal(await argo.refresh({ ...SHOP, name: 'none' }, 'hard', never), undefined)
})
