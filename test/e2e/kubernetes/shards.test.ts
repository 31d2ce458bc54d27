import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { shards } from '../../../plugin/controller/external-secrets/shard.ts'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { type NotingProxy, startNotingProxy } from '../servers/noting-proxy.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type CrdServer, startCrdServer } from './crd-server.ts'

const CORE = '/api/v1/namespaces/shop'
const SHOP = '/apis/external-secrets.io/v1/namespaces/shop'
const NAMES = Array.from({ length: 6 }, (_, index) => `key-${index}`)
/** Of the first version of KV, whose changes nothing but reading tells, and not due for a day. */
const QUIET = Array.from({ length: 6 }, (_, index) => `quiet-${index}`)
const SHARED = 'shared-with-senders'
const TIMES = ['--lease-duration', '4000', '--lease-renew-deadline', '3000', '--lease-retry-period', '300']

describe('three replicas and two shards on a real API server, with OpenBao behind them', () => {
  const servers = startedServers()
  let folder: string
  let crds: CrdServer
  let bao: OpenBao
  const replicas: { readonly controller: ControllerProcess; readonly proxy: NotingProxy }[] = []

  before(async () => {
    crds = servers.keep(await startCrdServer())
    bao = servers.keep(await startOpenBao())
    const { client } = crds.api
    await client.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
    await client.call('POST', `${CORE}/secrets`, { metadata: { name: 'bao' }, stringData: { token: bao.rootToken } })
    await bao.call('POST', 'sys/mounts/quiet', { type: 'kv', options: { version: '1' } })
    await rotate('first')
    await rotateQuiet('first')
    for (const name of NAMES) await makeSecret(name, { path: 'secret', version: 'v2' }, '1s')
    for (const name of QUIET) await makeSecret(name, { path: 'quiet', version: 'v1' }, '24h')
    folder = await mkdtemp(path.join(tmpdir(), 'shards-'))
    await writeFile(path.join(folder, 'shared'), SHARED)
    const kubeconfig = await readFile(crds.api.kubeconfig, 'utf8')
    const intake = ['--rotations', '127.0.0.1:0', '--rotations-secret', path.join(folder, 'shared')]
    const flags = ['--lease-namespace', 'shop', '--shards', '2', ...TIMES, ...intake]
    for (let index = 0; index < 3; index++) {
      const proxy = servers.keep(await startNotingProxy())
      const controller = await startController('external-secrets', kubeconfig, flags, { HTTP_PROXY: proxy.url })
      replicas.push({ controller, proxy })
    }
  })
  after(async () => {
    for (const { controller } of replicas) await controller[Symbol.asyncDispose]()
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function makeSecret(name: string, engine: object, refreshInterval: string): Promise<void> {
    const { client } = crds.api
    const auth = { tokenSecretRef: { name: 'bao', key: 'token' } }
    const vault = { server: bao.url, auth, ...engine }
    await client.call('POST', `${SHOP}/secretstores`, { ...head('SecretStore', name), spec: { provider: { vault } } })
    const data = [{ secretKey: 'v', remoteRef: { key: name, property: 'v' } }]
    const spec = { refreshInterval, secretStoreRef: { name }, data }
    await client.call('POST', `${SHOP}/externalsecrets`, { ...head('ExternalSecret', name), spec })
  }

  async function rotate(v: string): Promise<void> {
    for (const name of NAMES) await bao.call('POST', `secret/data/${name}`, { data: { v: `${name} ${v}` } })
  }

  async function rotateQuiet(v: string): Promise<void> {
    for (const name of QUIET) await bao.call('POST', `quiet/${name}`, { v: `${name} ${v}` })
  }

  /** Tells a replica that a key was rotated. */
  async function post(place: number, name: string): Promise<void> {
    const address = /"rotations":"([^"]+)"/.exec(replicas[place]?.controller.log() ?? '')?.[1]
    const body = JSON.stringify({ store: `SecretStore shop/${name}`, key: name })
    const answer = await fetch(`http://${address}/rotations`, { method: 'POST', headers: { 'x-api-key': SHARED }, body })
    assert.equal(answer.status, 204)
  }

  const logs = (): string => replicas.map(({ controller }) => controller.log()).join('\n')

  async function servedWith(v: string, names = NAMES): Promise<void> {
    for (const name of names)
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

  /** Of each replica the shards that it leads; none of one that does not run. */
  async function led(): Promise<readonly string[]> {
    return await Promise.all(
      replicas.map(async ({ controller }) => {
        if (controller.child.exitCode !== null || controller.child.signalCode !== null) return ''
        const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
        return Array.from(metrics.matchAll(/_leading\{shard="(\d)"\} 1/g), ([, shard = '']) => shard).join()
      }),
    )
  }

  async function twoLead(): Promise<boolean> {
    return (await led()).toSorted().join(' ').trim() === '0 1'
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
    await waitUntil('two lead one each', twoLead, logs)
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

  test('events reach whoever leads their stores, whichever replica they are posted to', async () => {
    await servedWith('first', QUIET)
    await rotateQuiet('second')
    for (const [index, name] of QUIET.entries()) await post(index % replicas.length, name)
    await servedWith('second', QUIET)
    const map = JSON.stringify(await crds.api.client.find(`${CORE}/configmaps/external-secrets-controller-notices`))
    assert.match(map, /quiet-5/)
    assert.doesNotMatch(map + logs(), /quiet-\d second|shared-with-senders/)
  })

  test('when one that leads is killed the one that stood by takes its shard, and everything is served', async () => {
    const place = (await led()).findIndex((shards) => shards !== '')
    replicas[place]?.controller.child.kill('SIGKILL')
    await rotate('third')
    await servedWith('third')
    await waitUntil('the two that are left lead one each', twoLead, logs)
    // Nothing that they wrote was refused for good, and no value is in a log.
    assert.doesNotMatch(logs(), /key-\d third/)
  })

  test('what was taken is not lost when the leader is killed that had to look at it', async () => {
    const places = await led()
    const [leader, other] = [places.indexOf('1'), places.indexOf('0')]
    const names = QUIET.filter((name) => shards(2)[1]?.hasStore({ metadata: { namespace: 'shop', name } }))
    assert.ok(names.length > 0)
    replicas[leader]?.controller.child.kill('SIGSTOP')
    try {
      await rotateQuiet('third')
      for (const name of names) await post(other, name)
    } finally {
      replicas[leader]?.controller.child.kill('SIGKILL')
    }
    await servedWith('third', names)
  })
})

function head(kind: string, name: string): object {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name, namespace: 'shop' } }
}
