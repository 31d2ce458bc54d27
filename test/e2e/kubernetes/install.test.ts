import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { createKind } from '../argocd/argo-settings.ts'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { type KubeClient, kubeClient } from '../servers/kube-client.ts'
import type { KubeObject } from '../servers/kube-object.ts'
import { startedServers } from '../servers/started-servers.ts'
import { goProgram } from '../tools/go-program.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { argumentsOf, assertMonitored, assertReachable, assertRestricted, assertTakesEvents } from './installed-objects.ts'
import { builtInstall, builtOverlay } from './kustomize-build.ts'
import { objectPath } from './object-paths.ts'

const servers = startedServers()
let folder: string
let api: KubeApiServer

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'install-'))
  const etcd = servers.keep(await startEtcd(folder))
  api = servers.keep(await startKubeApiServer(etcd, 'install', folder))
  for (const name of ['external-secrets', 'team-a', 'argocd', 'argocd-by-annotation'])
    await api.client.call('POST', '/api/v1/namespaces', { metadata: { name } })
})
after(async () => {
  await servers.stop()
  await rm(folder, { recursive: true, force: true })
})

async function install(objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await api.client.apply(objectPath(object), object, 'installer')
}

const kindsOf = (objects: readonly KubeObject[]): readonly string[] => [...new Set(objects.map(({ kind }) => kind))].toSorted()

interface Question {
  readonly account: string
  readonly verb: string
  /** `group/resource` or `group/resource/subresource`; nothing before the first slash is the core group. */
  readonly what: string
  readonly namespace?: string
}

async function mayDo({ account, verb, what, namespace = '' }: Question): Promise<boolean> {
  const [group, resource, subresource = ''] = what.split('/')
  const review = await api.client.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: `system:serviceaccount:${account}`, resourceAttributes: { group, resource, subresource, verb, namespace } },
  })
  return (review['status'] as { allowed: boolean }).allowed
}

async function assertRights(account: string, allowed: readonly string[], denied: readonly string[]): Promise<void> {
  const answers = await Promise.all(
    [...allowed, ...denied].map(async (line) => {
      const [verb = '', what = '', namespace] = line.split(' ')
      return (await mayDo({ account, verb, what, ...(namespace && { namespace }) })) ? line : undefined
    }),
  )
  assert.deepEqual(
    answers.filter((line) => line !== undefined),
    allowed,
  )
}

