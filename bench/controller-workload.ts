import type { KubeObject } from '../test/e2e/servers/kube-object.ts'

/** What the controller is given. */
export interface ControllerScale {
  readonly objects: number
  readonly keys: number
}

/** Requests at once of whatever the bench itself asks for. */
export const AT_ONCE = 20
/** Where the controller lives. */
export const CONTROLLER_NAMESPACE = 'external-secrets'
/** Where new objects come. */
export const NEW_NAMESPACE = 'new'
export const NAMESPACES = Array.from({ length: 10 }, (_, index) => `shop-${index}`)
export const FLOORS = ['floor-before', 'floor-after'] as const
export type Floor = (typeof FLOORS)[number]

export function floorNamespaces(): readonly string[] {
  return FLOORS
}

export function keyName(index: number): string {
  return `bench/key-${index}`
}

/** An ExternalSecret with two references to two keys, one of many. */
export function externalSecret(index: number, namespace: string, keys: number, refreshInterval: string): KubeObject {
  const ref = (key: number, property: string): object => ({
    secretKey: property,
    remoteRef: { key: keyName(key % keys), property },
  })
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: `app-${index}`, namespace, labels: { app: `app-${index}` } },
    spec: {
      refreshInterval,
      secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
      data: [ref(index, 'username'), ref(index + 1, 'password')],
    },
  }
}

export function namespaceOf(index: number): string {
  return NAMESPACES[index % NAMESPACES.length] ?? ''
}

export function externalSecretsIn(namespace: string): string {
  return `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets`
}

export function secretsIn(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/secrets`
}
