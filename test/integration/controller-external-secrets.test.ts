import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExternalSecretObject } from '../../plugin/controller/external-secrets/external-secret-object.ts'
import type { SecretObject } from '../../plugin/controller/external-secrets/secret-object.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { EVENTS, SECRETS } from '../../plugin/kube/core-resources.ts'
import { startController } from '../support/controller-process.ts'
import { startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../support/eventually.ts'

const store = (
  value: string,
): { readonly metadata: { readonly name: string; readonly namespace: string }; readonly spec: unknown } => ({
  metadata: { name: 'demo', namespace: 'shop' },
  spec: { provider: { fake: { data: [{ key: 'db', value }] } } },
})

const database = {
  metadata: { name: 'database', namespace: 'shop', labels: { team: 'a' } },
  spec: {
    refreshInterval: '1h',
    secretStoreRef: { name: 'demo' },
    data: [{ secretKey: 'password', remoteRef: { key: 'db' } }],
  },
}

test('the command makes the Secret of an ExternalSecret, repairs it, and ends on SIGTERM, also where there are no cluster-wide kinds', async (t) => {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES] })
  t.after(() => emulator.close())
  await using controller = await startController('external-secrets', emulator.kubeconfig)
  const secret = (): SecretObject | undefined => emulator.get(SECRETS, { namespace: 'shop', name: 'database' })
  const object = (): ExternalSecretObject | undefined => emulator.get(EXTERNAL_SECRETS, { namespace: 'shop', name: 'database' })
  const ready = (): boolean => object()?.status?.conditions?.[0]?.status === 'True'
  const passwordIs = (text: string): boolean => secret()?.data?.['password'] === Buffer.from(text).toString('base64')

  // In an order that needs the store to be waited for.
  emulator.put(EXTERNAL_SECRETS, database)
  emulator.put(SECRET_STORES, store('first'))
  await eventually(
    () => (ready() ? true : undefined),
    () => controller.log(),
  )
  assert.ok(passwordIs('first'))
  assert.equal(secret()?.metadata.ownerReferences?.[0]?.uid, object()?.metadata.uid)
  assert.equal(secret()?.metadata.labels?.['team'], 'a')
  assert.equal(object()?.status?.binding?.name, 'database')
  await eventually(() => emulator.list(EVENTS, 'shop').find((event) => event['reason'] === 'Created'))

  const writes = (): number => emulator.audit().filter(({ verb }) => ['create', 'update', 'patch'].includes(verb)).length
  const before = writes()
  emulator.put(EXTERNAL_SECRETS, { ...database, metadata: { ...database.metadata, annotations: { 'force-sync': '1' } } })
  await eventually(
    () => (secret()?.metadata.annotations?.['force-sync'] === '1' ? true : undefined),
    () => controller.log(),
  )
  assert.ok(writes() > before)

  const { metadata } = secret() ?? assert.fail()
  const edited: SecretObject = { ...secret(), metadata, data: { password: 'bm8=', more: 'bm8=' } }
  emulator.put(SECRETS, edited)
  await eventually(
    () => (passwordIs('first') && !secret()?.data?.['more'] ? true : undefined),
    () => controller.log(),
  )

  emulator.remove(SECRETS, { namespace: 'shop', name: 'database' })
  await eventually(
    () => (passwordIs('first') ? true : undefined),
    () => controller.log(),
  )

  const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
  assert.match(metrics, /externalsecret_status_condition\{name="database",namespace="shop",condition="Ready",status="True"\} 1/)
  assert.match(metrics, /externalsecret_provider_api_calls_count\{provider="fake",call="GetSecret",status="success"\} [1-9]/)
  assert.match(metrics, /controller_reads_total\{store="SecretStore shop\/[a-z]+",status="success"\} [1-9]/)
  assert.match(metrics, /controller_staleness_seconds\{name="database",namespace="shop"\} \d/)
  assert.match(metrics, /controller_refresh_interval_seconds\{name="database",namespace="shop"\} \d/)
  assert.equal((await fetch(`http://${controller.address}/readyz`)).status, 200)
  assert.ok(!controller.log().includes('first'))
  assert.equal(await controller.stop(), 0)
})

