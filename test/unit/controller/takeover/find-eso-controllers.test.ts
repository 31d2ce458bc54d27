import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DeploymentObject, esoControllerOf } from '../../../../plugin/controller/takeover/eso-controller.ts'
import {
  clashWithEso,
  type EsoSearch,
  findEsoControllers,
  findEsoControllersIfAllowed,
} from '../../../../plugin/controller/takeover/find-eso-controllers.ts'
import { KubeError } from '../../../../plugin/kube/kube-error.ts'
import type { Resource } from '../../../../plugin/kube/resource.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'

const DEPLOYMENTS: Resource = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', isNamespaced: true }

function deployment(name: string, image: string, args: readonly string[] = [], replicas = 1): DeploymentObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'external-secrets' },
    spec: { replicas, template: { spec: { containers: [{ name: 'main', image, args }] } } },
  }
}

describe('a Deployment', () => {
  for (const image of [
    'ghcr.io/external-secrets/external-secrets:v2.9.0',
    'oci.external-secrets.io/external-secrets/external-secrets:v2.9.0-ubi',
    'registry.corp:5000/mirror/external-secrets@sha256:0123',
    'external-secrets',
  ]) {
    test(`of ${image} runs the operator`, () => {
      assert.equal(esoControllerOf(deployment('eso', image))?.controllerClass, 'default')
    })
  }

  for (const [what, object] of [
    ['of another image', deployment('web', 'ghcr.io/corp/external-secrets-exporter-ui/web:v1')],
    ['of ours', deployment('ours', 'ghcr.io/corp/argocd-external-secrets:v1')],
    ['of its webhook', deployment('hook', 'ghcr.io/external-secrets/external-secrets:v2.9.0', ['webhook', '--port=10250'])],
    ['of its certificate controller', deployment('cert', 'ghcr.io/external-secrets/external-secrets:v2.9.0', ['certcontroller'])],
    ['without containers', { metadata: { name: 'x' } }],
  ] as const) {
    test(`${what} does not`, () => {
      assert.equal(esoControllerOf(object), undefined)
    })
  }

  test('tells class and namespace by its flags, in every form of them; the last counts', () => {
    const flags = ['--controller-class', 'red', '-controller-class=blue', '--namespace=shop', '--concurrent=2']
    const { controllerClass, watchedNamespace } = esoControllerOf(deployment('eso', 'external-secrets', flags)) ?? {}
    assert.deepEqual([controllerClass, watchedNamespace], ['blue', 'shop'])
  })
})

describe('a clash', () => {
  const running = { namespace: 'eso', name: 'eso', controllerClass: 'default', watchedNamespace: '', isRunning: true }

  for (const [what, other, own] of [
    ['of the same class in all namespaces', running, { controllerClass: 'default', namespace: undefined }],
    ['of all namespaces with one of ours', running, { controllerClass: 'default', namespace: 'shop' }],
    ['of the same namespace', { ...running, watchedNamespace: 'shop' }, { controllerClass: 'default', namespace: 'shop' }],
    [
      'of one namespace with all of ours',
      { ...running, watchedNamespace: 'shop' },
      { controllerClass: 'default', namespace: undefined },
    ],
  ] as const) {
    test(`is ${what}, and its remedy keeps the Secrets`, () => {
      const clash = clashWithEso([other], own)
      assert.equal(clash?.kind, 'Conflict')
      assert.match(clash.remedy ?? '', /kubectl -n eso scale deployment eso --replicas=0/)
    })
  }

  for (const [what, other, own] of [
    ['of another class', running, { controllerClass: 'ours', namespace: undefined }],
    ['of another namespace', { ...running, watchedNamespace: 'pay' }, { controllerClass: 'default', namespace: 'shop' }],
    ['that is scaled to nothing', { ...running, isRunning: false }, { controllerClass: 'default', namespace: undefined }],
  ] as const) {
    test(`is none ${what}`, () => {
      assert.equal(clashWithEso([other], own), undefined)
    })
  }
})

describe('in a cluster', () => {
  test('every page of Deployments is looked at', async (t) => {
    const emulator = await startKubeEmulator({ resources: [DEPLOYMENTS], namespaces: ['external-secrets'] })
    t.after(() => emulator.close())
    const client = emulator.localClient()
    for (let index = 0; index < 230; index++) await client.create(DEPLOYMENTS, deployment(`web-${index}`, 'web:1'))
    await client.create(DEPLOYMENTS, deployment('zz-eso', 'ghcr.io/external-secrets/external-secrets:v2.9.0', [], 0))
    const search = await findEsoControllers(client, AbortSignal.timeout(10_000))
    assert.deepEqual(
      search.found?.map(({ name, isRunning }) => [name, isRunning]),
      [['zz-eso', false]],
    )
  })

  test('that lets nobody list them, the answer says so', async (t) => {
    const emulator = await startKubeEmulator({ resources: [DEPLOYMENTS] })
    t.after(() => emulator.close())
    emulator.inject({ status: 403, reason: 'Forbidden' })
    assert.deepEqual(await findEsoControllers(emulator.localClient(), AbortSignal.timeout(10_000)), {
      found: undefined,
      why: 'this account may not list Deployments',
    })
  })
  test('an account that knows that it may not list them does not try, and one that may finds them', async (t) => {
    const emulator = await startKubeEmulator({ resources: [DEPLOYMENTS], namespaces: ['external-secrets'] })
    t.after(() => emulator.close())
    const client = emulator.localClient()
    await client.create(DEPLOYMENTS, deployment('eso', 'external-secrets'))
    const isRefused = {
      ...client,
      create: async <T>(_resource: Resource, review: T) => ({ ...review, status: { allowed: false } }),
    }
    assert.equal((await findEsoControllersIfAllowed(isRefused, AbortSignal.timeout(10_000))).found, undefined)
    assert.ok(emulator.audit().every(({ verb }) => verb !== 'list'))
    assert.equal((await findEsoControllersIfAllowed(client, AbortSignal.timeout(10_000))).found?.length, 1)
  })
  test('an account that may not even ask what it may takes that for a no; another failure is no answer', async (t) => {
    const emulator = await startKubeEmulator({ resources: [DEPLOYMENTS] })
    t.after(() => emulator.close())
    const search = (status: number, reason: string): Promise<EsoSearch> => {
      const create = () => Promise.reject(new KubeError('no', status, reason))
      return findEsoControllersIfAllowed({ ...emulator.localClient(), create }, AbortSignal.timeout(10_000))
    }
    assert.deepEqual(await search(403, 'Forbidden'), { found: undefined, why: 'this account may not list Deployments' })
    await assert.rejects(search(503, 'ServiceUnavailable'), { reason: 'ServiceUnavailable' })
    assert.ok(emulator.audit().every(({ verb }) => verb !== 'list'))
  })
})
