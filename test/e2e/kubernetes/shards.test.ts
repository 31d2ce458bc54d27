import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { type NotingProxy, startNotingProxy } from '../servers/noting-proxy.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type CrdServer, startCrdServer } from './crd-server.ts'

const CORE = '/api/v1/namespaces/shop'
const SHOP = '/apis/external-secrets.io/v1/namespaces/shop'
const NAMES = Array.from({ length: 6 }, (_, index) => `key-${index}`)
const TIMES = ['--lease-duration', '4000', '--lease-renew-deadline', '3000', '--lease-retry-period', '300']

describe('three replicas and two shards on a real API server, with OpenBao behind them', () => {
  const servers = startedServers()
  let crds: CrdServer
  let bao: OpenBao
  const replicas: { readonly controller: ControllerProcess; readonly proxy: NotingProxy }[] = []

  before(async () => {
    crds = servers.keep(await startCrdServer())
    bao = servers.keep(await startOpenBao())
    const { client } = crds.api
    await client.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
    await client.call('POST', `${CORE}/secrets`, { metadata: { name: 'bao' }, stringData: { token: bao.rootToken } })
    await rotate('first')
    for (const name of NAMES) {
      const auth = { tokenSecretRef: { name: 'bao', key: 'token' } }
      const vault = { server: bao.url, path: 'secret', version: 'v2', auth }
      await client.call('POST', `${SHOP}/secretstores`, { ...head('SecretStore', name), spec: { provider: { vault } } })
      await client.call('POST', `${SHOP}/externalsecrets`, {
        ...head('ExternalSecret', name),
        spec: {
          refreshInterval: '1s',
          secretStoreRef: { name },
          data: [{ secretKey: 'v', remoteRef: { key: name, property: 'v' } }],
        },
      })
    }
    const kubeconfig = await readFile(crds.api.kubeconfig, 'utf8')
    const flags = ['--lease-namespace', 'shop', '--shards', '2', ...TIMES]
    for (let index = 0; index < 3; index++) {
      const proxy = servers.keep(await startNotingProxy())
      const controller = await startController('external-secrets', kubeconfig, flags, { HTTP_PROXY: proxy.url })
      replicas.push({ controller, proxy })
    }
  })
  after(async () => {
    for (const { controller } of replicas) await controller[Symbol.asyncDispose]()
    await servers.stop()
  })

  async function rotate(v: string): Promise<void> {
    for (const name of NAMES) await bao.call('POST', `secret/data/${name}`, { data: { v: `${name} ${v}` } })
  }

  const logs = (): string => replicas.map(({ controller }) => controller.log()).join('\n')

  async function servedWith(v: string): Promise<void> {
    for (const name of NAMES)
      await waitUntil(
        `${name} is ${v}`,
        async () => {
          const secret = await crds.api.client.find(`${CORE}/secrets/${name}`)
          const { v: found = '' } = (secret?.['data'] ?? {}) as Readonly<Record<string, string>>
          return Buffer.from(found, 'base64').toString() === `${name} ${v}`
        },
        logs,
      )
  }

  /** Of each replica that runs, the shards that it leads. */
  async function led(): Promise<readonly string[]> {
    const running = replicas.filter(
      ({ controller }) => controller.child.exitCode === null && controller.child.signalCode === null,
    )
    return await Promise.all(
      running.map(async ({ controller }) => {
        const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
        return Array.from(metrics.matchAll(/_leading\{shard="(\d)"\} 1/g), ([, shard = '']) => shard).join()
      }),
    )
  }

  /** By key, the replicas that have looked at its version. */
  function lookers(): Readonly<Record<string, readonly number[]>> {
    const places = replicas.map((_, place) => place)
    const looked = (place: number, name: string): boolean =>
      replicas[place]?.proxy.asked.some((one) => one.endsWith(`/metadata/${name}`)) ?? false
    return Object.fromEntries(NAMES.map((name) => [name, places.filter((place) => looked(place, name))]))
  }

  test('two lead a shard each, everything is served, and each key is looked at by one detector only', async () => {
    await servedWith('first')
    await waitUntil('two lead one each', async () => (await led()).toSorted().join(' ').trim() === '0 1', logs)
    for (const { proxy } of replicas) proxy.asked.length = 0
    await rotate('second')
    await servedWith('second')
    await waitUntil('all are looked at', async () => Object.values(lookers()).every((places) => places.length > 0), logs)
    const found = lookers()
    assert.deepEqual(
      Object.values(found).map((places) => places.length),
      NAMES.map(() => 1),
      JSON.stringify(found),
    )
    assert.equal(new Set(Object.values(found).flat()).size, 2)
  })

  test('when one that leads is killed the one that stood by takes its shard, and everything is served', async () => {
    const place = (await led()).findIndex((shards) => shards !== '')
    replicas[place]?.controller.child.kill('SIGKILL')
    await rotate('third')
    await servedWith('third')
    await waitUntil('the two that are left lead one each', async () => (await led()).toSorted().join(' ') === '0 1', logs)
    // Nothing that they wrote was refused for good, and no value is in a log.
    assert.doesNotMatch(logs(), /key-\d third/)
  })
})

function head(kind: string, name: string): object {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name, namespace: 'shop' } }
}
