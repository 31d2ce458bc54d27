import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitUntil } from '../../tools/wait-until.ts'
import { createApplication } from '../applications.ts'
import { newCanary } from '../canary.ts'
import { VALUE_TTL_MS } from '../daemon.ts'
import { liveSecret } from '../live-secret.ts'
import { deployment, externalSecret, yamlOf } from '../manifests.ts'
import type { World } from '../world.ts'

/** What happens to an application that is synced when values change or cannot be had. */
export function rotation(world: () => World): void {
  test('a value that was rotated is applied after a hard refresh, and the workload that uses it changes', async () => {
    await world().vault.put('rotation/database', { password: 'before' })
    await world().repository.commit({
      'rotation/all.yaml': yamlOf(
        externalSecret({ name: 'database' }, { password: ['rotation/database', 'password'] }),
        deployment({ name: 'app', annotations: CHECKSUMS }, 'database'),
      ),
    })
    const application = await createApplication(world(), { name: 'rotation', path: 'rotation' })
    await application.isSynced()
    const before = await podAnnotations(world(), 'rotation')
    await world().vault.put('rotation/database', { password: 'after' })
    await waitUntil('the new value is applied', async () => {
      await application.hardRefresh()
      return (await liveSecret(world().home, 'rotation', 'database'))?.['password'] === 'after'
    })
    await waitUntil('the workload is changed', async () => {
      const after = await podAnnotations(world(), 'rotation')
      return JSON.stringify(after) !== JSON.stringify(before)
    })
  })

  test('an outage of the provider leaves an application synced, whichever repo-server renders it', async () => {
    await world().vault.put('outage/database', { password: 'kept' })
    await world().repository.commit({
      'outage/all.yaml': yamlOf(externalSecret({ name: 'database' }, { password: ['outage/database', 'password'] })),
    })
    const application = await createApplication(world(), { name: 'outage', path: 'outage' })
    await application.isSynced()
    const { repoServer, repoServers, vault } = world()
    const each = async (look: () => Promise<void>): Promise<void> => {
      for (const { address } of repoServers) {
        repoServer.lead([address])
        await look()
      }
    }
    try {
      await each(async () => void (await application.hardRefresh()))
      vault.takeAway()
      await new Promise((resolve) => setTimeout(resolve, VALUE_TTL_MS + 500))
      await each(async () => {
        const { sync, conditions = [] } = await application.hardRefresh()
        assert.deepEqual([sync?.status, conditions], ['Synced', []])
      })
    } finally {
      vault.bringBack()
      repoServer.lead(repoServers.map(({ address }) => address))
    }
    assert.deepEqual(await liveSecret(world().home, 'outage', 'database'), { password: 'kept' })
  })

  test('a key that is missing is told by file, object and key in the conditions, and without a value', async () => {
    const canary = newCanary()
    await world().vault.put('missing/database', { password: canary })
    const wanted = externalSecret(
      { name: 'database' },
      { password: ['missing/database', 'password'], user: ['missing/database', 'user'] },
    )
    await world().repository.commit({ 'missing/all.yaml': yamlOf(wanted) })
    const application = await createApplication(world(), { name: 'missing', path: 'missing' })
    const message = await application.condition('ComparisonError')
    assert.match(message, /all\.yaml:\d+/)
    assert.match(message, /ExternalSecret database/)
    assert.match(message, /missing\/database/)
    assert.match(message, /NotFound/)
    assert.ok(!message.includes(canary))
  })
}

/** R14: asks that changed values start new Pods. */
const CHECKSUMS = { 'argocd-external-secrets.io/workload-checksum': 'enabled' }

async function podAnnotations({ home }: World, namespace: string): Promise<unknown> {
  const { spec } = await home.client.call('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/app`)
  return (spec as { readonly template: { readonly metadata: { readonly annotations?: unknown } } }).template.metadata.annotations
}
