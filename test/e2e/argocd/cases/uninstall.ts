import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitUntil } from '../../tools/wait-until.ts'
import { createApplication } from '../applications.ts'
import { liveSecret } from '../live-secret.ts'
import { externalSecret, yamlOf } from '../manifests.ts'
import type { World } from '../world.ts'

/** The steps of docs/argocd.md, "Upgrade and uninstall". */
export function uninstall(world: () => World): void {
  test('an application that no longer names the plugin keeps its Secret, where Prune=false was synced before', async () => {
    await world().vault.put('uninstall/database', { password: 'kept' })
    const annotations = { 'argocd.argoproj.io/sync-options': 'Prune=false' }
    await world().repository.commit({
      'uninstall/all.yaml': yamlOf(
        externalSecret({ name: 'database', annotations }, { password: ['uninstall/database', 'password'] }),
      ),
    })
    const application = await createApplication(world(), { name: 'uninstall', path: 'uninstall' })
    await application.isSynced()
    const { client } = world().home
    await client.call('PATCH', '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/uninstall', {
      spec: { source: { plugin: null } },
    })
    await waitUntil('the ExternalSecret itself is synced', async () => {
      const found = await client.find('/apis/external-secrets.io/v1/namespaces/uninstall/externalsecrets/database')
      return found !== undefined
    })
    await waitUntil('the sync is over', async () => {
      const { resources = [], operationState } = await application.status()
      const secret = resources.find(({ kind }) => kind === 'Secret')
      return operationState?.phase === 'Succeeded' && secret?.status === 'OutOfSync'
    })
    assert.deepEqual(await liveSecret(world().home, 'uninstall', 'database'), { password: 'kept' })
  })
}
