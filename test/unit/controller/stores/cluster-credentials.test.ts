import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterCredentials } from '../../../../plugin/controller/stores/cluster-credentials.ts'
import { ClusterObjectReads } from '../../../../plugin/controller/stores/cluster-objects.ts'
import { CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const text = async (value: Promise<SecretValue>): Promise<string> => new TextDecoder().decode((await value).reveal())
const encoded = (plain: string): string => Buffer.from(plain).toString('base64')

async function setUp() {
  const clock = new FakeClock()
  const emulator = await startKubeEmulator({ now: clock.now })
  for (const namespace of ['shop', 'vault']) {
    const secret: KubeObject & { data: unknown } = {
      metadata: { namespace, name: 'token' },
      data: { token: encoded(`of ${namespace}`) },
    }
    emulator.put(SECRETS, secret)
    emulator.put(SERVICE_ACCOUNTS, { metadata: { namespace, name: 'app', annotations: { role: namespace } } })
    const authorities: KubeObject & { data: unknown } = {
      metadata: { namespace, name: 'ca' },
      data: { 'ca.crt': `PEM of ${namespace}` },
    }
    emulator.put(CONFIG_MAPS, authorities)
  }
  const objects = new ClusterObjectReads(emulator.localClient({ clock }), clock, 30_000)
  const of = (storeKind: 'SecretStore' | 'ClusterSecretStore') => clusterCredentials({ storeKind, namespace: 'shop' }, objects)
  return { clock, emulator, of, [Symbol.asyncDispose]: () => emulator.close() }
}

const selector = (namespace?: string) => ({ name: 'token', key: 'token', ...(namespace && { namespace }) })

test('a SecretStore has the credentials of its own namespace, whatever its selector says', async () => {
  await using world = await setUp()
  assert.equal(await text(world.of('SecretStore').secretKey(selector('vault'), 'f')), 'of shop')
})

test('a ClusterSecretStore has those of the namespace it names, else of who uses it', async () => {
  await using world = await setUp()
  assert.equal(await text(world.of('ClusterSecretStore').secretKey(selector('vault'), 'f')), 'of vault')
  assert.equal(await text(world.of('ClusterSecretStore').secretKey(selector(), 'f')), 'of shop')
})

test('authorities come from a ConfigMap or a Secret, and a ClusterSecretStore says of which namespace', async () => {
  await using world = await setUp()
  const bundle = { type: 'ConfigMap', name: 'ca', key: '' } as const
  assert.equal(await world.of('SecretStore').caBundle(bundle, 'f'), 'PEM of shop')
  assert.equal(await world.of('ClusterSecretStore').caBundle({ ...bundle, namespace: 'vault' }, 'f'), 'PEM of vault')
  await assert.rejects(world.of('ClusterSecretStore').caBundle(bundle, 'f'), /missing namespace on caProvider/)
})

test('accounts have their annotations, and a token is asked for once in most of its life', async () => {
  await using world = await setUp()
  const credentials = world.of('SecretStore')
  assert.equal((await credentials.serviceAccountAnnotations({ name: 'app' }, 'f'))?.get('role'), 'shop')
  const account = { name: 'app', audiences: ['vault'] }
  const tokenRequests = (): number => world.emulator.audit().filter(({ resource }) => resource === 'serviceaccounts/token').length
  await Promise.all([credentials.serviceAccountToken(account, 'f'), credentials.serviceAccountToken(account, 'f')])
  world.clock.advance(30 * 60_000)
  await credentials.serviceAccountToken(account, 'f')
  assert.equal(tokenRequests(), 1)
  world.clock.advance(30 * 60_000)
  await credentials.serviceAccountToken(account, 'f')
  assert.equal(tokenRequests(), 2)
})

test('the token of an account that was deleted and made again is asked for anew', async () => {
  await using world = await setUp()
  const credentials = world.of('SecretStore')
  const first = await text(credentials.serviceAccountToken({ name: 'app' }, 'f'))
  world.emulator.remove(SERVICE_ACCOUNTS, { namespace: 'shop', name: 'app' })
  world.emulator.put(SERVICE_ACCOUNTS, { metadata: { namespace: 'shop', name: 'app' } })
  world.clock.advance(30_001)
  const second = await text(credentials.serviceAccountToken({ name: 'app' }, 'f'))
  assert.notEqual(second, first)
  world.clock.advance(30_001)
  world.emulator.inject({ status: 403, reason: 'Forbidden' }, { verb: 'get', resource: 'serviceaccounts' })
  assert.notEqual(await text(credentials.serviceAccountToken({ name: 'app' }, 'f')), '', 'tokens alone may be made')
  assert.equal(await text(credentials.serviceAccountToken({ name: 'app' }, 'f')), second)
})

test('a token that the API server gives for less time than was asked for is asked for again within that', async () => {
  await using world = await setUp()
  const client = world.emulator.localClient({ clock: world.clock })
  let asked = 0
  const short = {
    ...client,
    requestToken: async () => ({ token: `token ${++asked}`, expiresAt: world.clock.now() + 600_000 }),
  }
  const objects = new ClusterObjectReads(short, world.clock, 30_000)
  const token = (): Promise<string> => text(objects.serviceAccountToken('shop', 'app', []))
  assert.equal(await token(), 'token 1')
  world.clock.advance(470_000)
  assert.equal(await token(), 'token 1')
  world.clock.advance(20_000)
  assert.equal(await token(), 'token 2')
})

test('a credential is looked up once for many, and again after a moment', async () => {
  await using world = await setUp()
  const credentials = world.of('SecretStore')
  const look = (): Promise<unknown> => credentials.secretKey(selector(), 'f')
  await Promise.all([look(), look(), look()])
  await look()
  assert.equal(world.emulator.audit().length, 1)
  world.clock.advance(30_001)
  await look()
  assert.equal(world.emulator.audit().length, 2)
})

test('what is missing or forbidden is said with its names, and not kept', async () => {
  await using world = await setUp()
  const credentials = world.of('SecretStore')
  const kindOf = (kind: string) => (thrown: unknown) =>
    thrown instanceof SecretError && thrown.kind === kind && thrown.place.field === 'f'
  await assert.rejects(credentials.secretKey({ name: 'none', key: 'k' }, 'f'), kindOf('InvalidSpec'))
  await assert.rejects(credentials.secretKey({ name: 'token', key: 'none' }, 'f'), kindOf('InvalidSpec'))
  world.emulator.inject({ status: 403, reason: 'Forbidden' }, { verb: 'get', resource: 'configmaps' })
  await assert.rejects(credentials.caBundle({ type: 'ConfigMap', name: 'ca', key: '' }, 'f'), kindOf('AccessDenied'))
  assert.equal(await credentials.caBundle({ type: 'ConfigMap', name: 'ca', key: '' }, 'f'), 'PEM of shop')
})

test('a Secret is sent away only with its label, and a ClusterSecretStore says of which namespace', async () => {
  await using world = await setUp()
  const label = { name: 'use', value: 'webhook' }
  const sent = (kind: 'SecretStore' | 'ClusterSecretStore', namespace?: string) =>
    world.of(kind).labelledSecret({ name: 'token', ...(namespace && { namespace }) }, label, 'f')
  await assert.rejects(sent('SecretStore'), { kind: 'AccessDenied' })
  await assert.rejects(sent('ClusterSecretStore'), /cluster scope requires namespace/)
  const labelled: KubeObject & { data: unknown } = {
    metadata: { namespace: 'vault', name: 'token', labels: { use: 'webhook' } },
    data: { token: encoded('labelled'), id: encoded('i') },
  }
  world.emulator.put(SECRETS, labelled)
  world.clock.advance(30_001)
  assert.deepEqual([...(await sent('ClusterSecretStore', 'vault')).keys()].toSorted(), ['id', 'token'])
  await assert.rejects(
    sent('SecretStore', 'vault'),
    { kind: 'AccessDenied' },
    'the namespace that a SecretStore names is not looked at',
  )
})

test('what was missing is there as soon as somebody has made it', async () => {
  await using world = await setUp()
  const late = { name: 'late', key: 'token' }
  await assert.rejects(world.of('SecretStore').secretKey(late, 'f'), /cannot get Kubernetes secret "late"/)
  const secret: KubeObject & { data: unknown } = {
    metadata: { namespace: 'shop', name: 'late' },
    data: { token: encoded('here') },
  }
  world.emulator.put(SECRETS, secret)
  world.clock.advance(1_000)
  assert.equal(await text(world.of('SecretStore').secretKey(late, 'f')), 'here')
})
