/** A stream of ExternalSecrets for one store. */
export interface Workload {
  readonly manifests: string
  readonly externalSecrets: number
  readonly keys: number
}

/** N ExternalSecrets over N/5 keys with two references each, to the two properties of one key. */
export function workload(store: string, externalSecrets: number): Workload {
  const keys = Math.max(1, externalSecrets / 5)
  const documents = Array.from({ length: externalSecrets }, (_, index) => externalSecret(index, `app/key-${index % keys}`))
  return { manifests: [store, ...documents].join('---\n'), externalSecrets, keys }
}

export function vaultStore(server: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: vault-token
  namespace: bench
stringData:
  token: bench-token
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: store
  namespace: bench
spec:
  provider:
    vault:
      server: ${server}
      path: secret
      auth:
        tokenSecretRef: {name: vault-token, key: token}
`
}

export const AWS_STORE = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: store
  namespace: bench
spec:
  provider:
    aws:
      service: SecretsManager
      region: us-east-1
`

function externalSecret(index: number, key: string): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: app-${index}
  namespace: bench
  labels:
    app.kubernetes.io/name: app-${index}
spec:
  refreshInterval: 1h
  secretStoreRef:
    name: store
    kind: SecretStore
  target:
    name: app-${index}
    creationPolicy: Owner
  data:
    - secretKey: username
      remoteRef:
        key: ${key}
        property: username
    - secretKey: password
      remoteRef:
        key: ${key}
        property: password
`
}

/** About `bytes` of Deployments and ConfigMaps, none of ours among them. */
export function foreignStream(bytes: number): string {
  const document = (index: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${index}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: app
          image: registry.example.com/app:${index}
          args: ["--listen", ":8080"]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: app-${index}
data:
  settings.yaml: |
    first: 1
    --- # not a document
    second: ${'x'.repeat(200)}
`
  const one = document(0).length + 4
  return Array.from({ length: Math.ceil(bytes / one) }, (_, index) => document(index)).join('---\n')
}
