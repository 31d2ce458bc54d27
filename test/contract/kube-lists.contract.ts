import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SECRETS } from '../../plugin/kube/core-resources.ts'
import type { ObjectList } from '../../plugin/kube/kube-client.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { type KubeWorld, refused, secret, WIDGETS, widget, X } from './kube-world.ts'

/** Reading many objects. */
export function kubeListsContract(world: KubeWorld): void {
  describe('lists', () => {
    test('pages show one moment, in the order of names', async () => {
      const namespace = await world.newNamespace()
      for (let i = 0; i < 7; i++) await world.kube.create(SECRETS, secret(namespace, {}, { name: `s-${i}` }))
      const first = await world.kube.list(SECRETS, { namespace, limit: 3 })
      await world.kube.delete(SECRETS, { namespace, name: 's-5' })
      await world.kube.create(SECRETS, secret(namespace, {}, { name: 's-4-new' }))
      const pages = [first, ...(await restOf(namespace, first))]
      assert.deepEqual(
        pages.map(({ items }) => items.map(({ metadata }) => metadata.name)),
        [['s-0', 's-1', 's-2'], ['s-3', 's-4', 's-5'], ['s-6']],
      )
      assert.deepEqual(new Set(pages.map(({ resourceVersion }) => resourceVersion)).size, 1)
    })

    async function restOf(namespace: string, page: ObjectList<KubeObject>): Promise<ObjectList<KubeObject>[]> {
      if (page.continue === undefined) return []
      const next = await world.kube.list(SECRETS, { namespace, limit: 3, continue: page.continue })
      return [next, ...(await restOf(namespace, next))]
    }

    test('items of built-in resources do not say their kind, those of custom ones do', async () => {
      const namespace = await world.newNamespace()
      await world.kube.create(SECRETS, secret(namespace))
      await world.kube.create(WIDGETS, widget(namespace, {}))
      const kinds = async (resource: Resource): Promise<unknown> =>
        (await world.kube.list(resource, { namespace })).items.map(({ apiVersion, kind }) => [apiVersion, kind])
      assert.deepEqual(await kinds(SECRETS), [[undefined, undefined]])
      assert.deepEqual(await kinds(WIDGETS), [['contract.test/v1', 'Widget']])
    })

    test('labels and fields select', async () => {
      const namespace = await world.newNamespace()
      await world.kube.create(SECRETS, secret(namespace, {}, { name: 'a', labels: { tier: 'front', app: 'x' } }))
      await world.kube.create(SECRETS, secret(namespace, {}, { name: 'b', labels: { tier: 'back' } }))
      await world.kube.create(SECRETS, secret(namespace, { type: 'contract.test/t' }, { name: 'c' }))
      const names = async (selectors: { labelSelector?: string; fieldSelector?: string }): Promise<string> =>
        (await world.kube.list(SECRETS, { namespace, ...selectors })).items.map(({ metadata }) => metadata.name).join()
      assert.equal(await names({ labelSelector: 'tier=front' }), 'a')
      assert.equal(await names({ labelSelector: 'tier!=front' }), 'b,c')
      assert.equal(await names({ labelSelector: 'tier in (front, back),!app' }), 'b')
      assert.equal(await names({ labelSelector: 'tier notin (back)' }), 'a,c')
      assert.equal(await names({ labelSelector: 'app' }), 'a')
      assert.equal(await names({ fieldSelector: 'metadata.name=b' }), 'b')
      assert.equal(await names({ fieldSelector: 'type=contract.test/t,metadata.name!=a' }), 'c')
      await refused(world.kube.list(SECRETS, { fieldSelector: 'data.a=x' }), 400, 'BadRequest')
    })

    test('metadata comes without data', async () => {
      const namespace = await world.newNamespace()
      const made = await world.kube.create(SECRETS, secret(namespace, { data: { a: X } }, { labels: { l: 'v' } }))
      const expected = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: made.metadata }
      assert.deepEqual((await world.kube.list(SECRETS, { namespace, metadataOnly: true })).items, [expected])
      assert.deepEqual(await world.kube.get(SECRETS, made.metadata, { metadataOnly: true }), expected)
    })

    test('a version of the future is not waited for long', async () => {
      const namespace = await world.newNamespace()
      const resourceVersion = String(Number((await world.kube.list(SECRETS)).resourceVersion) + 1_000_000)
      const options = { namespace, resourceVersion, resourceVersionMatch: 'NotOlderThan' } as const
      await refused(world.kube.list(SECRETS, options), 504, 'ResourceVersionTooLarge')
    })

    test('pages that begin at a forgotten version are Expired', async () => {
      const { client, resourceVersion } = await world.subject.forgotten()
      await refused(client.list(SECRETS, { resourceVersion, resourceVersionMatch: 'Exact', limit: 1 }), 410, 'Expired')
    })
  })
}
