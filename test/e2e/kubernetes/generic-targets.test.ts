import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startKubeControllerManager } from '../servers/kube-controller-manager.ts'
import type { KubeObject } from '../servers/kube-object.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { builtInstall, builtOverlay } from './kustomize-build.ts'
import { objectPath } from './object-paths.ts'

const SHOP = '/apis/external-secrets.io/v1/namespaces/shop'
const CONFIG_MAPS = '/api/v1/namespaces/shop/configmaps'
const THINGS = '/apis/example.com/v1/namespaces/shop/things'
const ACCOUNT = '/api/v1/namespaces/external-secrets/serviceaccounts/external-secrets-controller/token'
const SYNCED = 'True ResourceSynced: secret synced'
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' }
const THING = { apiVersion: 'example.com/v1', kind: 'Thing' }

/** A kind of somebody else's, whose objects the API server fills in, and the right to write it as docs/generic-targets.md gives it. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                'x-kubernetes-preserve-unknown-fields': true,
                properties: { replicas: { type: 'integer', default: 3 } },
              },
            },
          },
        },
      },
    ],
  },
}
const thingRights = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'things', labels: { 'argocd-external-secrets.io/generic-target': 'true' } },
  rules: [{ apiGroups: ['example.com'], resources: ['things'], verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'] }],
}

describe('targets that are no Secrets on a real API server, with the rights of the installation', () => {
  const servers = startedServers()
  let folder: string
  let api: KubeApiServer
  let controller: ControllerProcess

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'generic-'))
    api = servers.keep(await startKubeApiServer(servers.keep(await startEtcd(folder)), 'generic', folder))
    for (const name of ['shop', 'external-secrets']) await create('/api/v1/namespaces', { metadata: { name } })
    const installed = await builtOverlay({
      resources: ['external-secrets'],
      components: ['external-secrets/generic-targets', 'external-secrets/generic-targets-config-maps'],
      namespace: 'external-secrets',
    })
    const deployment = installed.find(({ kind }) => kind === 'Deployment')
    assert.ok(JSON.stringify(deployment).includes('"--unsafe-allow-generic-targets"'))
    for (const object of [...(await builtInstall('crds')), ...installed, definition, thingRights] as readonly KubeObject[])
      if (object.kind !== 'Deployment') await api.client.apply(objectPath(object), object, 'installer')
    await waitUntil('the kinds are served', async () => {
      const found = await Promise.allSettled([api.client.find(`${THINGS}/x`), api.client.find(`${SHOP}/externalsecrets/x`)])
      return found.every(({ status }) => status === 'fulfilled')
    })
    // It learns of kinds when it starts.
    servers.keep(await startKubeControllerManager(api))
    const aggregated = '/apis/rbac.authorization.k8s.io/v1/clusterroles/external-secrets-controller-generic-targets'
    await waitUntil('the rights are gathered', async () => JSON.stringify(await api.client.find(aggregated)).includes('"things"'))
    const data = [
      { key: 'db', value: 'first' },
      { key: 'user', value: 'ada' },
    ]
    await create(`${SHOP}/secretstores`, { ...head('SecretStore', 'demo'), spec: { provider: { fake: { data } } } })
    controller = await startController('external-secrets', await kubeconfig(), [
      '--unsafe-allow-generic-targets',
      '--lease-namespace=external-secrets',
    ])
  })
  after(async () => {
    await controller[Symbol.asyncDispose]()
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Of the account that the installation makes, and of nobody more. */
  async function kubeconfig(): Promise<string> {
    const answer = await create(ACCOUNT, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} })
    const { token } = answer['status'] as { token: string }
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'own',
      clusters: [
        { name: 'own', cluster: { server: api.url, 'certificate-authority-data': Buffer.from(api.ca).toString('base64') } },
      ],
      users: [{ name: 'own', user: { token } }],
      contexts: [{ name: 'own', context: { cluster: 'own', user: 'own' } }],
    })
  }

  const create = (collection: string, object: object): Promise<KubeObject> => api.client.call('POST', collection, object)

  async function want(name: string, target: object, spec: object = {}): Promise<void> {
    const data = [{ secretKey: 'password', remoteRef: { key: 'db' } }]
    await create(`${SHOP}/externalsecrets`, {
      ...head('ExternalSecret', name),
      spec: { secretStoreRef: { name: 'demo' }, data, target: { manifest: CONFIG_MAP, ...target }, ...spec },
    })
  }

  async function readyOf(name: string): Promise<string | undefined> {
    const found = await api.client.find(`${SHOP}/externalsecrets/${name}`)
    const { conditions = [] } = (found?.['status'] ?? {}) as { conditions?: readonly Record<string, string>[] }
    const ready = conditions.find(({ type }) => type === 'Ready')
    return ready && `${ready['status']} ${ready['reason']}: ${ready['message']}`
  }

  /** How often it was looked at. */
  async function passesOf(name: string): Promise<number> {
    const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
    return Number(new RegExp(`externalsecret_sync_calls_total\\{name="${name}",namespace="shop"\\} (\\d+)`).exec(metrics)?.[1])
  }

  const dataOf = async (name: string): Promise<unknown> => (await api.client.find(`${CONFIG_MAPS}/${name}`))?.['data']
  const specOf = async (name: string): Promise<unknown> => (await api.client.find(`${THINGS}/${name}`))?.['spec']

  async function comesTo(name: string, ready: string, content: unknown, contentOf = dataOf): Promise<void> {
    const state = async (): Promise<string> => JSON.stringify([await readyOf(name), (await contentOf(name)) ?? null])
    const expected = JSON.stringify([ready, content ?? null])
    await waitUntil(
      `${name} comes to ${expected}`,
      async () => (await state()) === expected,
      async () => `${await state()}\n${controller.log().slice(-3_000)}`,
    )
  }

  const MISSING = 'True ResourceMissing: resource will not be created due to CreationPolicy=Merge'
  const template = { data: { password: '{{ .password }}' } }
  for (const [creationPolicy, ready, alone, beside] of [
    ['Owner', SYNCED, { password: 'first' }, { password: 'first' }],
    ['Orphan', SYNCED, { password: 'first' }, { password: 'first' }],
    ['CreateOrMerge', SYNCED, { password: 'first' }, { keep: 'me', password: 'first' }],
    ['Merge', MISSING, undefined, { keep: 'me', password: 'first' }],
    ['None', SYNCED, undefined, { keep: 'me' }],
  ] as const)
    test(`${creationPolicy}: a ConfigMap that is missing, and one of another's`, async () => {
      const name = creationPolicy.toLowerCase()
      await want(`${name}-alone`, { creationPolicy, template })
      await create(CONFIG_MAPS, { metadata: { name: `${name}-beside` }, data: { keep: 'me' } })
      await want(`${name}-beside`, { creationPolicy, template })
      await comesTo(`${name}-alone`, ready, alone)
      await comesTo(`${name}-beside`, SYNCED, beside)
    })

  test('drift of a ConfigMap is repaired, and the garbage collector takes it with its ExternalSecret', async () => {
    await want('drift', {})
    await comesTo('drift', SYNCED, { password: 'first' })
    await api.client.call('PATCH', `${CONFIG_MAPS}/drift`, { data: { password: 'no', more: 'x' } })
    await comesTo('drift', SYNCED, { password: 'first' })
    await api.client.call('DELETE', `${CONFIG_MAPS}/drift`)
    await comesTo('drift', SYNCED, { password: 'first' })
    await api.client.call('DELETE', `${SHOP}/externalsecrets/drift`)
    await waitUntil('it is gone', async () => (await dataOf('drift')) === undefined)
  })

  test('a custom resource has what templates write, keeps what the API server fills in, and is not written again for that', async () => {
    const templateFrom = [
      { target: 'spec.auth', literal: 'users: ["{{ .password }}"]' },
      { target: 'spec.rules[0].name', literal: '{{ .password }}!' },
    ]
    await want('thing', { manifest: THING, template: { templateFrom } }, { refreshInterval: '1s' })
    const content = { auth: { users: ['first'] }, replicas: 3, rules: [{ name: 'first!' }] }
    await comesTo('thing', SYNCED, content, specOf)
    const version = async (): Promise<string> => {
      const { metadata } = (await api.client.find(`${THINGS}/thing`)) ?? assert.fail()
      return JSON.stringify([metadata['resourceVersion' as never], metadata['uid' as never]])
    }
    const before = await version()
    const passes = await passesOf('thing')
    await waitUntil('it has had its turn again', async () => (await passesOf('thing')) > passes + 1)
    assert.equal(await version(), before)
    await api.client.call('PATCH', `${THINGS}/thing`, { spec: { auth: { users: ['no'] } } })
    await comesTo('thing', SYNCED, content, specOf)
  })

  test('deletionPolicy Delete takes an Orphan with its ExternalSecret, and what nothing comes back for', async () => {
    await want('orphan', { creationPolicy: 'Orphan', deletionPolicy: 'Delete' })
    await comesTo('orphan', SYNCED, { password: 'first' })
    await api.client.call('DELETE', `${SHOP}/externalsecrets/orphan`)
    await waitUntil(
      'both are gone',
      async () => (await dataOf('orphan')) === undefined && (await readyOf('orphan')) === undefined,
    )
    const dataFrom = [{ find: { name: { regexp: 'nothing' } } }]
    for (const [deletionPolicy, ready, content] of [
      ['Delete', 'True ResourceDeleted: secret deleted due to DeletionPolicy=Delete', undefined],
      ['Retain', 'True ResourceSynced: secret retained due to DeletionPolicy=Retain', { password: 'first' }],
      ['Merge', SYNCED, {}],
    ] as const) {
      const name = `empty-${deletionPolicy.toLowerCase()}`
      await want(name, { deletionPolicy })
      await comesTo(name, SYNCED, { password: 'first' })
      await api.client.call('PATCH', `${SHOP}/externalsecrets/${name}`, { spec: { data: null, dataFrom } })
      await comesTo(name, ready, content === undefined || Object.keys(content).length > 0 ? content : undefined)
    }
  })

  test('a kind that the account may not write, one that is never made, and one that is unknown', async () => {
    await want('lease', { manifest: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } })
    await want('role', { manifest: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' } })
    await want('secret', { manifest: { apiVersion: 'v1', kind: 'Secret' } })
    await want('unknown', { manifest: { apiVersion: 'nobody.example.com/v1', kind: 'Unknown' } })
    const none = async (): Promise<undefined> => undefined
    await comesTo('lease', 'False ResourceSyncedError: could not get target resource', undefined, none)
    await comesTo('role', 'False SecretSyncedError: invalid generic target', undefined, none)
    await comesTo('secret', 'False SecretSyncedError: invalid generic target', undefined, none)
    await comesTo('unknown', 'False ResourceSyncedError: could not get target resource', undefined, none)
    assert.equal(await api.client.find('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/role'), undefined)
    assert.equal(await api.client.find('/api/v1/namespaces/shop/secrets/secret'), undefined)
  })

  test('the log holds no value', () => {
    assert.doesNotMatch(controller.log(), /first/)
  })
})

function head(kind: string, name: string): object {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name, namespace: 'shop' } }
}
