import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GROUP_KIND, groupKindOf } from '../../../plugin/api/group-kind.ts'
import { neverTargeted } from '../../../plugin/api/never-targeted.ts'

for (const [apiVersion, kind] of [
  ['v1', 'Secret'],
  ['v2', 'Secret'],
  ['/v1', 'Secret'],
  ['v1', 'secret'],
  ['v1', 'List'],
  ['v1', 'ConfigMapList'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['rbac.authorization.k8s.io/v1beta1', 'Role'],
  ['RBAC.authorization.k8s.io/v1', 'Role'],
  ['argoproj.io/v1alpha1', 'Application'],
  ['argoproj.io/v2', 'AppProject'],
  ['argoproj.io/v1alpha1', 'ApplicationSet'],
  ['external-secrets.io/v1', 'SecretStore'],
  ['generators.external-secrets.io/v1alpha1', 'Password'],
  ['argocd-external-secrets.io/v1', 'TenancyPolicy'],
] as const) {
  test(`nobody can allow ${kind} of ${apiVersion} as a target`, () => {
    assert.ok(neverTargeted(groupKindOf({ apiVersion, kind })))
  })
}

for (const [apiVersion, kind, groupKind] of [
  ['v1', 'ConfigMap', 'ConfigMap'],
  ['traefik.io/v1alpha1', 'Middleware', 'traefik.io/Middleware'],
  ['argoproj.io/v1alpha1', 'Workflow', 'argoproj.io/Workflow'],
  ['example.com/v1', 'Secret', 'example.com/Secret'],
] as const) {
  test(`${kind} of ${apiVersion} is ${groupKind}, which may be allowed`, () => {
    assert.equal(groupKindOf({ apiVersion, kind }), groupKind)
    assert.equal(neverTargeted(groupKind), undefined)
    assert.match(groupKind, GROUP_KIND)
  })
}

for (const text of [
  '*',
  'ConfigMap*',
  '*/ConfigMap',
  'v1/Config/Map',
  'traefik.io/v1/Middleware',
  'configmaps',
  'Traefik.io/X',
  '',
])
  test(`${JSON.stringify(text)} is no kind that could be listed`, () => assert.doesNotMatch(text, GROUP_KIND))
