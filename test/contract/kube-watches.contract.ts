import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SECRETS } from '../../plugin/kube/core-resources.ts'
import type { WatchEvent } from '../../plugin/kube/kube-client.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { type KubeWorld, refused, type SecretObject, secret, X, Y } from './kube-world.ts'

/** Being told of changes. */
export function kubeWatchesContract(world: KubeWorld): void {
  describe('watches', () => {
    /** Events until `count` of them came, bookmarks left out. */
    async function events(
      resource: Resource,
      options: { namespace: string; resourceVersion: string; labelSelector?: string; metadataOnly?: true },
      wanted: number,
    ): Promise<WatchEvent<SecretObject>[]> {
      const seen: WatchEvent<SecretObject>[] = []
      const stop = new AbortController()
      for await (const event of world.kube.watch<SecretObject>(resource, {
        ...options,
        timeoutSeconds: 20,
        signal: stop.signal,
      })) {
        if (event.type !== 'BOOKMARK') seen.push(event)
        if (seen.length === wanted) break
      }
      return seen
    }
    const short = (event: WatchEvent<SecretObject>): unknown =>
      event.type === 'BOOKMARK' ? event : [event.type, event.object.metadata.name, event.object.data]

    test('changes after a version come in their order, those of the past too', async () => {
      const namespace = await world.newNamespace()
      const { resourceVersion } = await world.kube.list(SECRETS, { namespace })
      const first = await world.kube.create(SECRETS, secret(namespace, { data: { a: X } }))
      const second = await world.kube.update(SECRETS, { ...first, data: { a: Y } })
      const watching = events(SECRETS, { namespace, resourceVersion }, 4)
      await world.kube.delete(SECRETS, first.metadata)
      await world.kube.create(SECRETS, secret(namespace, { data: { b: X } }))
      const seen = await watching
      assert.deepEqual(seen.map(short), [
        ['ADDED', 'db', { a: X }],
        ['MODIFIED', 'db', { a: Y }],
        ['DELETED', 'db', { a: Y }],
        ['ADDED', 'db', { b: X }],
      ])
      const versions = seen.map((event) => (event.type === 'BOOKMARK' ? '' : (event.object.metadata.resourceVersion ?? '')))
      assert.deepEqual(versions.slice(0, 2), [first.metadata.resourceVersion, second.metadata.resourceVersion])
      assert.notEqual(versions[2], versions[1])
      assert.ok(seen[0]?.type === 'ADDED' && seen[0].object.kind === 'Secret')
    })

    test('a selector makes objects come and go', async () => {
      const namespace = await world.newNamespace()
      const { resourceVersion } = await world.kube.list(SECRETS, { namespace })
      const first = await world.kube.create(SECRETS, secret(namespace, { data: { a: X } }))
      const shown = await world.kube.update(SECRETS, { ...first, metadata: { ...first.metadata, labels: { on: 'yes' } } })
      const { metadata } = await world.kube.update(SECRETS, {
        ...shown,
        data: { a: Y },
        metadata: { ...shown.metadata, labels: {} },
      })
      await world.kube.delete(SECRETS, metadata)
      await world.kube.create(SECRETS, secret(namespace, {}, { name: 'last', labels: { on: 'yes' } }))
      const seen = await events(SECRETS, { namespace, resourceVersion, labelSelector: 'on=yes' }, 3)
      assert.deepEqual(seen.map(short), [
        ['ADDED', 'db', { a: X }],
        ['DELETED', 'db', { a: X }],
        ['ADDED', 'last', undefined],
      ])
      assert.ok(seen[1]?.type === 'DELETED' && seen[1].object.metadata.resourceVersion === metadata.resourceVersion)
    })

    test('metadata is watched without data', async () => {
      const namespace = await world.newNamespace()
      const { resourceVersion } = await world.kube.list(SECRETS, { namespace, metadataOnly: true })
      const { metadata } = await world.kube.create(SECRETS, secret(namespace, { data: { a: X } }))
      const object = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
      const seen = await events(SECRETS, { namespace, resourceVersion, metadataOnly: true }, 1)
      assert.deepEqual(seen, [{ type: 'ADDED', object }])
    })

    test('the server ends a watch after the time that it was given', async () => {
      const namespace = await world.newNamespace()
      const { resourceVersion } = await world.kube.list(SECRETS, { namespace })
      const seen: unknown[] = []
      const signal = new AbortController().signal
      for await (const event of world.kube.watch(SECRETS, { namespace, resourceVersion, timeoutSeconds: 1, signal }))
        seen.push(event.type)
      assert.deepEqual(
        seen.filter((type) => type !== 'BOOKMARK'),
        [],
      )
    })

    test('a forgotten version is Expired', async () => {
      const { client, resourceVersion } = await world.subject.forgotten()
      const watching = client.watch(SECRETS, { resourceVersion, timeoutSeconds: 5, signal: new AbortController().signal })
      await refused(collected(watching), 410, 'Expired')
    })
  })
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = []
  for await (const item of items) seen.push(item)
  return seen
}
