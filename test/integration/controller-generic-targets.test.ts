import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExternalSecretObject } from '../../plugin/controller/external-secrets/external-secret-object.ts'
import type { GenericObject } from '../../plugin/controller/external-secrets/generic-object.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { CONFIG_MAPS } from '../../plugin/kube/core-resources.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { startController } from '../support/controller-process.ts'
import { startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../support/eventually.ts'

const THINGS: Resource = { group: 'example.com', version: 'v1', plural: 'things', kind: 'Thing', isNamespaced: true }
const KEY = { namespace: 'shop', name: 'settings' }
const RESOURCES = [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES, THINGS]

const store = {
  metadata: { name: 'demo', namespace: 'shop' },
  spec: { provider: { fake: { data: [{ key: 'db', value: 'first' }] } } },
}
const wanted = (manifest: object | undefined): { readonly metadata: typeof KEY; readonly spec: object } => ({
  metadata: KEY,
  spec: {
    refreshInterval: '1h',
    secretStoreRef: { name: 'demo' },
    ...(manifest && { target: { manifest } }),
    data: [{ secretKey: 'password', remoteRef: { key: 'db' } }],
  },
})

test('drift of an object that is no Secret is repaired, and its kind is watched as long as somebody makes it', async (t) => {
  const emulator = await startKubeEmulator({ resources: RESOURCES })
  t.after(() => emulator.close())
  await using controller = await startController('external-secrets', emulator.kubeconfig, ['--unsafe-allow-generic-targets'])
  const eventuallyTrue = (isSo: () => boolean): Promise<unknown> =>
    eventually(
      () => (isSo() ? true : undefined),
      () => controller.log(),
    )
  const configMap = (): GenericObject | undefined => emulator.get(CONFIG_MAPS, KEY)
  const data = (): unknown => configMap()?.['data']
  const isWell = (): boolean => JSON.stringify(data()) === '{"password":"first"}'
  const watches = (resource: string): number =>
    emulator.audit().filter((entry) => entry.resource === resource && entry.verb === 'watch').length
  emulator.put(SECRET_STORES, store)
  emulator.put(EXTERNAL_SECRETS, wanted({ apiVersion: 'v1', kind: 'ConfigMap' }))
  await eventuallyTrue(isWell)
  await eventuallyTrue(() => watches('configmaps') > 0)

  const edited: GenericObject = { ...(configMap() ?? assert.fail()), data: { password: 'no' } }
  emulator.put(CONFIG_MAPS, edited)
  await eventuallyTrue(isWell)
  emulator.remove(CONFIG_MAPS, KEY)
  await eventuallyTrue(isWell)

  const before = emulator.watches()
  emulator.put(EXTERNAL_SECRETS, wanted({ apiVersion: 'example.com/v1', kind: 'Thing' }))
  await eventuallyTrue(() => emulator.get(THINGS, KEY) !== undefined && watches('things') > 0)
  // The watch of Things instead of that of ConfigMaps.
  await eventuallyTrue(() => emulator.watches() === before)
  emulator.put(EXTERNAL_SECRETS, wanted(undefined))
  await eventuallyTrue(() => emulator.watches() === before - 1)
  assert.ok(!controller.log().includes('first'))
  assert.equal(await controller.stop(), 0)
})

test('without the flag nothing of it is made, read or watched', async (t) => {
  const emulator = await startKubeEmulator({ resources: RESOURCES })
  t.after(() => emulator.close())
  await using controller = await startController('external-secrets', emulator.kubeconfig)
  emulator.put(SECRET_STORES, store)
  emulator.put(EXTERNAL_SECRETS, wanted({ apiVersion: 'v1', kind: 'ConfigMap' }))
  const condition = await eventually(
    () => (emulator.get(EXTERNAL_SECRETS, KEY) as ExternalSecretObject | undefined)?.status?.conditions?.[0],
    () => controller.log(),
  )
  assert.deepEqual(
    [condition.status, condition.reason, condition.message],
    ['False', 'SecretSyncedError', 'invalid generic target'],
  )
  assert.equal(emulator.get(CONFIG_MAPS, KEY), undefined)
  assert.deepEqual(
    emulator.audit().filter(({ resource }) => resource === 'configmaps'),
    [],
  )
  assert.equal(await controller.stop(), 0)
})
