import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { startController } from '../support/controller-process.ts'
import { startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'

const DEPLOYMENTS: Resource = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', isNamespaced: true }
const eso = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'eso', namespace: 'external-secrets' },
  spec: { template: { spec: { containers: [{ name: 'main', image: 'ghcr.io/external-secrets/external-secrets:v2.9.0' }] } } },
} satisfies KubeObject & { readonly spec: object }

async function clusterWithEso(t: { after(work: () => Promise<void>): void }) {
  const emulator = await startKubeEmulator({ resources: [DEPLOYMENTS, EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => emulator.close())
  emulator.put(DEPLOYMENTS, eso)
  return emulator
}

describe('beside the External Secrets Operator', () => {
  for (const [what, flags] of [
    ['', []],
    [', nor for one namespace', ['--watch-namespace', 'shop']],
  ] as const) {
    test(`of the same class the controller does not start${what}, and says how to take its place`, async (t) => {
      const emulator = await clusterWithEso(t)
      await assert.rejects(startController('external-secrets', emulator.kubeconfig, flags), (error: Error) => {
        assert.match(error.message, /Deployment "external-secrets\/eso" with the controller class "default"/)
        assert.match(error.message, /kubectl -n external-secrets scale deployment eso --replicas=0/)
        return true
      })
      assert.deepEqual(
        emulator.audit().filter(({ verb, resource }) => !['list', 'get'].includes(verb) && !resource.endsWith('reviews')),
        [],
      )
    })
  }

  for (const flags of [
    ['--controller-class', 'ours'],
    ['--eso-check', 'off'],
    ['--watch-namespace', 'shop', '--controller-class', 'ours'],
  ]) {
    test(`it starts with ${flags.join(' ')}`, async (t) => {
      const emulator = await clusterWithEso(t)
      await using controller = await startController('external-secrets', emulator.kubeconfig, flags)
      assert.match(controller.log(), /"message":"ready"/)
    })
  }

  test('that nobody lets it look for, it starts and says so', async (t) => {
    const emulator = await clusterWithEso(t)
    emulator.inject({ status: 403, reason: 'Forbidden' }, { resource: 'deployments' })
    await using controller = await startController('external-secrets', emulator.kubeconfig)
    assert.match(controller.log(), /cannot be told/)
  })
})
