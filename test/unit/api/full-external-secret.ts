/** Every field of external-secrets.md 2 that can stand beside the others, at a value of its own. */
export function fullExternalSecret() {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: {
      name: 'full',
      namespace: 'shop',
      labels: { app: 'shop' },
      annotations: { 'argocd.argoproj.io/sync-wave': '-1', 'argocd-external-secrets.io/delivery': 'inline' },
      uid: 'u',
      generation: 3,
      managedFields: [{ manager: 'kubectl' }],
    },
    spec: {
      secretStoreRef: { name: 'main', kind: 'ClusterSecretStore' },
      target: {
        name: 'full-secret',
        creationPolicy: 'Orphan',
        deletionPolicy: 'Merge',
        immutable: true,
        template: {
          type: 'kubernetes.io/basic-auth',
          engineVersion: 'v2',
          metadata: { labels: { tier: 'gold' }, annotations: { note: 'n' }, finalizers: ['example.com/f'] },
          mergePolicy: 'Merge',
          data: { 'config.json': '{{ .password }}' },
          templateFrom: [
            {
              configMap: { name: 'templates', items: [{ key: 'a.tpl', templateAs: 'KeysAndValues' }] },
              secret: { name: 'more-templates', items: [{ key: 'b.tpl', templateAs: 'Values' }] },
              literal: 'a: b',
              target: 'Annotations',
              valuesDecodingStrategy: 'Base64URL',
            },
          ],
        },
      },
      refreshPolicy: 'OnChange',
      refreshInterval: '1h30m',
      syncWindows: { kind: 'deny', windows: [{ schedule: '0 2 * * 1-5', duration: '4h' }] },
      data: [
        {
          secretKey: 'password',
          remoteRef: {
            key: 'shop/db',
            property: 'password',
            version: 'AWSPREVIOUS',
            metadataPolicy: 'Fetch',
            conversionStrategy: 'Unicode',
            decodingStrategy: 'Base64',
            nullBytePolicy: 'Fail',
          },
          sourceRef: { storeRef: { name: 'other', kind: 'SecretStore' } },
        },
      ],
      dataFrom: [
        {
          extract: { key: 'shop/all' },
          rewrite: [{ regexp: { source: 'a', target: 'b' } }, { transform: { template: '{{ .value }}' } }],
        },
        {
          find: { path: 'shop/', name: { regexp: '^db' }, tags: { team: 'shop' } },
          rewrite: [
            {
              merge: {
                into: 'merged',
                priority: ['x'],
                priorityPolicy: 'IgnoreNotFound',
                conflictPolicy: 'Ignore',
                strategy: 'JSON',
              },
            },
          ],
        },
        { sourceRef: { generatorRef: { kind: 'Password', name: 'pw' } } },
      ],
    },
  }
}
