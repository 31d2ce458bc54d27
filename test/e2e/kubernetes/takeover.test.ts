import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { runCli } from '../../support/run-cli.ts'
import { startKubeControllerManager } from '../servers/kube-controller-manager.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import {
  decoded,
  FINALIZER,
  found,
  type LiveExternalSecret,
  type LiveSecret,
  leaveAsEso,
  managerOf,
  mapped,
  type SyncedByEso,
  whatEsoWouldMind,
} from './as-eso-does.ts'
import { type CrdServer, startCrdServer } from './crd-server.ts'

const OBJECTS = '/apis/external-secrets.io/v1/namespaces/shop/externalsecrets'
const SECRETS = '/api/v1/namespaces/shop/secrets'
const LONG = 'a-very-long-external-secret-name-x'
const WRITES = new Set(['create', 'update', 'patch', 'delete'])

type Texts = Readonly<Record<string, string>>

/** What ESO has left, most of it some time ago. */
const synced: readonly SyncedByEso[] = [
  { name: 'plain', spec: spec(['password']), data: { password: 'one' }, refreshedAt: ago(600) },
  {
    name: 'labelled',
    spec: spec(['password']),
    labels: { team: 'a' },
    annotations: { note: 'x' },
    data: { password: 'one' },
    refreshedAt: ago(7_200),
  },
  { name: LONG, spec: spec(['password', 'user']), data: { password: 'one', user: 'shop' }, refreshedAt: ago(600) },
  {
    name: 'merged',
    spec: spec(['password', 'user'], { creationPolicy: 'Merge' }, '1s'),
    data: { password: 'one', user: 'shop' },
    foreign: { own: 'x' },
    refreshedAt: ago(60),
  },
  { name: 'orphan', spec: spec(['password'], { creationPolicy: 'Orphan' }), data: { password: 'one' }, refreshedAt: ago(600) },
  { name: 'turning', spec: spec(['password', 'user'], {}, '1s'), data: { password: 'one', user: 'shop' }, refreshedAt: ago(60) },
  { name: 'old', spec: spec(['password'], {}, '1s'), data: { password: 'one' }, refreshedAt: ago(48 * 3_600) },
]

