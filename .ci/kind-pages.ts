/** What a page of the reference says beyond the schema of its kind. */
export interface KindPage {
  /** One sentence; that of the schema without it. */
  readonly summary?: string
  /** Whole objects, the page's own first. */
  readonly examples: readonly object[]
  /** Sentences behind the fields: what is between several of them. */
  readonly rules?: readonly string[]
  /** Tables under "Working with", before the notes. */
  readonly working?: readonly string[]
  /** Sentences there. */
  readonly notes: readonly string[]
  /** Instead of the fields of a status, where nothing here writes one. */
  readonly status?: string
}

const apiVersion = 'external-secrets.io/v1'
const database = {
  secretStoreRef: { name: 'team', kind: 'SecretStore' },
  refreshInterval: '1h',
  data: [{ secretKey: 'password', remoteRef: { key: 'shop/database', property: 'password' } }],
}
const vault = (namespace: object): object => ({
  vault: {
    server: 'https://vault.example.com:8200',
    path: 'secret',
    auth: { kubernetes: { role: 'shop', serviceAccountRef: { name: 'shop', ...namespace } } },
  },
})
const NO_VALUES = 'Conditions, events, metrics and logs name keys and reasons, never a value.'

const NO_PUSHES = 'Nothing here writes one. What External Secrets Operator wrote stays as it is.'

/** By kind. */
export const kindPages: ReadonlyMap<string, KindPage> = new Map([
  [
    'ExternalSecret',
    {
      examples: [{ apiVersion, kind: 'ExternalSecret', metadata: { name: 'database', namespace: 'shop' }, spec: database }],
      notes: [
        'In a render it is replaced by its Secret; with the annotation `argocd-external-secrets.io/delivery: passthrough` it stays for a controller in the cluster: [rendering](../rendering.md).',
        'What `creationPolicy` and `deletionPolicy` mean in a render is told [there](../rendering.md); a controller does what External Secrets Operator does.',
        'Templates are Go templates, or Handlebars by the annotation `argocd-external-secrets.io/template-engine: handlebars`: [templates](../templates.md).',
        'A generator of the same stream or namespace makes values without a store: [generators](../generators.md), [their kinds](README.md#generators).',
        'What does not exist is an error, unless the annotation `argocd-external-secrets.io/when-missing` names another store or a default, or lets it be missing: [optional values](../optional-values.md).',
        '`kubectl annotate externalsecret NAME force-sync=$(date +%s) --overwrite` has a controller read its values now.',
        NO_VALUES,
      ],
    },
  ],
  [
    'SecretStore',
    {
      examples: [
        { apiVersion, kind: 'SecretStore', metadata: { name: 'team', namespace: 'shop' }, spec: { provider: vault({}) } },
      ],
      notes: [
        'It serves the ExternalSecrets of its own namespace. Its credentials come from that namespace: another `namespace` in a reference is ignored.',
        'Inside Argo CD a [policy](../policy.md) decides what a store from Git may ask, and with what; stores of the administrator win.',
        'The fields of a provider of External Secrets Operator that is not implemented here are checked too; there is a warning, and the store is kept as it is written.',
        'A store whose `controller` is another class is left to that controller.',
        NO_VALUES,
      ],
    },
  ],
  [
    'ClusterSecretStore',
    {
      examples: [
        {
          apiVersion,
          kind: 'ClusterSecretStore',
          metadata: { name: 'shared' },
          spec: {
            provider: vault({ namespace: 'external-secrets' }),
            conditions: [{ namespaceSelector: { matchLabels: { secrets: 'shared' } } }],
          },
        },
      ],
      notes: [
        'Without `conditions` every namespace may use it. Whatever matches allows: one condition, or one entry of one, is enough; `conditions: [{}]` allows nobody.',
        'A reference without a `namespace` is read in the namespace of the ExternalSecret that uses the store.',
        'Inside Argo CD one from Git is refused unless a rule of the [policy](../policy.md) allows it.',
        NO_VALUES,
      ],
    },
  ],
  [
    'ClusterExternalSecret',
    {
      examples: [
        {
          apiVersion,
          kind: 'ClusterExternalSecret',
          metadata: { name: 'registry' },
          spec: {
            namespaceSelectors: [{ matchLabels: { registry: 'private' } }],
            externalSecretSpec: { ...database, secretStoreRef: { name: 'shared', kind: 'ClusterSecretStore' } },
          },
        },
      ],
      notes: [
        'A controller makes one ExternalSecret in each namespace that a selector or a name matches, and takes it away when none does any more.',
        'One that is there already and belongs to nobody, or to somebody else, is left alone: its namespace is listed under `status.failedNamespaces`.',
        '`externalSecretMetadata` replaces the labels and annotations of what it makes, at every pass.',
        'A render makes the Secret of the namespace that it is for, if that one is [known to be selected](../rendering.md#for-many-namespaces); otherwise it leaves the object in its output.',
      ],
    },
  ],
  [
    'PushSecret',
    {
      examples: [
        {
          apiVersion: 'external-secrets.io/v1alpha1',
          kind: 'PushSecret',
          metadata: { name: 'database', namespace: 'shop' },
          spec: {
            refreshInterval: '1h',
            secretStoreRefs: [{ name: 'team', kind: 'SecretStore' }],
            selector: { secret: { name: 'database' } },
            data: [{ match: { secretKey: 'password', remoteRef: { remoteKey: 'shop/database', property: 'password' } } }],
          },
        },
      ],
      notes: [
        'Nothing here pushes. A render checks it and leaves it in its output, with a warning, and `controller external-secrets` does not look at it: keep External Secrets Operator for it.',
        'What does not fit the fields above is an error of `validate` and `generate`.',
        'There is no definition of it in [`manifests/crds`](../controller-install.md#the-kinds): an API server without that of External Secrets Operator refuses it, rather than keep it for nobody.',
        'A store that PushSecrets wrote to keeps a finalizer of External Secrets Operator: [moving](../migrating-from-eso.md).',
      ],
      status: NO_PUSHES,
    },
  ],
  [
    'ClusterPushSecret',
    {
      examples: [
        {
          apiVersion: 'external-secrets.io/v1alpha1',
          kind: 'ClusterPushSecret',
          metadata: { name: 'database' },
          spec: {
            namespaceSelectors: [{ matchLabels: { team: 'shop' } }],
            pushSecretSpec: {
              secretStoreRefs: [{ name: 'shared', kind: 'ClusterSecretStore' }],
              selector: { secret: { name: 'database' } },
              data: [{ match: { secretKey: 'password', remoteRef: { remoteKey: 'shop/database' } } }],
            },
          },
        },
      ],
      notes: ['Nothing here pushes: what holds for a [PushSecret](pushsecret.md) holds for it.'],
      status: NO_PUSHES,
    },
  ],
])
