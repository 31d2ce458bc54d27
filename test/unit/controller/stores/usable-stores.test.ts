import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { SECRET_STORES } from '../../../../plugin/controller/resources.ts'
import { ClusterObjectReads } from '../../../../plugin/controller/stores/cluster-objects.ts'
import { ReadFloors } from '../../../../plugin/controller/stores/read-floors.ts'
import { usableStores, watchedStores } from '../../../../plugin/controller/stores/usable-stores.ts'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import { providers } from '../../../../plugin/providers/registry.ts'
import type { StoreOpener } from '../../../../plugin/stores/open-store.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

/** A cluster with one store, and who shows which token it is opened with. */
async function setUp(t: TestContext) {
  const clock = new FakeClock()
  const emulator = await startKubeEmulator({ resources: [SECRET_STORES], now: clock.now, namespaces: ['shop'] })
  t.after(() => emulator.close())
  const store: KubeObject & { readonly spec: object } = {
    metadata: { namespace: 'shop', name: 'demo' },
    spec: { provider: { vault: { server: 'https://vault', auth: { tokenSecretRef: { name: 'token', key: 'token' } } } } },
  }
  emulator.put(SECRET_STORES, store)
  const shown: string[] = []
  const show = async (credentials: CredentialSource): Promise<never> => {
    const token = await credentials.secretKey({ name: 'token', key: 'token' }, 'auth')
    shown.push(new TextDecoder().decode(token.reveal()))
    throw new SecretError('AccessDenied', 'the token is refused')
  }
  const opener: StoreOpener = { open: (_store, _namespace, credentials) => show(credentials) }
  const none = { get: () => undefined }
  const caches = {
    secretStores: { get: (key: { readonly name: string }) => emulator.get(SECRET_STORES, key) },
    clusterSecretStores: none,
    namespaces: none,
  }
  const objects = new ClusterObjectReads(emulator.localClient({ clock }), clock, 30_000)
  const floors = new ReadFloors(clock)
  const rotate = (text: string): void => {
    const secret: KubeObject & { readonly data: object } = {
      metadata: { namespace: 'shop', name: 'token' },
      data: { token: Buffer.from(text).toString('base64') },
    }
    emulator.put(SECRETS, secret)
  }
  const options = { caches, providers, opener, objects, floors, controllerClass: 'default', floodGate: false }
  return { clock, options, shown, show, rotate }
}

test('credentials are kept for a while, but not for who has failed and tries again', async (t) => {
  const { clock, options, shown, rotate } = await setUp(t)
  const stores = usableStores(options)
  const read = async (credentialsNotBeforeMs?: number): Promise<void> => {
    const fresh = { keys: [], notBeforeMs: 0, ...(credentialsNotBeforeMs !== undefined && { credentialsNotBeforeMs }) }
    const source = await stores.sourceFor([{ name: 'demo' }], 'shop', fresh)
    await assert.rejects(
      async () => await source.find({ name: 'demo' }, 'shop', { key: 'db', part: 'value' }).open(),
      /the token is refused/,
    )
  }
  for (const text of ['first', 'second']) {
    rotate(text)
    await read()
    clock.advance(5_000)
  }
  await read(clock.now() - 1_000)
  assert.deepEqual(shown, ['first', 'first', 'second'])
})

test('a detector that is opened again has the credentials that there are by then', async (t) => {
  const { clock, options, shown, show, rotate } = await setUp(t)
  const watchedStore = watchedStores(options, (_store, _namespace, credentials) => show(credentials))
  const store = (await watchedStore({ name: 'demo' }, 'shop')) ?? assert.fail()
  const pace = { take: async () => undefined }
  for (const text of ['first', 'second']) {
    rotate(text)
    await assert.rejects(store.open(pace), /the token is refused/)
    clock.advance(5_000)
  }
  await assert.rejects(store.open(pace, clock.now()), /the token is refused/)
  assert.deepEqual(shown, ['first', 'first', 'second'])
})
