import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ExternalSecretObject } from '../../plugin/controller/external-secrets/external-secret-object.ts'
import type { SecretObject } from '../../plugin/controller/external-secrets/secret-object.ts'
import { shards } from '../../plugin/controller/external-secrets/shard.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { SECRETS } from '../../plugin/kube/core-resources.ts'
import { type ControllerProcess, startController } from '../support/controller-process.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../support/eventually.ts'

const STORES = Array.from({ length: 6 }, (_, index) => `store-${index}`)
const FLAGS = [
  '--lease-namespace',
  'shop',
  '--lease-duration',
  '3000',
  '--lease-renew-deadline',
  '2000',
  '--lease-retry-period',
  '200',
]
const placeOf = (name: string): number =>
  shards(2).findIndex((shard) => shard.hasStore({ metadata: { namespace: 'shop', name } }))

function start(kube: KubeEmulator, count: number): Promise<ControllerProcess> {
  return startController('external-secrets', kube.kubeconfig, [...FLAGS, '--shards', String(count)])
}

describe('two processes and two shards', () => {
  let kube: KubeEmulator
  let processes: readonly ControllerProcess[]

  before(async () => {
    kube = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
    for (const name of STORES) {
      put(name, 'first')
      want(name, name)
    }
    kube.put(EXTERNAL_SECRETS, { metadata: { name: 'nothing', namespace: 'shop' }, spec: { refreshInterval: '1h', data: [] } })
    processes = await Promise.all([start(kube, 2), start(kube, 2)])
  })
  after(async () => {
    for (const one of processes) await one[Symbol.asyncDispose]()
    await kube.close()
  })

  function put(store: string, value: string): void {
    const data = [{ key: 'db', value: `${store} ${value}` }]
    kube.put(SECRET_STORES, { metadata: { name: store, namespace: 'shop' }, spec: { provider: { fake: { data } } } })
  }

  function want(name: string, ...stores: readonly string[]): void {
    const data = stores.map((store, index) => ({
      secretKey: `v${index}`,
      remoteRef: { key: 'db' },
      sourceRef: { storeRef: { name: store } },
    }))
    kube.put(EXTERNAL_SECRETS, { metadata: { name, namespace: 'shop' }, spec: { refreshInterval: '1s', data } })
  }

  const logs = (): string => processes.map((one) => one.log()).join('\n')

  async function becomes(name: string, ...values: readonly string[]): Promise<void> {
    await eventually(() => {
      const secret: SecretObject | undefined = kube.get(SECRETS, { namespace: 'shop', name })
      const found = values.map((_, index) => Buffer.from(secret?.data?.[`v${index}`] ?? '', 'base64').toString())
      return found.join() === values.join() ? true : undefined
    }, logs)
  }

  async function metricsOf(one: ControllerProcess): Promise<string> {
    return await (await fetch(`http://${one.address}/metrics`)).text()
  }

  /** By process, whose condition it tells. */
  async function toldOf(): Promise<readonly (readonly string[])[]> {
    return await Promise.all(
      processes.map(async (one) => {
        const found = (await metricsOf(one)).matchAll(/externalsecret_status_condition\{name="([^"]+)".*status="True"\} [01]/g)
        return [...new Set(Array.from(found, ([, name = '']) => name))].toSorted()
      }),
    )
  }

  const shardOf = async (one: ControllerProcess): Promise<string | undefined> =>
    /leading\{shard="(\d)"\} 1/.exec(await metricsOf(one))?.[1]

  test('each leads one, everything is served, and by one of them alone', async () => {
    for (const name of STORES) await becomes(name, `${name} first`)
    const led = await eventually(async () => {
      const found = await Promise.all(processes.map(shardOf))
      return new Set(found).size === 2 && !found.includes(undefined) ? found : undefined
    }, logs)
    const readyCount = (): number =>
      (kube.list(EXTERNAL_SECRETS, 'shop') as readonly ExternalSecretObject[]).filter(({ status }) => status?.conditions?.length)
        .length
    await eventually(() => (readyCount() === STORES.length + 1 ? true : undefined), logs)
    const expected = led.map((shard) => STORES.filter((name) => String(placeOf(name)) === shard))
    const told = async (): Promise<string> =>
      JSON.stringify((await toldOf()).map((names) => names.filter((name) => name !== 'nothing')))
    await eventually(async () => ((await told()) === JSON.stringify(expected) ? true : undefined), logs)
    assert.ok(expected.every((names) => names.length > 0))
  })

  test('an object goes with its store: with another it is worked on by the other process, and forgotten by the one before', async () => {
    const here = STORES.find((name) => placeOf(name) === 0) ?? ''
    const there = STORES.find((name) => placeOf(name) === 1) ?? ''
    const hasIt = async (): Promise<readonly boolean[]> => (await toldOf()).map((names) => names.includes('wanderer'))
    want('wanderer', here)
    await becomes('wanderer', `${here} first`)
    const before = await hasIt()
    want('wanderer', there)
    await becomes('wanderer', `${there} first`)
    await eventually(async () => ((await hasIt()).join() === before.map((had) => !had).join() ? true : undefined), logs)
  })

  test('what reads from stores of both is served, and sees what changes in either', async () => {
    const here = STORES.find((name) => placeOf(name) === 0) ?? ''
    const there = STORES.find((name) => placeOf(name) === 1) ?? ''
    want('both', here, there)
    await becomes('both', `${here} first`, `${there} first`)
    put(here, 'second')
    await becomes('both', `${here} second`, `${there} first`)
    put(there, 'second')
    await becomes('both', `${here} second`, `${there} second`)
  })

  test('a process that counts otherwise does not start, and says how the number is changed', async () => {
    await assert.rejects(start(kube, 3), /the ConfigMap shop\/external-secrets-controller-shards says.*delete that ConfigMap/s)
    await assert.rejects(startController('external-secrets', kube.kubeconfig, FLAGS), /--shards 1: the ConfigMap/)
  })

  test('when one is killed the other works on everything', async () => {
    processes[0]?.child.kill('SIGKILL')
    for (const name of STORES) put(name, 'third')
    for (const name of STORES) await becomes(name, `${name} third`)
    assert.equal(await processes[1]?.stop(), 0)
  })
})

test('shards without Leases are refused', async (t) => {
  const kube = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => kube.close())
  await assert.rejects(startController('external-secrets', kube.kubeconfig, ['--shards', '2']), /--lease-namespace/)
})
