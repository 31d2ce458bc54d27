import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECRET_STORES } from '../../../../plugin/controller/resources.ts'
import { ClusterObjectReads } from '../../../../plugin/controller/stores/cluster-objects.ts'
import { ReadFloors } from '../../../../plugin/controller/stores/read-floors.ts'
import { usableStores } from '../../../../plugin/controller/stores/usable-stores.ts'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { providers } from '../../../../plugin/providers/registry.ts'
import type { StoreOpener } from '../../../../plugin/stores/open-store.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

test('credentials are kept for a while, but not for who has failed and tries again', async (t) => {
  const clock = new FakeClock()
  const emulator = await startKubeEmulator({ resources: [SECRET_STORES], now: clock.now, namespaces: ['shop'] })
  t.after(() => emulator.close())
  const store: KubeObject & { readonly spec: object } = {
    metadata: { namespace: 'shop', name: 'demo' },
    spec: { provider: { fake: { data: [] } } },
  }
  emulator.put(SECRET_STORES, store)
  const shown: string[] = []
  const opener: StoreOpener = {
    async open(_store, _namespace, credentials) {
      const token = await credentials.secretKey({ name: 'token', key: 'token' }, 'auth')
      shown.push(new TextDecoder().decode(token.reveal()))
      throw new SecretError('AccessDenied', 'the token is refused')
    },
  }
  const none = { get: () => undefined }
  const caches = {
    secretStores: { get: (key: { readonly name: string }) => emulator.get(SECRET_STORES, key) },
    clusterSecretStores: none,
    namespaces: none,
  }
  const objects = new ClusterObjectReads(emulator.localClient({ clock }), clock, 30_000)
  const floors = new ReadFloors(clock)
  const stores = usableStores({ caches, providers, opener, objects, floors, controllerClass: 'default', floodGate: false })
  const read = async (credentialsNotBeforeMs?: number): Promise<void> => {
    const fresh = { keys: [], notBeforeMs: 0, ...(credentialsNotBeforeMs !== undefined && { credentialsNotBeforeMs }) }
    const source = await stores.sourceFor([{ name: 'demo' }], 'shop', fresh)
    await assert.rejects(
      async () => await source.find({ name: 'demo' }, 'shop', { key: 'db', part: 'value' }).open(),
      /the token is refused/,
    )
  }
  for (const text of ['first', 'second']) {
    const secret: KubeObject & { readonly data: object } = {
      metadata: { namespace: 'shop', name: 'token' },
      data: { token: Buffer.from(text).toString('base64') },
    }
    emulator.put(SECRETS, secret)
    await read()
    clock.advance(5_000)
  }
  await read(clock.now() - 1_000)
  assert.deepEqual(shown, ['first', 'first', 'second'])
})
