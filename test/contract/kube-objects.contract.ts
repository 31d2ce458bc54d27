import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CONFIG_MAPS, LEASES, NAMESPACES, SECRETS } from '../../plugin/kube/core-resources.ts'
import { type KubeWorld, refused, type SecretObject, secret, X, Y } from './kube-world.ts'

/** Reading and writing one object. */
export function kubeObjectsContract(world: KubeWorld): void {
  describe('objects', () => {
    test('what is created is read back, with an identity and a version', async () => {
      const namespace = await world.newNamespace()
      const made = await world.kube.create<SecretObject>(SECRETS, secret(namespace, { data: { a: X } }, { labels: { l: 'v' } }))
      assert.match(made.metadata.uid ?? '', /^[0-9a-f-]{36}$/)
      assert.match(made.metadata.creationTimestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.equal(made.type, 'Opaque')
      assert.equal(made.metadata.generation, undefined)
      assert.deepEqual(await world.kube.get(SECRETS, { namespace, name: 'db' }), made)
    })

    test('a version of a group says what it has, without subresources, and one that is not served is NotFound', async () => {
      const core = await world.kube.resources('', 'v1')
      assert.deepEqual(
        core.find(({ kind }) => kind === 'ConfigMap'),
        CONFIG_MAPS,
      )
      assert.deepEqual(
        core.find(({ kind }) => kind === 'Namespace'),
        NAMESPACES,
      )
      assert.ok((await world.kube.resources('coordination.k8s.io', 'v1')).some(({ plural }) => plural === 'leases'))
      await refused(world.kube.resources('nobody.example.com', 'v1'), 404, 'NotFound')
    })

    test('what exists is not created again, and what does not is NotFound', async () => {
      const namespace = await world.newNamespace()
      await world.kube.create(SECRETS, secret(namespace))
      await refused(world.kube.create(SECRETS, secret(namespace)), 409, 'AlreadyExists')
      await refused(world.kube.get(SECRETS, { namespace, name: 'none' }), 404, 'NotFound')
      await refused(world.kube.update(SECRETS, secret(namespace, {}, { name: 'none' })), 404, 'NotFound')
      await refused(world.kube.delete(SECRETS, { namespace, name: 'none' }), 404, 'NotFound')
      await refused(world.kube.patch(SECRETS, { namespace, name: 'none' }, { type: 'merge', body: {} }), 404, 'NotFound')
      await refused(world.kube.create(SECRETS, secret('no-such-namespace')), 404, 'NotFound')
    })

    test('what is created must not have a version', async () => {
      const namespace = await world.newNamespace()
      await refused(world.kube.create(SECRETS, secret(namespace, {}, { resourceVersion: '5' })), 500, 'InternalError')
    })

    test('an update with an old version is a Conflict, one without a version is not', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create<SecretObject>(SECRETS, secret(namespace, { data: { a: X } }))
      const second = await world.kube.update<SecretObject>(SECRETS, { ...first, data: { a: Y } })
      assert.notEqual(second.metadata.resourceVersion, first.metadata.resourceVersion)
      await refused(world.kube.update(SECRETS, first), 409, 'Conflict')
      await refused(
        world.kube.update(SECRETS, secret(namespace, {}, { uid: '0f0e0d0c-0000-4000-8000-000000000000' })),
        409,
        'Conflict',
      )
      const blind = await world.kube.update<SecretObject>(SECRETS, secret(namespace, { data: { b: X } }))
      assert.deepEqual(blind.data, { b: X })
      assert.equal(blind.metadata.uid, first.metadata.uid)
    })

    test('an update that changes nothing writes nothing', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create<SecretObject>(SECRETS, secret(namespace, { data: { a: X } }))
      assert.deepEqual(await world.kube.update(SECRETS, first), first)
      const patched = await world.kube.patch(SECRETS, first.metadata, { type: 'merge', body: { data: { a: X } } })
      assert.equal(patched.metadata.resourceVersion, first.metadata.resourceVersion)
    })

    test('a Lease is updated with its version only, and made by an update where there is none', async () => {
      const namespace = await world.newNamespace()
      const lease = { metadata: { name: 'leader', namespace }, spec: { holderIdentity: 'a' } }
      const made = await world.kube.update(LEASES, lease)
      await refused(world.kube.update(LEASES, lease), 422, 'Invalid')
      await world.kube.update(LEASES, made)
      await world.kube.delete(LEASES, made.metadata)
      await refused(world.kube.update(LEASES, { ...lease, metadata: made.metadata }), 409, 'Conflict')
    })

    test('a merge patch sets and removes fields; one with a version holds for that version', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create<SecretObject>(SECRETS, secret(namespace, { data: { a: X, b: X } }))
      const body = {
        data: { a: null, c: Y },
        metadata: { labels: { l: 'v' }, resourceVersion: first.metadata.resourceVersion },
      }
      const now = await world.kube.patch<SecretObject>(SECRETS, first.metadata, { type: 'merge', body })
      assert.deepEqual(now.data, { b: X, c: Y })
      assert.deepEqual(now.metadata.labels, { l: 'v' })
      await refused(world.kube.patch(SECRETS, first.metadata, { type: 'merge', body }), 409, 'Conflict')
    })

    test('a JSON patch is done as a whole or not at all', async () => {
      const namespace = await world.newNamespace()
      const key = { namespace, name: 'db' }
      await world.kube.create<SecretObject>(SECRETS, secret(namespace, { data: { a: X } }, { annotations: { 'a/b': '1' } }))
      const body = [
        { op: 'test', path: '/metadata/annotations/a~1b', value: '1' },
        { op: 'remove', path: '/metadata/annotations/a~1b' },
        { op: 'add', path: '/data/b', value: Y },
      ]
      const now = await world.kube.patch<SecretObject>(SECRETS, key, { type: 'json', body })
      assert.deepEqual([now.data, now.metadata.annotations], [{ a: X, b: Y }, undefined])
      await refused(world.kube.patch(SECRETS, key, { type: 'json', body }), 422, 'Invalid')
    })

    test('a deletion may ask for an identity and a version', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create(SECRETS, secret(namespace))
      const { uid, resourceVersion } = first.metadata
      await refused(world.kube.delete(SECRETS, first.metadata, { uid: '0f0e0d0c-0000-4000-8000-000000000000' }), 409, 'Conflict')
      await refused(world.kube.delete(SECRETS, first.metadata, { uid, resourceVersion: '1' }), 409, 'Conflict')
      await world.kube.delete(SECRETS, first.metadata, { uid, resourceVersion })
      await refused(world.kube.get(SECRETS, first.metadata), 404, 'NotFound')
    })

    test('a finalizer keeps what is deleted until it is taken off', async () => {
      const namespace = await world.newNamespace()
      const first = await world.kube.create(SECRETS, secret(namespace, {}, { finalizers: ['contract.test/hold'] }))
      await world.kube.delete(SECRETS, first.metadata)
      const ending = await world.kube.get(SECRETS, first.metadata)
      assert.ok(ending.metadata.deletionTimestamp)
      await world.kube.delete(SECRETS, first.metadata)
      const more = { ...ending.metadata, finalizers: ['contract.test/hold', 'contract.test/more'] }
      await refused(world.kube.update(SECRETS, { ...ending, metadata: more }), 422, 'Invalid')
      await world.kube.update(SECRETS, { ...ending, metadata: { ...ending.metadata, finalizers: [] } })
      await refused(world.kube.get(SECRETS, first.metadata), 404, 'NotFound')
    })

    test('nothing is made in a namespace that ends', async () => {
      const namespace = await world.newNamespace()
      await world.kube.create(CONFIG_MAPS, { metadata: { name: 'held', namespace, finalizers: ['contract.test/hold'] } })
      await world.kube.delete(NAMESPACES, { name: namespace })
      const error = await refused(world.kube.create(SECRETS, secret(namespace)), 403, 'Forbidden')
      assert.match(error.message, /NamespaceTerminating/)
      await world.kube.patch(
        CONFIG_MAPS,
        { namespace, name: 'held' },
        { type: 'merge', body: { metadata: { finalizers: null } } },
      )
    })
  })

  describe('Secrets', () => {
    test('stringData becomes data, and the type stays', async () => {
      const namespace = await world.newNamespace()
      const made = await world.kube.create<SecretObject>(
        SECRETS,
        secret(namespace, { data: { a: X, b: X }, stringData: { a: 'y' } }),
      )
      assert.deepEqual([made.data, made.stringData], [{ a: Y, b: X }, undefined])
      const error = await refused(world.kube.update(SECRETS, { ...made, type: 'contract.test/other' }), 422, 'Invalid')
      assert.match(error.message, /type FieldValueInvalid/)
    })

    test('what is immutable keeps its data', async () => {
      const namespace = await world.newNamespace()
      const made = await world.kube.create<SecretObject>(SECRETS, secret(namespace, { data: { a: X }, immutable: true }))
      const error = await refused(world.kube.update(SECRETS, { ...made, data: { a: Y } }), 422, 'Invalid')
      assert.match(error.message, /data FieldValueForbidden/)
      await refused(world.kube.update(SECRETS, { ...made, immutable: false }), 422, 'Invalid')
      const labelled = await world.kube.update(SECRETS, { ...made, metadata: { ...made.metadata, labels: { l: 'v' } } })
      assert.deepEqual(labelled.metadata.labels, { l: 'v' })
    })

    test('names, keys, labels and values are checked, and no error says what was sent', async () => {
      const namespace = await world.newNamespace()
      const bad = [
        await refused(world.kube.create(SECRETS, secret(namespace, {}, { name: 'Canary_' })), 422, 'Invalid'),
        await refused(world.kube.create(SECRETS, secret(namespace, { data: { 'can ary': X } })), 422, 'Invalid'),
        await refused(world.kube.create(SECRETS, secret(namespace, {}, { labels: { l: 'can ary' } })), 422, 'Invalid'),
        await refused(world.kube.create(SECRETS, secret(namespace, { data: { a: 'canary!' } })), 400, 'BadRequest'),
      ]
      assert.deepEqual(
        bad.map(({ message }) => /can ary|canary!/.test(message)),
        [false, false, false, false],
      )
      const large = Buffer.alloc(1024 * 1024 + 1).toString('base64')
      await refused(world.kube.create(SECRETS, secret(namespace, { data: { a: large } })), 422, 'Invalid')
    })
  })
}
