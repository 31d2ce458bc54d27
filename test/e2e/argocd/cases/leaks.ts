import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { waitUntil } from '../../tools/wait-until.ts'
import { type Application, createApplication } from '../applications.ts'
import { newCanary, placesOf, searchFor } from '../canary.ts'
import { configMap, externalSecret, yamlOf } from '../manifests.ts'
import { readerOf } from '../reader.ts'
import type { World } from '../world.ts'

/** Where values may be, and where they must not. */
export function leaks(world: () => World): void {
  /** An application `name` with the Secret `database`, whose only value is the canary; the Secret's Application has been synced. */
  const synced = async (name: string, annotations: Readonly<Record<string, string>> = {}): Promise<[Application, string]> => {
    const canary = newCanary()
    await world().vault.put(`${name}/database`, { password: canary })
    await world().repository.commit({ [`${name}/all.yaml`]: manifests(name, annotations) })
    const application = await createApplication(world(), { name, path: name })
    await application.isSynced()
    return [application, canary]
  }

  test('inline, a value is in the Secret and in the cached manifests, and nowhere else in Redis, etcd and logs', async () => {
    const [application, canary] = await synced('inline')
    await application.hardRefresh()
    const places = await placesOf(world(), canary)
    assert.deepEqual(
      places.filter((place) => !/^redis: mfst\|[^|]*\|inline\|/.test(place)),
      ['etcd: /home/secrets/inline/database'],
    )
    assert.ok(places.length > 1)
  })

  test('passed through, a value is nowhere', async () => {
    const [application, canary] = await synced('let-through', { 'argocd-external-secrets.io/delivery': 'passthrough' })
    await application.hardRefresh()
    assert.deepEqual(await placesOf(world(), canary), [])
  })

  test('files that a reader of the application sends are rendered without a value', async () => {
    const [, canary] = await synced('streamed')
    const folder = await mkdtemp(path.join(tmpdir(), 'streamed-'))
    try {
      await mkdir(path.join(folder, 'streamed'))
      await writeFile(path.join(folder, 'streamed/all.yaml'), manifests('streamed', {}, 'in-a-new-secret'))
      const difference = await (await readerOf(world())).diffOfFiles('streamed', folder)
      assert.match(difference, /in-a-new-secret/)
      assert.ok(!searchFor(canary)(difference))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a branch that a reader of the application previews shows no value', async () => {
    const [, canary] = await synced('preview')
    const annotations = { 'example.com/shown': 'yes' }
    const commit = await world().repository.commit({ 'preview/all.yaml': manifests('preview', annotations) }, 'a-branch')
    const answer = await (await readerOf(world())).manifests('preview', commit)
    assert.match(answer, /example\.com\/shown/)
    assert.ok(!searchFor(canary)(answer))
  })

  test('the Source Hydrator commits ExternalSecrets, never Secrets', async () => {
    const canary = newCanary()
    await world().vault.put('hydrated/database', { password: canary })
    await world().repository.commit({ 'hydrated/all.yaml': manifests('hydrated', {}) })
    await createApplication(world(), { name: 'hydrated', path: 'hydrated', hydrateTo: 'hydrated-branch' })
    let committed: string | undefined
    await waitUntil('the hydrator has committed', async () => {
      committed = await world().repository.read('hydrated-branch', 'hydrated/manifest.yaml')
      return committed !== undefined
    })
    assert.match(committed ?? '', /kind: ExternalSecret/)
    assert.doesNotMatch(committed ?? '', /kind: Secret\b/)
    assert.deepEqual(await placesOf(world(), canary), [])
  })
}

function manifests(name: string, annotations: Readonly<Record<string, string>>, secret = 'database'): string {
  return yamlOf(
    externalSecret({ name: secret, annotations }, { password: [`${name}/database`, 'password'] }),
    configMap({ name: 'settings' }),
  )
}