describe('on a real API server', () => {
  const servers = startedServers()
  let crds: CrdServer
  let bao: OpenBao
  let controller: ControllerProcess | undefined

  before(async () => {
    crds = servers.keep(await startCrdServer())
    servers.keep(await startKubeControllerManager(crds.api))
    bao = servers.keep(await startOpenBao())
    await bao.call('POST', 'secret/data/db', { data: { password: 'one', user: 'shop' } })
    await bao.call('POST', 'secret/data/other', { data: { password: 'other' } })
    const { client } = crds.api
    await client.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
    await client.call('POST', SECRETS, tokenSecret())
    await client.call('POST', '/apis/external-secrets.io/v1/namespaces/shop/secretstores', store())
  })
  after(async () => {
    await controller?.[Symbol.asyncDispose]()
    await servers.stop()
  })

  async function start(): Promise<ControllerProcess> {
    controller = await startController('external-secrets', await readFile(crds.api.kubeconfig, 'utf8'), [
      '--lease-namespace',
      'shop',
    ])
    return controller
  }

  const standing = (): string => controller?.log().slice(-3_000) ?? ''

  function tokenSecret(): object {
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bao' }, stringData: { token: bao.rootToken } }
  }

  function store(): object {
    const vault = { server: bao.url, path: 'secret', version: 'v2', auth: { tokenSecretRef: { name: 'bao', key: 'token' } } }
    return { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name: 'bao' }, spec: { provider: { vault } } }
  }

  async function objectOf(name: string): Promise<LiveExternalSecret> {
    return found(await crds.api.client.find(`${OBJECTS}/${name}`)) as unknown as LiveExternalSecret
  }

  async function secretOf(name: string): Promise<LiveSecret> {
    return found(await crds.api.client.find(`${SECRETS}/${name}`)) as unknown as LiveSecret
  }

  async function dataOf(name: string): Promise<Texts> {
    return mapped((await secretOf(name)).data ?? {}, decoded)
  }

  async function identities(): Promise<Texts> {
    const secrets = await Promise.all(synced.map(({ name }) => secretOf(name)))
    return Object.fromEntries(secrets.map(({ metadata }) => [metadata.name, `${metadata.uid} ${metadata.resourceVersion}`]))
  }

  /** Of the controller's own: who else would write is ESO, in the person of this test. */
  async function secretWrites(): Promise<readonly string[]> {
    const events = await crds.api.audit()
    return events
      .filter(({ verb, userAgent = '', objectRef }) => {
        return WRITES.has(verb) && objectRef?.resource === 'secrets' && userAgent.startsWith('argocd-external-secrets')
      })
      .map(({ verb, objectRef }) => `${verb} ${objectRef?.name}`)
  }

  async function metricOf({ address }: ControllerProcess, name: string, label: string): Promise<number> {
    const text = await (await fetch(`http://${address}/metrics`)).text()
    const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(label))
    return Number(line?.split(' ').at(-1) ?? 0)
  }

  /** How often the controller has looked at it. */
  async function passesOf(running: ControllerProcess, name: string): Promise<number> {
    return await metricOf(running, 'externalsecret_sync_calls_total', `name="${name}"`)
  }

  describe('what External Secrets Operator left', () => {
    let before: Texts

    test('is taken over without a write to any Secret, turn after turn', async () => {
      for (const one of synced) await leaveAsEso(crds.api.client, 'shop', one)
      before = await identities()
      const statuses = await Promise.all(synced.map(async ({ name }) => (await objectOf(name)).status))
      const running = await start()
      for (const { name } of synced)
        await waitUntil(`${name} is looked at`, async () => (await passesOf(running, name)) > 0, standing)
      await waitUntil('some have had turns', async () => (await passesOf(running, 'turning')) > 3, standing)
      await waitUntil('the oldest status is renewed', async () => isNewer(await objectOf('old'), statuses.at(-1)?.refreshTime))

      assert.ok(
        (await metricOf(running, 'externalsecret_provider_api_calls_count', '"success"')) > 0,
        'values are read and compared',
      )
      assert.deepEqual(await secretWrites(), [])
      assert.deepEqual(await identities(), before)
      for (const [index, { name, data, foreign }] of synced.entries()) {
        const object = await objectOf(name)
        if (name !== 'old') assert.deepEqual(object.status, statuses[index], name)
        assert.deepEqual(whatEsoWouldMind(object, await secretOf(name), Object.keys(data)), [], name)
        assert.deepEqual(await dataOf(name), { ...foreign, ...data })
      }
    })

    test('is kept up from then on: a rotated value comes in, and a key that only ESO wrote goes where it is no longer wanted', async () => {
      await bao.call('POST', 'secret/data/db', { data: { password: 'two', user: 'shop' } })
      for (const name of ['merged', 'turning']) {
        await crds.api.client.call('PATCH', `${OBJECTS}/${name}`, { spec: { data: spec(['password']).data } })
      }
      const comesTo = async (name: string, data: Texts): Promise<void> => {
        const holds = async (): Promise<boolean> => JSON.stringify(sorted(await dataOf(name))) === JSON.stringify(sorted(data))
        await waitUntil(`${name} has the second value alone`, holds, standing)
      }
      await comesTo('merged', { own: 'x', password: 'two' })
      await comesTo('turning', { password: 'two' })
      await comesTo('old', { password: 'two' })
      // A write is in the audit log a moment after it is seen.
      for (const name of ['merged', 'turning', 'old'])
        await waitUntil(`${name} is in the audit log`, async () => (await secretWrites()).includes(`update ${name}`), standing)
      for (const { name } of synced) assert.equal((await secretOf(name)).metadata.uid, before[name]?.split(' ')[0])
    })

    test('is left as ESO would have left it, so that it can come back', async () => {
      await waitUntil(
        'every status is written',
        async () => (await mindedByEso()).length === 0,
        async () => (await mindedByEso()).join('\n'),
      )
      assert.equal(await controller?.stop(), 0)
      const standing = await identities()
      assert.deepEqual(await mindedByEso(), [])
      for (const { name, foreign } of synced) {
        const { managedFields = [] } = (await secretOf(name)).metadata
        const writers = new Set(managedFields.map(({ manager }) => manager))
        assert.deepEqual([...writers].toSorted(), [managerOf(name), ...(foreign ? ['kubectl-create'] : [])].toSorted())
        assert.deepEqual((await objectOf(name)).metadata.finalizers, [FINALIZER])
      }
      assert.deepEqual(await identities(), standing)
    })

    async function mindedByEso(): Promise<readonly string[]> {
      const minded = synced.map(async ({ name, data }) => {
        const written = ['merged', 'turning'].includes(name) ? ['password'] : Object.keys(data)
        return whatEsoWouldMind(await objectOf(name), await secretOf(name), written).map((what) => `${name}: ${what}`)
      })
      return (await Promise.all(minded)).flat()
    }
  })

  describe('from cluster delivery to inline', () => {
    let uid: string

    async function want(name: string, creationPolicy: string, annotations: Texts = {}): Promise<object> {
      const object = {
        ...HEAD,
        metadata: { name, annotations },
        spec: spec(['password'], { creationPolicy }, '1h', 'other'),
      }
      await crds.api.client.apply(`${OBJECTS}/${name}`, object, 'argocd-controller')
      return object
    }

    async function isOwned(name: string, expected: 'owned' | 'free'): Promise<void> {
      const holds = async (): Promise<boolean> => {
        if (!(await crds.api.client.find(`${SECRETS}/${name}`))) return false
        const { ownerReferences = [] } = (await secretOf(name)).metadata
        return ownerReferences.length === (expected === 'owned' ? 1 : 0)
      }
      await waitUntil(`${name} is ${expected}`, holds, standing)
    }

    /** As Argo CD does with what is no longer in the manifests. */
    async function prune(name: string): Promise<void> {
      await crds.api.client.call('DELETE', `${OBJECTS}/${name}?propagationPolicy=Foreground`)
    }

    /** The Secret as a render makes it, applied as Argo CD does with `ServerSideApply=true`. */
    async function applyInline(object: object): Promise<void> {
      const input = [tokenSecret(), store(), object].map((document) => JSON.stringify(document)).join('\n---\n')
      const { stdout, stderr, exitCode } = await runCli(['generate', '--namespace', 'shop', '-'], { input })
      assert.equal(exitCode, 0, stderr)
      const documents = parseAllDocuments(stdout).map((document) => document.toJS())
      const { name } = (object as { readonly metadata: { readonly name: string } }).metadata
      const rendered = documents.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name)
      assert.ok(rendered, stdout.length === 0 ? 'nothing is rendered' : 'the Secret is not among what is rendered')
      await crds.api.client.apply(`${SECRETS}/${name}`, rendered, 'argocd-controller')
    }

    async function deliveryBy(object: object): Promise<string> {
      const words = ['doctor', '--cluster', '--kubeconfig', crds.api.kubeconfig, '--namespace', 'shop', '-']
      const { stdout } = await runCli(words, { input: JSON.stringify(object) })
      return stdout.split('\n').find((line) => line.includes(' delivery: ')) ?? stdout
    }

    test('an owned Secret is deleted with its ExternalSecret; one that was made an orphan first stays the same', async () => {
      await start()
      await Promise.all(['thrown-away', 'shop-db'].map((name) => want(name, 'Owner')))
      await isOwned('thrown-away', 'owned')
      await isOwned('shop-db', 'owned')
      uid = (await secretOf('shop-db')).metadata.uid

      const orphan = await want('shop-db', 'Orphan')
      await isOwned('shop-db', 'free')
      assert.match(
        await deliveryBy(orphan),
        /^ok .*: 1 ExternalSecrets are inline, 1 of them are in the cluster and own no Secret$/,
      )
      const owner = await want('thrown-away', 'Owner')
      assert.match(await deliveryBy(owner), /^WRONG .*: Secret shop\/thrown-away belongs to ExternalSecret shop\/thrown-away: /)
      await applyInline(orphan)
      await prune('shop-db')
      await waitUntil('it is pruned', async () => (await crds.api.client.find(`${OBJECTS}/shop-db`)) === undefined)

      // Without that step. What the garbage collector takes here it would have taken there before.
      await applyInline(owner)
      await prune('thrown-away')
      await waitUntil('its Secret is gone', async () => (await crds.api.client.find(`${SECRETS}/thrown-away`)) === undefined)

      const kept = await secretOf('shop-db')
      assert.equal(kept.metadata.uid, uid)
      assert.deepEqual(await dataOf('shop-db'), { password: 'other' })
    })

    test('and back: the controller takes up the Secret that is there', async () => {
      // A sync of its own: from then on Argo CD does not prune the Secret, which the manifests will no longer hold.
      await applyInline({
        ...HEAD,
        metadata: { name: 'shop-db', annotations: KEEP },
        spec: spec(['password'], {}, '1h', 'other'),
      })
      const { annotations = {} } = (await secretOf('shop-db')).metadata
      assert.equal(annotations['argocd.argoproj.io/sync-options'], 'Prune=false')
      await want('shop-db', 'Owner', KEEP)
      await isOwned('shop-db', 'owned')
      await waitUntil('its status is written', async () => (await objectOf('shop-db')).status?.binding?.name === 'shop-db')
      assert.deepEqual(whatEsoWouldMind(await objectOf('shop-db'), await secretOf('shop-db'), ['password']), [])
      assert.equal((await secretOf('shop-db')).metadata.uid, uid)
      assert.deepEqual(await dataOf('shop-db'), { password: 'other' })
    })
  })
})

const HEAD = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' }
const KEEP = { 'argocd.argoproj.io/sync-options': 'Prune=false' }

function spec(
  keys: readonly string[],
  target: { readonly creationPolicy?: string } = {},
  refreshInterval = '1h',
  key = 'db',
): SyncedByEso['spec'] & { readonly data: object } {
  const data = keys.map((secretKey) => ({ secretKey, remoteRef: { key, property: secretKey } }))
  const refresh = { secretStoreRef: { name: 'bao' }, refreshInterval }
  return { ...refresh, target, data }
}

function ago(seconds: number): Date {
  return new Date(Date.now() - seconds * 1_000)
}

function isNewer({ status }: LiveExternalSecret, than = ''): boolean {
  return Date.parse(status?.refreshTime ?? '') > Date.parse(than)
}

function sorted(data: Texts): unknown {
  return Object.entries(data).toSorted(([one], [other]) => (one < other ? -1 : 1))
}
