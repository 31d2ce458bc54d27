import { type Attempt, type ReadOptions, reads, type Trial } from '../attempt.ts'
import { TEAM_A, vaultGrant } from '../tenant-rules.ts'
import type { World } from '../world.ts'
import { vaultStore } from './vault-attempts.ts'

const KEY = 'team-a/db'

const twin = (world: World): Trial => ({
  manifests: [vaultStore(world), reads(KEY, { target: { template: { type: 'Opaque', data: { password: '{{ .password }}' } } } })],
})

/** A value is readable by whoever may read the application unless it stands in the data of a core Secret. */
function target(name: string, options: ReadOptions): Attempt {
  return {
    name: `output: ${name}`,
    trick: (world) => ({ manifests: [vaultStore(world), reads(KEY, options)] }),
    twin,
    outcome: 'failed',
    kind: 'InvalidSpec',
  }
}

const template = (part: object): ReadOptions => ({ target: { template: part } })

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' }

/** Where a rule allows ConfigMaps. */
function object(name: string, part: NonNullable<ReadOptions['target']>): Attempt {
  const trial = (world: World, options: ReadOptions): Trial => ({
    manifests: [vaultStore(world), reads(KEY, options)],
    rules: [{ name: 'objects', ...TEAM_A, stores: [vaultGrant(world.vault)], allow: { genericTargets: ['ConfigMap'] } }],
  })
  return {
    name: `output: ${name}, where a rule allows ConfigMaps`,
    trick: (world) => trial(world, { target: { manifest: CONFIG_MAP, ...part } }),
    twin: (world) => trial(world, { target: { manifest: CONFIG_MAP } }),
    outcome: 'failed',
    kind: 'InvalidSpec',
  }
}

const objectTemplate = (...templateFrom: readonly object[]): object => ({ template: { templateFrom } })

export const outputAttempts: readonly Attempt[] = [
  object('a value in another kind', { manifest: { apiVersion: 'example.com/v1', kind: 'ConfigMap' } }),
  object('a RoleBinding', { manifest: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' } }),
  object('a Secret by the back door', { manifest: { apiVersion: 'v1', kind: 'Secret' } }),
  object('another kind by a template', objectTemplate({ target: 'kind', literal: 'Secret' })),
  object('another namespace by a template', objectTemplate({ target: 'metadata.namespace', literal: 'kube-system' })),
  object('many objects in one', objectTemplate({ target: 'items', literal: '[{apiVersion: v1, kind: Secret}]' })),
  object('a value in a label', objectTemplate({ target: 'metadata.labels', literal: 'leaked: {{ .password }}' })),
  object('a value in the message of an error', objectTemplate({ target: 'data.a', literal: '{{ .password }}: [' })),
  target('a value in a ConfigMap', { target: { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } } }),
  target('a value in a label', template({ metadata: { labels: { leaked: '{{ .password }}' } } })),
  target('a value in an annotation', template({ metadata: { annotations: { leaked: '{{ .password }}' } } })),
  target('a value in an annotation, in the other template language', {
    annotations: { 'argocd-external-secrets.io/template-engine': 'handlebars' },
    target: { template: { metadata: { annotations: { leaked: '{{ password }}' } } } },
  }),
  target("a value as a key's name", template({ templateFrom: [{ literal: '{{ .password }}: x' }] })),
  target(
    'a value in an annotation by a template of another template',
    template({ templateFrom: [{ target: 'Annotations', literal: 'leaked: {{ .password }}' }] }),
  ),
  target(
    "a token of a ServiceAccount's",
    template({
      type: 'kubernetes.io/service-account-token',
      metadata: { annotations: { 'kubernetes.io/service-account.name': 'default' } },
    }),
  ),
  target('a bootstrap token', template({ type: 'bootstrap.kubernetes.io/token' })),
  target('a cluster for Argo CD', template({ metadata: { labels: { 'argocd.argoproj.io/secret-type': 'cluster' } } })),
  target('a repository for Argo CD, by a label of the ExternalSecret', {
    target: { template: { metadata: { labels: { 'argocd.argoproj.io/secret-type': '{{ "repo-creds" }}' } } } },
  }),
  target('a value in the message of an error', template({ data: { password: '{{ fail .password }}' } })),
  target('a value in the message of a conversion', template({ data: { password: '{{ .password | mustToDate "2006-01-02" }}' } })),
  target(
    'a mounted credential by templateFrom',
    template({ templateFrom: [{ secret: { name: 'vault', items: [{ key: 'token' }] } }] }),
  ),
  target('a Secret that never changes again', { target: { immutable: true } }),
  {
    name: 'output: a Secret that goes away with the key of the provider',
    trick: (world) => ({ manifests: [vaultStore(world), reads('team-a/gone', { target: { deletionPolicy: 'Delete' } })] }),
    twin: (world) => ({
      manifests: [vaultStore(world), reads(KEY, { target: { deletionPolicy: 'Delete' } })],
      rules: [{ name: 'deleting', ...TEAM_A, stores: [vaultGrant(world.vault)], allow: { honourDeletion: true } }],
    }),
    outcome: 'failed',
    kind: 'NotFound',
  },
  {
    name: 'output: a value rendered where the rule wants passthrough',
    trick: (world) => ({
      manifests: [vaultStore(world), reads(KEY, { annotations: { 'argocd-external-secrets.io/delivery': 'inline' } })],
      rules: [{ name: 'through', ...TEAM_A, delivery: 'passthrough', stores: [vaultGrant(world.vault)] }],
    }),
    twin,
    outcome: 'guarded',
  },
]
