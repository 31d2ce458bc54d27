/** Manifests as teams write them; JSON is YAML. */

/** Joins objects to the text of a file. */
export function yamlOf(...objects: readonly object[]): string {
  return objects.map((object) => `---\n${JSON.stringify(object, undefined, 2)}\n`).join('')
}

export interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** The store that the administrator owns. */
export const VAULT = { name: 'vault', kind: 'ClusterSecretStore' }

/** An ExternalSecret whose keys are those of `data`, each a remote key and a property of it. */
export function externalSecret(
  metadata: Metadata,
  data: Readonly<Record<string, readonly [key: string, property?: string]>>,
  store: { readonly name: string; readonly kind?: string } = VAULT,
): object {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: {
      secretStoreRef: store,
      data: Object.entries(data).map(([secretKey, [key, property]]) => ({
        secretKey,
        remoteRef: { key, ...(property !== undefined && { property }) },
      })),
    },
  }
}

/** A SecretStore that carries its own values. */
export function fakeStore(name: string, values: Readonly<Record<string, string>>): object {
  const data = Object.entries(values).map(([key, value]) => ({ key, value }))
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name },
    spec: { provider: { fake: { data } } },
  }
}

export function configMap(metadata: Metadata, data: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
}

/** A Deployment without Pods, which there are no nodes for: it is healthy as soon as its controller has seen it. Its container has `secret` in its environment. */
export function deployment(metadata: Metadata, secret: string): object {
  const labels = { app: metadata.name }
  const containers = [{ name: 'app', image: 'app:1', envFrom: [{ secretRef: { name: secret } }] }]
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  }
}