describe('the controller of ExternalSecrets', () => {
  test('for a cluster: two replicas that are restricted, with what stands around them', async () => {
    const objects = await builtInstall('external-secrets')
    assert.deepEqual(kindsOf(objects), [
      'ClusterRole',
      'ClusterRoleBinding',
      'Deployment',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'Service',
      'ServiceAccount',
    ])
    await install(objects)
    assertRestricted(objects, ['controller', 'external-secrets'])
    assertReachable(objects)
  })

  test('for a cluster: reads Secrets everywhere, and has no right that it does not use', async () => {
    await assertRights(
      'external-secrets:external-secrets-controller',
      [
        'list external-secrets.io/externalsecrets',
        'watch external-secrets.io/clustersecretstores',
        'patch external-secrets.io/externalsecrets team-a',
        'update external-secrets.io/externalsecrets/status team-a',
        'update external-secrets.io/clustersecretstores/status',
        'create /secrets team-a',
        'update /secrets team-a',
        'patch /secrets team-a',
        'delete /secrets team-a',
        'get /configmaps team-a',
        'list apps/deployments',
        'create /serviceaccounts/token team-a',
        'create /events team-a',
        'update coordination.k8s.io/leases external-secrets',
      ],
      [
        'delete external-secrets.io/secretstores team-a',
        'create external-secrets.io/clusterexternalsecrets',
        'update /namespaces',
        'get apps/deployments team-a',
        'update external-secrets.io/secretstores team-a',
        'deletecollection /secrets team-a',
        'create /configmaps team-a',
        'list /pods team-a',
        'create /serviceaccounts team-a',
        'update coordination.k8s.io/leases team-a',
        'create rbac.authorization.k8s.io/clusterroles',
      ],
    )
  })

  test('in shards: the same rights, more replicas, and every one of them told the same number', async () => {
    const [whole, sharded] = await Promise.all(['external-secrets', 'external-secrets/sharded'].map((name) => builtInstall(name)))
    assert.ok(whole && sharded)
    const others = (objects: readonly KubeObject[]): readonly KubeObject[] => objects.filter(({ kind }) => kind !== 'Deployment')
    assert.deepEqual(others(sharded), others(whole))
    assertRestricted(sharded, ['controller', 'external-secrets'])
    const deployment = sharded.find(({ kind }) => kind === 'Deployment')
    assert.match(JSON.stringify(deployment), /"replicas":3,.*"name":"ARGOCD_EXTERNAL_SECRETS_SHARDS","value":"2"/)
    await install(sharded)
  })

  test('for one namespace: has no right in any other, and is told which', async () => {
    const objects = await builtOverlay({ resources: ['external-secrets/namespaced'], namespace: 'team-a' })
    assert.ok(!kindsOf(objects).some((kind) => kind.startsWith('Cluster')))
    await install(objects)
    assertRestricted(objects, ['controller', 'external-secrets'])
    assert.ok(argumentsOf(objects).includes('--watch-namespace=$(POD_NAMESPACE)'))
    await assertRights(
      'team-a:external-secrets-controller',
      ['list external-secrets.io/externalsecrets team-a', 'create /secrets team-a', 'create /serviceaccounts/token team-a'],
      ['list external-secrets.io/externalsecrets', 'create /secrets external-secrets', 'list /secrets', 'list /namespaces'],
    )
  })

  test('takes its monitoring as a component', async () => {
    const objects = await builtOverlay({ resources: ['external-secrets'], components: ['external-secrets/monitoring'] })
    assert.ok(['PrometheusRule', 'ServiceMonitor'].every((kind) => kindsOf(objects).includes(kind)))
    assertMonitored(objects)
  })
})

describe('events of providers', () => {
  for (const [folder, namespace, duty] of [
    ['external-secrets', 'external-secrets', 'external-secrets'],
    ['external-secrets/sharded', 'external-secrets', 'external-secrets'],
    ['external-secrets/namespaced', 'team-a', 'external-secrets'],
    ['applications', 'argocd', 'applications'],
    ['applications/annotations', 'argocd-by-annotation', 'applications'],
  ] as const) {
    test(`reach the controller of ${folder} by a component, and nothing else does`, async () => {
      const components = [`${duty}/rotations`, `${duty}/monitoring`]
      const objects = await builtOverlay({ resources: [folder], components, namespace })
      assertRestricted(objects, ['controller', duty])
      assertTakesEvents(objects)
      assertMonitored(objects)
      const ours = objects.filter(({ metadata }) => metadata.name.endsWith('-rotations'))
      assert.deepEqual(kindsOf(ours), ['NetworkPolicy', 'Service'])
      assert.ok(ours.every(({ metadata }) => metadata.namespace === namespace))
      await install(objects.filter(({ kind }) => ['Deployment', 'NetworkPolicy', 'Service'].includes(kind)))
    })
  }
})

