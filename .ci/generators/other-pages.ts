import type { KindPage } from '../kind-pages.ts'

const apiVersion = 'generators.external-secrets.io/v1alpha1'

/** Kinds of the group that make nothing themselves. */
export const otherPages: ReadonlyMap<string, KindPage> = new Map([
  [
    'ClusterGenerator',
    {
      summary: 'A generator of any kind, for the ExternalSecrets of all namespaces.',
      examples: [
        {
          apiVersion,
          kind: 'ClusterGenerator',
          metadata: { name: 'strong-password' },
          spec: { kind: 'Password', generator: { passwordSpec: { length: 40, symbols: 0, allowRepeat: true } } },
        },
        {
          apiVersion: 'external-secrets.io/v1',
          kind: 'ExternalSecret',
          metadata: { name: 'api', namespace: 'team-a' },
          spec: {
            refreshInterval: '0s',
            dataFrom: [
              {
                sourceRef: { generatorRef: { kind: 'ClusterGenerator', name: 'strong-password' } },
                rewrite: [{ regexp: { source: '^password$', target: 'api-password' } }],
              },
            ],
          },
        },
      ],
      rules: ['Exactly one field of `spec.generator`, that of `spec.kind`.'],
      notes: [
        'It gives the keys of the kind that it holds, and a render allows, derives or refuses what that kind would be allowed, derived or refused.',
        'Each ExternalSecret that names it gets values of its own.',
        'What it names (Secrets, ServiceAccounts) is looked up in the namespace of the ExternalSecret.',
        'A rule of the [policy](../policy.md#generators) lists `ClusterGenerator` and the kind that it holds.',
        'A controller that serves one namespace may not read it.',
      ],
      status:
        'It has none. Whether values could be made is in the conditions and events of the ExternalSecret that uses it: `kubectl describe externalsecret NAME`.',
    },
  ],
  [
    'GeneratorState',
    {
      summary: 'What a controller needs to take back what a generator made. Written by a controller alone.',
      examples: [
        {
          apiVersion,
          kind: 'GeneratorState',
          metadata: {
            name: 'gen-grafana-dashboards-5d1f03aa',
            namespace: 'team-a',
            finalizers: ['generatorstate.externalsecrets.io/finalizer'],
          },
          spec: {
            garbageCollectionDeadline: '2030-01-01T00:02:00Z',
            resource: {
              apiVersion,
              kind: 'Grafana',
              metadata: { name: 'dashboards', namespace: 'team-a' },
              spec: {
                url: 'https://grafana.example.com',
                auth: { token: { name: 'grafana-admin', key: 'token' } },
                serviceAccount: { name: 'team-a-dashboards', role: 'Viewer' },
              },
            },
            state: { serviceAccount: { id: 7, tokenID: 12 } },
          },
        },
      ],
      rules: ['Nobody writes one by hand. It holds no value: ids, and the generator as it was, which says where the credentials are.'],
      notes: [
        'There is one for each token of a [GitlabDeployToken](gitlabdeploytoken.md) or [Grafana](grafana.md) that a controller keeps in use; the ExternalSecret owns it. A render makes none.',
        'The newest of an entry and the one before it are in use. Older ones get `garbageCollectionDeadline`, two minutes after a refresh; the others are taken back when the ExternalSecret is deleted.',
        'One that is being deleted waits until what it describes is taken back. When that cannot be (the credentials are gone), it is let go after ten minutes, and the log says so.',
        'Those of External Secrets Operator have the same form and are taken over.',
        'In the stream of a render it passes through.',
      ],
      status: 'It has none: what is left to do is its `garbageCollectionDeadline`, the column *GC Deadline* of `kubectl get generatorstates`.',
    },
  ],
])
