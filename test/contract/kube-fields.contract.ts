import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CONFIG_MAPS, SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeObject, ManagedFields } from '../../plugin/kube/kube-object.ts'
import { type KubeWorld, refused, type SecretObject, secret, WIDGETS, type Widget, widget, X, Y } from './kube-world.ts'

/** What the server adds to an object: generations, status apart from spec, and the managers of its fields. */
export function kubeFieldsContract(world: KubeWorld): void {
  describe('custom resources', () => {
    test('the generation counts changes of the spec', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create(WIDGETS, widget(namespace, { size: 1 }))
      assert.equal(first.metadata.generation, 1)
      const labelled = await world.kube.update(WIDGETS, { ...first, metadata: { ...first.metadata, labels: { l: 'v' } } })
      assert.equal(labelled.metadata.generation, 1)
      const second = await world.kube.update(WIDGETS, { ...labelled, spec: { size: 2 } })
      assert.equal(second.metadata.generation, 2)
    })

    test('the status is written by its subresource, which writes nothing else', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create<Widget>(WIDGETS, widget(namespace, { size: 1 }, {}, { ready: true }))
      assert.equal(first.status, undefined)
      const reported = { ...first, spec: { size: 5 }, status: { ready: true } }
      const second = await world.kube.update<Widget>(WIDGETS, reported, { subresource: 'status' })
      assert.deepEqual([second.spec, second.status, second.metadata.generation], [{ size: 1 }, { ready: true }, 1])
      const third = await world.kube.update<Widget>(WIDGETS, { ...second, spec: { size: 2 }, status: { ready: false } })
      assert.deepEqual([third.spec, third.status], [{ size: 2 }, { ready: true }])
      const patch = { type: 'merge', body: { status: { ready: null, phase: 'done' } } } as const
      const fourth = await world.kube.patch<Widget>(WIDGETS, first.metadata, patch, { subresource: 'status' })
      assert.deepEqual(fourth.status, { phase: 'done' })
      await refused(world.kube.update(WIDGETS, second, { subresource: 'status' }), 409, 'Conflict')
    })

    test('an update needs a version, and an object says its kind', async () => {
      const namespace = await world.newNamespace()
      await world.kube.create(WIDGETS, widget(namespace, { size: 1 }))
      await refused(world.kube.update(WIDGETS, widget(namespace, { size: 2 })), 422, 'Invalid')
      await refused(world.kube.create(WIDGETS, { metadata: { name: 'nameless', namespace } }), 400, 'BadRequest')
    })

    test('a deletion that a finalizer holds up is a change of the generation', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create(WIDGETS, widget(namespace, {}, { finalizers: ['contract.test/hold'] }))
      await world.kube.delete(WIDGETS, first.metadata)
      const ending = await world.kube.get(WIDGETS, first.metadata)
      assert.equal(ending.metadata.generation, 2)
      await world.kube.patch(WIDGETS, first.metadata, { type: 'merge', body: { metadata: { finalizers: null } } })
      await refused(world.kube.get(WIDGETS, first.metadata), 404, 'NotFound')
    })
  })

  describe('managed fields', () => {
    const managers = ({ metadata }: KubeObject): Record<string, unknown> =>
      Object.fromEntries((metadata.managedFields ?? []).map((entry) => [managerName(entry), entry.fieldsV1]))

    test('whoever writes a key of a Secret owns it', async () => {
      const namespace = await world.newNamespace()
      const metadata = { labels: { l: 'v' }, annotations: { n: 'v' } }
      const first = await world.kube.create(SECRETS, secret(namespace, { data: { a: X, b: X } }, metadata), {
        fieldManager: 'one',
      })
      const meta = { 'f:annotations': { '.': {}, 'f:n': {} }, 'f:labels': { '.': {}, 'f:l': {} } }
      const both = { '.': {}, 'f:a': {}, 'f:b': {} }
      assert.deepEqual(managers(first), { 'one Update': { 'f:data': both, 'f:metadata': meta, 'f:type': {} } })
      const changed = { ...first, data: { a: Y, b: X, c: X } }
      const second = await world.kube.update(SECRETS, changed, { fieldManager: 'two' })
      assert.deepEqual(managers(second), {
        'one Update': { 'f:data': { '.': {}, 'f:b': {} }, 'f:metadata': meta, 'f:type': {} },
        'two Update': { 'f:data': { 'f:a': {}, 'f:c': {} } },
      })
      const third = await world.kube.update(SECRETS, { ...second, data: { b: X, c: X } }, { fieldManager: 'one' })
      assert.deepEqual(managers(third), {
        'one Update': { 'f:data': { '.': {}, 'f:b': {} }, 'f:metadata': meta, 'f:type': {} },
        'two Update': { 'f:data': { 'f:c': {} } },
      })
    })

    test('owners and finalizers are owned one by one', async () => {
      const namespace = await world.newNamespace()
      const owner = (await world.kube.create<KubeObject>(CONFIG_MAPS, { metadata: { name: 'owner', namespace } })).metadata
      const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.uid ?? '', controller: true }
      const metadata = { ownerReferences: [reference], finalizers: ['contract.test/a'] }
      const made = await world.kube.create(SECRETS, secret(namespace, {}, metadata), { fieldManager: 'one' })
      assert.deepEqual(managers(made), {
        'one Update': {
          'f:metadata': {
            'f:finalizers': { '.': {}, 'v:"contract.test/a"': {} },
            'f:ownerReferences': { '.': {}, [`k:{"uid":"${owner.uid}"}`]: {} },
          },
          'f:type': {},
        },
      })
      const freed = await world.kube.update(
        SECRETS,
        { ...made, metadata: { ...made.metadata, finalizers: [] } },
        { fieldManager: 'two' },
      )
      assert.deepEqual(managers(freed), {
        'one Update': { 'f:metadata': { 'f:ownerReferences': { '.': {}, [`k:{"uid":"${owner.uid}"}`]: {} } }, 'f:type': {} },
      })
    })

    test('an apply owns what it applies, and takes away what it applied before', async () => {
      const namespace = await world.newNamespace()
      const key = { namespace, name: 'db' }
      const apply = (
        data: object,
        fieldManager: string,
        force?: true,
        labels?: Record<string, string>,
      ): Promise<SecretObject> => {
        const body = { apiVersion: 'v1', kind: 'Secret', metadata: { ...key, ...(labels && { labels }) }, data }
        return world.kube.patch<SecretObject>(SECRETS, key, { type: 'apply', body, ...(force && { force }) }, { fieldManager })
      }
      const made = await apply({ a: X, b: X }, 'one', undefined, { l: 'v' })
      const metadata = { 'f:labels': { 'f:l': {} } }
      assert.deepEqual(managers(made), { 'one Apply': { 'f:data': { 'f:a': {}, 'f:b': {} }, 'f:metadata': metadata } })
      const again = await apply({ a: X, b: X }, 'one', undefined, { l: 'v' })
      assert.equal(again.metadata.resourceVersion, made.metadata.resourceVersion)
      const error = await refused(apply({ a: Y }, 'two'), 409, 'Conflict')
      assert.match(error.message, /\.data\.a FieldManagerConflict/)
      const forced = await apply({ a: Y, c: X }, 'two', true)
      assert.deepEqual(forced.data, { a: Y, b: X, c: X })
      const fewer = await apply({}, 'one')
      assert.deepEqual([fewer.data, fewer.metadata.labels], [{ a: Y, c: X }, undefined])
      assert.deepEqual(managers(fewer)['two Apply'], { 'f:data': { 'f:a': {}, 'f:c': {} } })
    })

    test('a status has managers of its own', async () => {
      const namespace = await world.newNamespace()
      const made = await world.kube.create(WIDGETS, widget(namespace, { size: 1, deep: { list: [1] } }), { fieldManager: 'one' })
      const reported = await world.kube.update<Widget>(
        WIDGETS,
        { ...made, status: { ready: true } },
        { fieldManager: 'two', subresource: 'status' },
      )
      assert.deepEqual(managers(reported), {
        'one Update': { 'f:spec': { '.': {}, 'f:deep': { '.': {}, 'f:list': {} }, 'f:size': {} } },
        'two Update status': { 'f:status': { '.': {}, 'f:ready': {} } },
      })
    })
  })
}

function managerName({ manager, operation, subresource }: ManagedFields): string {
  return [manager, operation, subresource].filter(Boolean).join(' ')
}