describe('the controller beside Argo CD', () => {
  const account = 'argocd:external-secrets-applications'
  let asItself: KubeClient

  before(async () => {
    const file = globSync(path.join(await goProgram('argocd'), 'manifests/crds/application-crd.yaml'))[0] ?? ''
    await createKind(api.client, parse(readFileSync(file, 'utf8')))
    await install(await builtInstall('applications'))
    asItself = kubeClient(api.url, { ca: api.ca, token: await tokenOf(account) })
  })
  after(() => asItself.close())

  test('is restricted, and reads neither Secrets nor Applications of its own right', async () => {
    const objects = await builtInstall('applications')
    assertRestricted(objects, ['controller', 'applications'])
    assertReachable(objects)
    await assertRights(
      account,
      ['get coordination.k8s.io/leases argocd', 'update /configmaps argocd', 'create /events argocd'],
      [
        'get /secrets argocd',
        'get argoproj.io/applications argocd',
        'patch argoproj.io/applications argocd',
        'get argoproj.io/appprojects argocd',
        'get /configmaps team-a',
      ],
    )
  })

  test('takes its monitoring as a component', async () => {
    assertMonitored(await builtOverlay({ resources: ['applications'], components: ['applications/monitoring'] }))
  })

  const repoServer = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'argocd-repo-server', namespace: 'argocd' },
    spec: { template: { spec: { containers: [{ name: 'argocd-repo-server', image: 'argocd' }] } } },
  }

  test('has a sidecar that takes its monitoring as a component', async () => {
    const components = ['sidecar', 'sidecar/monitoring']
    assertMonitored(await builtOverlay({ components, namespace: 'argocd', files: { 'repo-server.yaml': repoServer } }))
  })

  test('is told to the daemon of the sidecar by a component, which gives that no token of Argo CD', async () => {
    const components = ['sidecar', 'applications/daemon-link']
    const objects = await builtOverlay({ components, namespace: 'argocd', files: { 'repo-server.yaml': repoServer } })
    const deployment = objects.find(({ kind }) => kind === 'Deployment')?.['spec'] as {
      template: {
        spec: { containers: readonly { name: string; env?: readonly { name: string }[] }[]; volumes: readonly object[] }
      }
    }
    const { containers, volumes } = deployment.template.spec
    const variables = containers.find(({ name }) => name === 'external-secrets-daemon')?.env?.map(({ name }) => name) ?? []
    assert.ok(['ARGOCD_EXTERNAL_SECRETS_CONTROLLER', 'ARGOCD_EXTERNAL_SECRETS_SOCKET'].every((name) => variables.includes(name)))
    assert.doesNotMatch(JSON.stringify(containers), /argocd\.svc/)
    assert.doesNotMatch(JSON.stringify(volumes), /argocd-token|"name":"argocd-external-secrets-controller"/)
    assert.match(JSON.stringify(volumes), /"serviceAccountToken":\{"audience":"argocd-external-secrets-controller"/)
    assert.ok(!containers.some(({ name, env }) => name === 'cmp' && JSON.stringify(env).includes('CONTROLLER')))
  })

  describe('by annotation', () => {
    const applications = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'
    const shop = `${applications}/shop`
    const REFRESH = 'argocd.argoproj.io/refresh'

    before(async () => {
      await install(await builtInstall('applications/annotations'))
      await api.client.call('POST', applications, application('shop'))
      await grantEverythingOnApplications(account)
      await waitUntil('the policy is in force', async () => !(await accepts({ metadata: { labels: { probe: 'yes' } } })))
    })

    /** Whether the controller's own account may patch the Application so. */
    async function accepts(patch: object, of: string = shop): Promise<boolean> {
      try {
        await asItself.call('PATCH', of, patch)
        return true
      } catch (thrown) {
        if (/answered (403|422) .*ValidatingAdmissionPolicy/.test((thrown as Error).message)) return false
        throw thrown
      }
    }

    test('its account reads a project whose name it knows, for its sync windows, and changes none', async () => {
      const others = ['list', 'watch', 'patch', 'update', 'create', 'delete'].map(
        (verb) => `${verb} argoproj.io/appprojects argocd`,
      )
      await assertRights(account, ['get argoproj.io/appprojects argocd'], others)
    })

    test('its account sets the annotation that asks for a refresh', async () => {
      assert.equal(await accepts({ metadata: { annotations: { [REFRESH]: 'hard' } } }), true)
      const { metadata } = await api.client.call('GET', shop)
      assert.deepEqual(metadata.annotations, { team: 'shop', [REFRESH]: 'hard' })
    })

    for (const [name, patch] of Object.entries({
      'another annotation': { metadata: { annotations: { other: 'x', [REFRESH]: 'hard' } } },
      'the loss of another annotation': { metadata: { annotations: { team: null, [REFRESH]: 'hard' } } },
      'a changed annotation': { metadata: { annotations: { team: 'other', [REFRESH]: 'hard' } } },
      'another word in it': { metadata: { annotations: { [REFRESH]: 'everything' } } },
      'its loss': { metadata: { annotations: { [REFRESH]: null } } },
      'a label': { metadata: { labels: { a: 'b' }, annotations: { [REFRESH]: 'hard' } } },
      'a finalizer': { metadata: { finalizers: ['example.com/f'], annotations: { [REFRESH]: 'hard' } } },
      'an owner': {
        metadata: {
          ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'u' }],
          annotations: { [REFRESH]: 'hard' },
        },
      },
      'the revision': { metadata: { annotations: { [REFRESH]: 'hard' } }, spec: { source: { targetRevision: 'evil' } } },
      'an operation': { metadata: { annotations: { [REFRESH]: 'hard' } }, operation: { sync: {} } },
      'the status': { metadata: { annotations: { [REFRESH]: 'hard' } }, status: { reconciledAt: '2026-08-08T00:00:00Z' } },
    })) {
      test(`its account is refused ${name}, whatever its rights`, async () => {
        assert.equal(await accepts(patch), false)
      })
    }

    test('its account neither makes nor deletes an Application', async () => {
      await assert.rejects(asItself.call('POST', applications, application('evil')), /ValidatingAdmissionPolicy/)
      await assert.rejects(asItself.call('DELETE', shop), /ValidatingAdmissionPolicy/)
    })

    test('in another namespace its account is held as well, and nothing names the namespace of before', async () => {
      const elsewhere = 'argocd-by-annotation'
      const objects = await builtOverlay({ resources: ['applications/annotations'], namespace: elsewhere })
      assert.doesNotMatch(JSON.stringify(objects), /argocd\.svc|serviceaccount:argocd:|"namespace":"argocd"/)
      await install(objects)
      const other = `${elsewhere}:external-secrets-applications`
      await grantEverythingOnApplications(other)
      const client = kubeClient(api.url, { ca: api.ca, token: await tokenOf(other) })
      const refused = /answered (403|422) .*ValidatingAdmissionPolicy/
      await assert.rejects(client.call('PATCH', shop, { metadata: { labels: { a: 'b' } } }), refused)
      await client.call('PATCH', shop, { metadata: { annotations: { [REFRESH]: 'normal' } } })
      client.close()
    })

    test('others are not held back', async () => {
      await api.client.call('PATCH', shop, { metadata: { annotations: { other: 'x' } }, spec: { project: 'shop' } })
      await api.client.call('DELETE', shop)
    })
  })

  /** As if its account were an administrator: what is left is what the policy of admission holds. */
  async function grantEverythingOnApplications(of: string): Promise<void> {
    const [namespace = '', name = ''] = of.split(':')
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/argocd'
    await api.client.call('POST', `${roles}/roles`, {
      metadata: { name: `everything-of-${namespace}` },
      rules: [{ apiGroups: ['argoproj.io'], resources: ['applications', 'applications/status'], verbs: ['*'] }],
    })
    await api.client.call('POST', `${roles}/rolebindings`, {
      metadata: { name: `everything-of-${namespace}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: `everything-of-${namespace}` },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    })
  }
})

function application(name: string): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, annotations: { team: 'shop' } },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/shop', path: '.', targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
    },
  }
}

async function tokenOf(account: string): Promise<string> {
  const [namespace = '', name = ''] = account.split(':')
  const answer = await api.client.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  })
  return (answer['status'] as { token: string }).token
}
