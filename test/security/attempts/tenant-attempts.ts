import { type Attempt, reads, storeOf, type Trial } from '../attempt.ts'
import { SHARED_STORE, TEAM_A, vaultGrant } from '../tenant-rules.ts'
import type { World } from '../world.ts'
import { vaultStore } from './vault-attempts.ts'

const KEY = 'team-a/db'
const OTHER_KEY = 'team-b/db'

const twin = (world: World): Trial => ({ manifests: [vaultStore(world), reads(KEY)] })
const shared = (key: string): object => reads(key, { store: SHARED_STORE, kind: 'ClusterSecretStore' })
const sharedTwin = (): Trial => ({ manifests: [shared(KEY)] })

/** Reads team-b's key with variables that claim to be team-b, or more. */
function environment(name: string, variables: Readonly<Record<string, string>>): Attempt {
  return {
    name: `tenant: ${name}`,
    trick: (world) => ({ manifests: [vaultStore(world), reads(OTHER_KEY)], environment: variables }),
    twin,
    outcome: 'refused',
  }
}

/** What is no part of the request's language, rather than refused by the policy. */
const unknown = (attempt: Attempt): Attempt => ({ ...attempt, kind: 'InvalidSpec' })

/** team-a's own render, by somebody who is not team-a. */
function stranger(name: string, variables: Readonly<Record<string, string>>): Attempt {
  return {
    name: `tenant: ${name}`,
    trick: (world) => ({ manifests: [vaultStore(world), reads(KEY)], environment: variables }),
    twin,
    outcome: 'refused',
  }
}

function manifests(name: string, trick: (world: World) => readonly object[], good: Attempt['twin'] = twin): Attempt {
  return { name: `tenant: ${name}`, trick: (world) => ({ manifests: trick(world) }), twin: good, outcome: 'refused' }
}

/** A ClusterExternalSecret that reads `key` for these namespaces. */
function everywhere(key: string, namespaces: readonly string[]): object {
  const { spec, metadata, ...rest } = { metadata: {}, spec: {}, ...reads(key) }
  return { ...rest, kind: 'ClusterExternalSecret', metadata, spec: { namespaces, externalSecretSpec: spec } }
}

/** The store is a text, and another one that is right may stand beside it. */
function withText(name: string, text: (world: World) => string, kind?: 'Conflict'): Attempt {
  return {
    name: `tenant: ${name}`,
    trick: (world) => ({ text: text(world), manifests: kind === undefined ? [reads(KEY)] : [vaultStore(world), reads(KEY)] }),
    twin,
    outcome: 'refused',
    ...(kind !== undefined && { kind }),
  }
}

const parameter = (name: string, text: string): Readonly<Record<string, string>> => ({
  ARGOCD_APP_PARAMETERS: JSON.stringify([{ name, string: text }]),
})

