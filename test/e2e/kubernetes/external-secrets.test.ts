import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { EDITED, KEPT, policies, secretBefore, type Then, WANTED } from '../../contract/target-policies.ts'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { startKubeControllerManager } from '../servers/kube-controller-manager.ts'
import type { KubeObject } from '../servers/kube-object.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type CrdServer, startCrdServer } from './crd-server.ts'

const SHOP = '/apis/external-secrets.io/v1/namespaces/shop'
const CORE = '/api/v1/namespaces/shop'

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

describe('the controller of ExternalSecrets on a real API server, with OpenBao behind it', () => {
  const servers = startedServers()
  let crds: CrdServer
  let bao: OpenBao
  let controller: ControllerProcess
  /** By kind: what owns Secrets of others. The garbage collector takes Secrets whose owner there is not. */
  const owners: Record<string, string | undefined> = {}

  before(async () => {
    crds = servers.keep(await startCrdServer())
    servers.keep(await startKubeControllerManager(crds.api))
    bao = servers.keep(await startOpenBao())
    await bao.call('POST', 'secret/data/db', { data: { password: 'one' } })
    await bao.call('POST', 'secret/data/turning', { data: { password: 'first' } })
    await create('/api/v1/namespaces', { metadata: { name: 'shop' } })
    await create(`${CORE}/secrets`, { metadata: { name: 'bao' }, stringData: { token: bao.rootToken } })
    await want('other', { ...fromBao('db'), target: { creationPolicy: 'None' } })
    owners['ExternalSecret'] = uidOf(await crds.api.client.find(`${SHOP}/externalsecrets/other`))
    owners['ConfigMap'] = uidOf(await create(`${CORE}/configmaps`, { metadata: { name: 'other' } }))
    const auth = { tokenSecretRef: { name: 'bao', key: 'token' } }
    const vault = { server: bao.url, path: 'secret', version: 'v2', auth }
    await create(`${SHOP}/secretstores`, { ...head('SecretStore', 'bao'), spec: { provider: { vault } } })
    controller = await startController('external-secrets', await readFile(crds.api.kubeconfig, 'utf8'), [
      '--lease-namespace',
      'shop',
    ])
  })
  after(async () => {
    await controller[Symbol.asyncDispose]()
    await servers.stop()
  })

  async function create(collection: string, object: object): Promise<KubeObject> {
    return await crds.api.client.call('POST', collection, object)
  }

  async function want(name: string, spec: object): Promise<void> {
    await create(`${SHOP}/externalsecrets`, {
      ...head('ExternalSecret', name),
      spec: { secretStoreRef: { name: 'bao' }, ...spec },
    })
  }

  async function readyOf(name: string): Promise<string | undefined> {
    const found = await crds.api.client.find(`${SHOP}/externalsecrets/${name}`)
    const { conditions = [] } = (found?.['status'] ?? {}) as { conditions?: readonly Condition[] }
    const ready = conditions.find(({ type }) => type === 'Ready')
    return ready && `${ready.status} ${ready.reason}: ${ready.message}`
  }

  async function dataOf(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    const secret = await crds.api.client.find(`${CORE}/secrets/${name}`)
    const data = (secret?.['data'] ?? {}) as Readonly<Record<string, string>>
    return secret && Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
  }

  async function comesTo(name: string, then: Then): Promise<void> {
    const standing = async (): Promise<string> => JSON.stringify([await readyOf(name), await dataOf(name)])
    const expected = JSON.stringify([then.ready, sorted(then.data)])
    const holds = async (): Promise<boolean> => JSON.stringify([await readyOf(name), sorted(await dataOf(name))]) === expected
    await waitUntil(`${name} comes to ${expected}`, holds, async () => `${await standing()}\n${controller.log().slice(-3_000)}`)
  }

  for (const [creationPolicy, states] of Object.entries(policies)) {
    for (const deletionPolicy of deletionsOf(creationPolicy)) {
      test(`${creationPolicy} and ${deletionPolicy}: Secrets that are missing, present, others' own, immutable and drifted`, async () => {
        await Promise.all(
          Object.entries(states).map(async ([state, then]) => {
            const name = `${creationPolicy}-${deletionPolicy}-${state.replaceAll(' ', '-')}`.toLowerCase()
            const there = secretBefore[state as keyof typeof secretBefore]
            if (there) {
              const { immutable } = there
              const ownerReferences = there.ownerReferences?.map((reference) => ({ ...reference, uid: owners[reference.kind] }))
              const content = { stringData: state === 'drifted' ? {} : KEPT, ...(immutable && { immutable }) }
              await create(`${CORE}/secrets`, { metadata: { name, ...(ownerReferences && { ownerReferences }) }, ...content })
            }
            await want(name, { ...fromBao('db'), target: { creationPolicy, deletionPolicy } })
            if (state === 'drifted') {
              await waitUntil(`${name} is synced`, async () => (await readyOf(name))?.startsWith('True') ?? false)
              await crds.api.client.call('PATCH', `${CORE}/secrets/${name}`, {
                data: { password: encoded(EDITED.password), more: encoded(EDITED.more) },
              })
            }
            await comesTo(name, then)
          }),
        )
      })
    }
  }

  test('a value that is rotated reaches the Secret at its turn, the object keeps its owner, and the garbage collector takes both', async () => {
    await want('turning', { ...fromBao('turning'), refreshInterval: '1s' })
    await waitUntil('the first value is there', async () => (await dataOf('turning'))?.['password'] === 'first')
    const before = uidOf(await crds.api.client.find(`${CORE}/secrets/turning`))
    await bao.call('POST', 'secret/data/turning', { data: { password: 'second' } })
    await waitUntil('the second value is there', async () => (await dataOf('turning'))?.['password'] === 'second')
    assert.equal(uidOf(await crds.api.client.find(`${CORE}/secrets/turning`)), before)
    await crds.api.client.call('DELETE', `${SHOP}/externalsecrets/turning`)
    await waitUntil('the Secret is gone', async () => (await dataOf('turning')) === undefined)
  })

  test('a Secret that is deleted comes back, and deletionPolicy Delete takes it for good', async () => {
    await want('back', { ...fromBao('db'), target: { deletionPolicy: 'Delete' } })
    await waitUntil('it is there', async () => (await dataOf('back')) !== undefined)
    await crds.api.client.call('DELETE', `${CORE}/secrets/back`)
    await waitUntil('it is back', async () => (await dataOf('back')) !== undefined)
    await crds.api.client.call('DELETE', `${SHOP}/externalsecrets/back`)
    await waitUntil('both are gone', async () => (await dataOf('back')) === undefined && (await readyOf('back')) === undefined)
  })

  test('a ClusterExternalSecret has its ExternalSecret and its Secret in each namespace that it selects, also in a new one, and they go with it', async () => {
    const labels = { everywhere: 'yes' }
    await create('/api/v1/namespaces', { metadata: { name: 'one', labels } })
    const externalSecretSpec = { secretStoreRef: { name: 'bao' }, ...fromBao('db') }
    const spec = { externalSecretSpec, namespaceSelectors: [{ matchLabels: labels }] }
    const all = '/apis/external-secrets.io/v1/clusterexternalsecrets'
    await create(all, { ...head('ClusterExternalSecret', 'everywhere'), spec })
    const isThere = async (namespace: string): Promise<boolean> =>
      (await crds.api.client.find(`/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets/everywhere`)) !==
      undefined
    await waitUntil('it is in the first', async () => await isThere('one'))
    await create('/api/v1/namespaces', { metadata: { name: 'two', labels } })
    await waitUntil('it is in the new one', async () => await isThere('two'))
    await crds.api.client.call('DELETE', `${all}/everywhere`)
    await waitUntil('they are gone', async () => !(await isThere('one')) && !(await isThere('two')))
  })

  test('events say what was done, and nothing that the controller says holds a value', async () => {
    const events = await crds.api.client.find(`${CORE}/events`)
    const texts = JSON.stringify(events)
    for (const reason of ['Created', 'Updated', 'UpdateFailed', 'Valid'])
      assert.ok(texts.includes(`"reason":"${reason}"`), reason)
    for (const value of ['first', 'second', bao.rootToken]) assert.ok(!controller.log().includes(`"${value}"`))
  })
})

function uidOf(object: KubeObject | undefined): string | undefined {
  return (object?.metadata as { readonly uid?: string } | undefined)?.uid
}

/** What the admission of ESO's definitions lets pass. */
function deletionsOf(creationPolicy: string): readonly string[] {
  return creationPolicy === 'Owner' || creationPolicy === 'Orphan' ? ['Retain', 'Delete', 'Merge'] : ['Retain', 'Merge']
}

function fromBao(key: string): object {
  const [entry] = WANTED.data
  return { data: [{ ...entry, remoteRef: { key, property: 'password' } }] }
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64')
}

function sorted(data: Readonly<Record<string, string>> | undefined): unknown {
  return data && Object.entries(data).toSorted(([one], [other]) => (one < other ? -1 : 1))
}

function head(kind: string, name: string): object {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name } }
}