test('a store that is changed is watched as it is then: what it has now comes at the next turn', async (t) => {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => emulator.close())
  await using controller = await startController('external-secrets', emulator.kubeconfig)
  const secret = (): SecretObject | undefined => emulator.get(SECRETS, { namespace: 'shop', name: 'database' })
  const password = (): string | undefined => secret()?.data?.['password']
  emulator.put(SECRET_STORES, store('first'))
  emulator.put(EXTERNAL_SECRETS, { ...database, spec: { ...database.spec, refreshInterval: '1s' } })
  for (const text of ['first', 'second', 'third']) {
    emulator.put(SECRET_STORES, store(text))
    await eventually(
      () => (password() === Buffer.from(text).toString('base64') ? true : undefined),
      () => controller.log(),
    )
  }
  assert.equal(await controller.stop(), 0)
})

const COUNT = 300

test('many ExternalSecrets of one store: three requests each, and one look at their Secrets when another process takes over', async (t) => {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => emulator.close())
  const data = Array.from({ length: 60 }, (_, index) => ({ key: `key-${index}`, value: `value-${index}` }))
  const given = { metadata: { name: 'demo', namespace: 'shop' }, spec: { provider: { fake: { data } } } }
  emulator.put(SECRET_STORES, given)
  for (let index = 0; index < COUNT; index++) {
    const remoteRef = { key: `key-${index % 60}` }
    const one = {
      ...database,
      metadata: { namespace: 'shop', name: `one-${index}` },
      spec: { ...database.spec, data: [{ secretKey: 'k', remoteRef }] },
    }
    emulator.put(EXTERNAL_SECRETS, one)
  }
  const readyCount = (): number =>
    (emulator.list(EXTERNAL_SECRETS, 'shop') as readonly ExternalSecretObject[]).filter(
      ({ status }) => status?.conditions?.[0]?.status === 'True',
    ).length
  const flags = ['--lease-namespace', 'shop', '--lease-retry-period', '200']
  const requests = (): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const { verb, resource } of emulator.audit()) counts[`${verb} ${resource}`] = (counts[`${verb} ${resource}`] ?? 0) + 1
    return counts
  }

  await using first = await startController('external-secrets', emulator.kubeconfig, flags)
  await eventually(
    () => (readyCount() === COUNT ? true : undefined),
    () => first.log(),
  )
  await using second = await startController('external-secrets', emulator.kubeconfig, flags)
  assert.equal(await first.stop(), 0)
  const counts = requests()
  assert.equal(counts['create secrets'], COUNT)
  assert.equal(counts['update externalsecrets/status'], COUNT)
  assert.ok((counts['get secrets'] ?? 0) <= 5, JSON.stringify(counts))
  // Stores and Leases have events as well, and who takes over may have said something already.
  const told = (emulator.list(EVENTS, 'shop') as readonly { readonly involvedObject?: { readonly kind?: string } }[]).filter(
    ({ involvedObject }) => involvedObject?.kind === 'ExternalSecret',
  )
  assert.equal(told.length, COUNT)

  emulator.forgetAudit()
  await eventually(
    () => (second.log().includes('became the leader') ? true : undefined),
    () => second.log(),
  )
  emulator.put(EXTERNAL_SECRETS, {
    ...database,
    metadata: { namespace: 'shop', name: 'last' },
    spec: { ...database.spec, data: [{ secretKey: 'k', remoteRef: { key: 'key-0' } }] },
  })
  await eventually(
    () => (readyCount() === COUNT + 1 ? true : undefined),
    () => second.log(),
  )
  const after = requests()
  assert.equal(after['update secrets'], undefined)
  assert.equal(after['create secrets'], 1)
  assert.equal(after['update externalsecrets/status'], 1)
  assert.equal(after['get secrets'], undefined)
  assert.equal(await second.stop(), 0)
})
