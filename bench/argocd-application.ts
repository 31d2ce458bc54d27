/** Objects and keys of one application of the bench; each object has two references to its key. */
export const OBJECTS = 10

const PROPERTIES = ['username', 'password'] as const

/** Ten ExternalSecrets of the administrator's store `vault`; all applications read the same ten keys. */
export function wantedSecrets(application: string): string {
  const data = (index: number): string =>
    PROPERTIES.map((name) => `    - secretKey: ${name}\n      remoteRef: {key: bench/key-${index}, property: ${name}}\n`).join('')
  return documents(
    (index) => `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${application}-${index}}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  data:
${data(index)}`,
  )
}

/** What a plugin that only copies is given: the Secrets as they come out. */
export function readySecrets(application: string): string {
  return secrets(application, (name) => `bench-${name}`)
}

/** The same for argocd-vault-plugin, in its own language: `<path:…#key>`. */
export function placeholderSecrets(application: string): string {
  return secrets(application, (name, index) => `<path:secret/data/bench/key-${index}#${name}>`)
}

function secrets(application: string, value: (name: string, index: number) => string): string {
  const data = (index: number): string => PROPERTIES.map((name) => `  ${name}: ${value(name, index)}\n`).join('')
  return documents(
    (index) => `apiVersion: v1
kind: Secret
metadata: {name: ${application}-${index}}
type: Opaque
stringData:
${data(index)}`,
  )
}

function documents(document: (index: number) => string): string {
  return Array.from({ length: OBJECTS }, (_, index) => document(index)).join('---\n')
}
