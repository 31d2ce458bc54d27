import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { waitUntil } from '../../tools/wait-until.ts'
import { createApplication } from '../applications.ts'
import { applyOrder } from '../apply-order.ts'
import { liveSecret } from '../live-secret.ts'
import { configMap, deployment, externalSecret, yamlOf } from '../manifests.ts'
import type { World } from '../world.ts'

const SEED = new URL('../../../../manifests/examples/seed-example.yaml', import.meta.url)

const wave = (number: string): { readonly annotations: Readonly<Record<string, string>> } => ({
  annotations: { 'argocd.argoproj.io/sync-wave': number },
})
const PRE_SYNC = { 'argocd.argoproj.io/hook': 'PreSync' }

/** When the Secrets of an application are there. */
export function order(world: () => World): void {
  test("the user's own example is synced: its Secret is right, and its Pod is applied after it", async () => {
    const values = { username: 'db_user', password: 'from-secrets-manager' }
    await world().secretsManager.create('my-app/database-credentials', JSON.stringify(values))
    await world().repository.commit({ 'users-example/app.yaml': readFileSync(SEED, 'utf8') })
    const application = await createApplication(world(), { name: 'users-example', path: 'users-example', namespace: 'default' })
    await application.isSynced()
    assert.deepEqual(await liveSecret(world().home, 'default', 'database-credentials'), values)
    const applied = await applyOrder(world().home, 'default')
    assert.deepEqual(applied, ['secrets/database-credentials', 'pods/my-app'])
  })

  test('a Secret is applied in the sync wave that its ExternalSecret names', async () => {
    await world().vault.put('waves/database', { password: 'in-time' })
    await world().repository.commit({
      'waves/all.yaml': yamlOf(
        deployment({ name: 'app', ...wave('2') }, 'database'),
        externalSecret({ name: 'database', ...wave('1') }, { password: ['waves/database', 'password'] }),
        configMap({ name: 'first', ...wave('0') }),
      ),
    })
    const application = await createApplication(world(), { name: 'waves', path: 'waves' })
    await application.isSynced()
    assert.deepEqual(await applyOrder(world().home, 'waves'), ['configmaps/first', 'secrets/database', 'deployments/app'])
  })

  test('a Job before the sync finds the Secret that is a hook of an earlier wave', async () => {
    await world().vault.put('hooks/migration', { password: 'before-all' })
    const annotations = { ...PRE_SYNC, 'argocd.argoproj.io/sync-wave': '-1' }
    await world().repository.commit({
      'hooks/all.yaml': yamlOf(
        configMap({ name: 'settings' }),
        job({ name: 'migration', annotations: PRE_SYNC }),
        externalSecret({ name: 'migration', annotations }, { password: ['hooks/migration', 'password'] }),
      ),
    })
    const application = await createApplication(world(), { name: 'hooks', path: 'hooks' })
    const { client } = world().home
    const path = '/apis/batch/v1/namespaces/hooks/jobs/migration'
    await waitUntil(
      'the Job is there',
      async () => (await client.find(path)) !== undefined,
      async () => JSON.stringify(await application.status()),
    )
    assert.deepEqual(await liveSecret(world().home, 'hooks', 'migration'), { password: 'before-all' })
    assert.equal(await client.find('/api/v1/namespaces/hooks/configmaps/settings'), undefined)
    await client.call('PATCH', `${path}/status`, { status: finished() })
    await application.isSynced()
    assert.deepEqual(await applyOrder(world().home, 'hooks'), ['secrets/migration', 'jobs/migration', 'configmaps/settings'])
  })
}

function job(metadata: object): object {
  const containers = [{ name: 'job', image: 'job:1', envFrom: [{ secretRef: { name: 'migration' } }] }]
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template: { spec: { restartPolicy: 'Never', containers } } } }
}

/** What the Job controller writes when the Pod has ended well; nothing here runs Pods. */
function finished(): object {
  const now = new Date().toISOString()
  const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({
    type,
    status: 'True',
    lastProbeTime: now,
    lastTransitionTime: now,
  }))
  return { startTime: now, completionTime: now, succeeded: 1, conditions }
}
