import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applicationName } from '../../../../plugin/argocd/request/application-name.ts'
import { argoRequest, renderGuard } from '../../../../plugin/argocd/request/argo-request.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

const VARIABLES = {
  ARGOCD_APP_NAME: 'team-a_shop',
  ARGOCD_APP_NAMESPACE: 'shop',
  ARGOCD_APP_PROJECT_NAME: 'team-a',
  ARGOCD_APP_REVISION: 'f00f',
  ARGOCD_APP_SOURCE_REPO_URL: 'https://git.example/shop.git',
  ARGOCD_APP_SOURCE_PATH: 'apps/shop',
  ARGOCD_APP_SOURCE_TARGET_REVISION: 'main',
  KUBE_VERSION: '1.36.3',
  KUBE_API_VERSIONS: 'v1,apps/v1,apps/v1/Deployment',
}

function request(given: Readonly<Record<string, string | undefined>> = {}): ReturnType<typeof argoRequest> {
  const variables = Object.entries({ ...VARIABLES, ...given }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return argoRequest(new Map(variables))
}

function isRefused(kind: string, remedy: RegExp): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof SecretError && thrown.kind === kind && remedy.test(thrown.remedy ?? '')
}

test('the variables of a request say who asks, and for what', () => {
  const { parameters, ...rest } = request()
  assert.deepEqual(rest, {
    project: 'team-a',
    namespace: 'shop',
    application: 'team-a_shop',
    revision: 'f00f',
    repoUrl: 'https://git.example/shop.git',
    path: 'apps/shop',
    targetRevision: 'main',
    kubeVersion: '1.36.3',
    apiVersions: ['v1', 'apps/v1', 'apps/v1/Deployment'],
    guard: 'none',
  })
  assert.deepEqual([parameters.delivery, parameters.timeoutMs, parameters.stores], [undefined, undefined, undefined])
})

test('without a project nothing is rendered: Argo CD before 3.0 does not say it', () => {
  for (const ARGOCD_APP_PROJECT_NAME of [undefined, '']) {
    assert.throws(() => request({ ARGOCD_APP_PROJECT_NAME }), isRefused('AccessDenied', /Argo CD 3\.0/))
  }
})

test('without a destination namespace nothing is rendered', () => {
  for (const ARGOCD_APP_NAMESPACE of [undefined, '', 'Shop', '../kube-system', 'a b']) {
    assert.throws(() => request({ ARGOCD_APP_NAMESPACE }), isRefused('InvalidSpec', /destination\.namespace/))
  }
})

test('no word of the author changes who asks', () => {
  const { project, namespace } = request({
    ARGOCD_ENV_ARGOCD_APP_PROJECT_NAME: 'admin',
    ARGOCD_ENV_APP_NAMESPACE: 'kube-system',
    PARAM_PROJECT: 'admin',
  })
  assert.deepEqual([project, namespace], ['team-a', 'shop'])
})

for (const [what, given, guard] of [
  ['an ordinary render has no guard', {}, 'none'],
  ['uploaded files are guarded', { ARGOCD_APP_REVISION: 'streamed' }, 'streamed'],
  ['an empty Kubernetes version is the hydrator', { KUBE_VERSION: '' }, 'hydrator'],
  ['a missing Kubernetes version is the hydrator', { KUBE_VERSION: undefined }, 'hydrator'],
  ['uploaded files are guarded first', { ARGOCD_APP_REVISION: 'streamed', KUBE_VERSION: '' }, 'streamed'],
] as const)
  test(what, () => {
    assert.equal(request(given).guard, guard)
  })

test('the guard needs nothing else of the request', () => {
  assert.equal(renderGuard(new Map([['ARGOCD_APP_REVISION', 'streamed']])), 'streamed')
})

test('an Application outside the own namespace of Argo CD has its name behind it', () => {
  assert.deepEqual(['shop', 'team-a_shop'].map(applicationName), ['shop', 'shop'])
})