export const tenantAttempts: readonly Attempt[] = [
  environment('a project forged in the plugin environment', {
    ARGOCD_ENV_ARGOCD_APP_PROJECT_NAME: 'team-b',
    ARGOCD_ENV_ARGOCD_APP_NAMESPACE: 'team-b',
  }),
  unknown(environment('a project forged in a parameter', parameter('project', 'team-b'))),
  unknown(environment('a namespace forged in a parameter', parameter('namespace', 'team-b'))),
  unknown(environment('a policy of the author in a parameter', parameter('policy', '.'))),
  environment('a policy of the author in the plugin environment', {
    ARGOCD_ENV_POLICY: '.',
    ARGOCD_ENV_ARGOCD_EXTERNAL_SECRETS_POLICY: '.',
  }),
  unknown(environment('a looser mode in a parameter', parameter('mode', 'local'))),
  unknown(environment('credentials of the author in a parameter', parameter('credentials', '.'))),
  environment('more stores in a parameter than there are', {
    ARGOCD_APP_PARAMETERS: JSON.stringify([{ name: 'stores', array: ['store', SHARED_STORE] }]),
  }),
  environment('all that .argocd-source.yaml can set, at once', {
    ARGOCD_ENV_ARGOCD_APP_PROJECT_NAME: 'team-b',
    ARGOCD_ENV_ARGOCD_APP_NAMESPACE: 'team-b',
    ARGOCD_ENV_ARGOCD_EXTERNAL_SECRETS_CREDENTIALS: '.',
    PARAM_STORES: 'shared',
    ARGOCD_APP_PARAMETERS: JSON.stringify([
      { name: 'delivery', string: 'inline' },
      { name: 'stores', array: ['store'] },
      { name: 'timeout', string: '90000' },
      { name: 'helm-parameters', map: { 'global.project': 'team-b' } },
    ]),
  }),
  stranger('another project', { ARGOCD_APP_PROJECT_NAME: 'team-c' }),
  stranger('a project whose name begins alike', { ARGOCD_APP_PROJECT_NAME: 'team-a-evil' }),
  stranger('a project in other case', { ARGOCD_APP_PROJECT_NAME: 'Team-A' }),
  stranger('a project that is a pattern', { ARGOCD_APP_PROJECT_NAME: '*' }),
  stranger('a project that several lines name', { ARGOCD_APP_PROJECT_NAME: 'evil\nteam-a' }),
  stranger('no project, as before Argo CD 3.0', { ARGOCD_APP_PROJECT_NAME: '' }),
  stranger('another destination', { ARGOCD_APP_NAMESPACE: 'team-b' }),
  unknown(stranger('no destination', { ARGOCD_APP_NAMESPACE: '' })),
  unknown(stranger('a destination that is a path', { ARGOCD_APP_NAMESPACE: '../team-a' })),
  {
    name: 'tenant: another application of the project, where the rule names one',
    trick: (world) => ({
      manifests: [vaultStore(world), reads(KEY)],
      rules: [{ name: 'one', ...TEAM_A, applications: ['argocd_shop'], stores: [vaultGrant(world.vault)] }],
    }),
    twin: (world) => ({
      manifests: [vaultStore(world), reads(KEY)],
      rules: [{ name: 'one', ...TEAM_A, applications: ['shop'], stores: [vaultGrant(world.vault)] }],
    }),
    outcome: 'refused',
  },
  {
    name: 'tenant: the stores of one rule for the keys of another',
    trick: (world) => ({
      manifests: [vaultStore(world, { path: 'other' }), reads(KEY)],
      rules: [
        {
          name: 'one',
          ...TEAM_A,
          stores: [
            { ...vaultGrant(world.vault), facts: { server: [world.vault.url], path: ['other'] }, keys: ['other/public/**'] },
          ],
        },
        { name: 'two', ...TEAM_A, stores: [{ ...vaultGrant(world.vault), keys: ['**'] }] },
      ],
    }),
    twin,
    outcome: 'refused',
  },
  {
    name: 'tenant: the credentials of one rule for the store of another',
    trick: (world) => ({
      manifests: [vaultStore(world, { auth: { tokenSecretRef: { name: 'unbound', key: 'token' } } }), reads(KEY)],
      rules: [
        { name: 'one', ...TEAM_A, stores: [vaultGrant(world.vault)] },
        {
          name: 'two',
          ...TEAM_A,
          stores: [
            {
              ...vaultGrant(world.vault),
              facts: { server: ['https://elsewhere.example'], path: ['secret'] },
              credentials: { folder: ['unbound'] },
            },
          ],
        },
      ],
    }),
    twin,
    outcome: 'refused',
  },
  manifests(
    'a key of another team through a ClusterExternalSecret',
    (world) => [vaultStore(world), everywhere(OTHER_KEY, ['team-a'])],
    (world) => ({ manifests: [vaultStore(world), everywhere(KEY, ['team-a', 'team-b'])] }),
  ),
  manifests('an ExternalSecret for another namespace', (world) => [
    vaultStore(world, {}, { namespace: 'team-b' }),
    reads(KEY, { namespace: 'team-b' }),
  ]),
  manifests('an ExternalSecret for a namespace that begins alike', (world) => [
    vaultStore(world, {}, { namespace: 'team-a-evil' }),
    reads(KEY, { namespace: 'team-a-evil' }),
  ]),
  manifests('a store for all of the cluster, of Git', (world) => [
    vaultStore(world, {}, { kind: 'ClusterSecretStore' }),
    reads(KEY, { kind: 'ClusterSecretStore' }),
  ]),
  manifests("a store for all of the cluster, with another namespace's credential", (world) => [
    vaultStore(
      world,
      { auth: { tokenSecretRef: { name: 'vault', key: 'token', namespace: 'admin' } } },
      { kind: 'ClusterSecretStore' },
    ),
    reads(KEY, { kind: 'ClusterSecretStore' }),
  ]),
  withText('two stores of one name', (world) => JSON.stringify(vaultStore(world, { path: 'other' })), 'Conflict'),
  withText('a field that is given twice', (world) =>
    JSON.stringify(vaultStore(world)).replace('"path":"secret"', '"path":"secret","path":"other"'),
  ),
  withText('a field by a merge key', (world) =>
    [
      'base: &base {path: other}',
      'apiVersion: external-secrets.io/v1',
      'kind: SecretStore',
      'metadata: {name: store}',
      `spec: {provider: {vault: {<<: *base, server: "${world.vault.url}", auth: {tokenSecretRef: {name: vault, key: token}}}}}`,
    ].join('\n'),
  ),
  {
    ...manifests('a generator', () => [
      reads(KEY, { spec: { data: [], dataFrom: [{ sourceRef: { generatorRef: { kind: 'VaultDynamicSecret', name: 'x' } } }] } }),
    ]),
    kind: 'InvalidSpec',
  },
  {
    ...manifests(
      "a store of Git under the name of the administrator's",
      (world) => [vaultStore(world, { path: 'other' }, { kind: 'ClusterSecretStore', name: SHARED_STORE }), shared(KEY)],
      sharedTwin,
    ),
    kind: 'Conflict',
  },
  manifests("a key of another team in the administrator's store", () => [shared(OTHER_KEY)], sharedTwin),
  manifests("a key of another team in the administrator's store, by steps", () => [shared('team-a/../team-b/db')], sharedTwin),
  {
    ...manifests("the administrator's store as a SecretStore", () => [reads(KEY, { store: SHARED_STORE })], sharedTwin),
    kind: 'InvalidSpec',
  },
  {
    name: "tenant: the administrator's store, from a project that no rule speaks of",
    trick: () => ({ manifests: [shared(KEY)], environment: { ARGOCD_APP_PROJECT_NAME: 'team-c' } }),
    twin: sharedTwin,
    outcome: 'refused',
  },
  {
    name: 'tenant: a store that the parameter stores leaves out',
    trick: (world) => ({
      manifests: [vaultStore(world), reads(KEY)],
      environment: { ARGOCD_APP_PARAMETERS: JSON.stringify([{ name: 'stores', array: [SHARED_STORE] }]) },
    }),
    twin: (world) => ({
      manifests: [vaultStore(world), reads(KEY)],
      environment: { ARGOCD_APP_PARAMETERS: JSON.stringify([{ name: 'stores', array: ['store'] }]) },
    }),
    outcome: 'refused',
  },
  manifests('a provider that no rule allows', () => [
    storeOf('fake', { data: [{ key: KEY, value: '{"password": "x"}' }] }),
    reads(KEY),
  ]),
  manifests('a provider that is not implemented', () => [
    storeOf('webhook', { url: 'http://127.0.0.1/{{ .remoteRef.key }}', result: { jsonPath: '$' } }),
    reads(KEY),
  ]),
  {
    name: "tenant: an endpoint of the author's in the plugin environment",
    trick: (world) => ({
      manifests: [vaultStore(world), reads(KEY)],
      environment: {
        ARGOCD_ENV_VAULT_ADDR: `http://${world.evil.host}`,
        ARGOCD_ENV_AWS_ENDPOINT_URL: `http://${world.evil.host}`,
        ARGOCD_ENV_HTTPS_PROXY: `http://${world.evil.host}`,
        ARGOCD_ENV_HTTP_PROXY: `http://${world.evil.host}`,
      },
    }),
    twin,
    outcome: 'in vain',
  },
  {
    name: "tenant: a time limit of the author's that cannot be kept",
    trick: (world) => ({ manifests: [vaultStore(world), reads(KEY)], environment: parameter('timeout', '100') }),
    twin: (world) => ({ manifests: [vaultStore(world), reads(KEY)], environment: parameter('timeout', '10000') }),
    outcome: 'failed',
    kind: 'Deadline',
    before: ({ vault }) => {
      vault.control.latencyMs = 2_000
    },
  },
  {
    name: 'tenant: files that a reader of the application uploads',
    trick: (world) => ({ manifests: [vaultStore(world), reads(KEY)], environment: { ARGOCD_APP_REVISION: 'streamed' } }),
    twin,
    outcome: 'guarded',
  },
  {
    name: 'tenant: a render whose output is committed to Git',
    trick: (world) => ({ manifests: [vaultStore(world), reads(KEY)], environment: { KUBE_VERSION: '' } }),
    twin,
    outcome: 'guarded',
  },
]
