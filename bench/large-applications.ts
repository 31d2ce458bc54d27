import { wantedSecrets } from './argocd-application.ts'
import { foreignStream } from './workloads.ts'

/** Manifests that are large in one way or another, by name. */
export function largeApplications(): ReadonlyMap<string, string> {
  const secrets = (count: number): string =>
    Array.from({ length: count / 10 }, (_, index) => wantedSecrets(`s${index}`)).join('---\n')
  return new Map([
    ['10000-documents', `${wantedSecrets('shop')}---\n${foreignStream(3_300_000)}`],
    ['5000-secrets', secrets(5_000)],
    ['list-of-2000', listOf(secrets(2_000))],
    ['one-secret-of-10000-keys', oneSecret(10_000)],
    ['crd-600-kb', `${wantedSecrets('shop')}---\n${definition(600_000)}`],
    ['config-map-600-kb', `${wantedSecrets('shop')}---\n${configMap(600_000)}`],
  ])
}

/** The documents as items of one List. */
function listOf(documents: string): string {
  const items = documents.split(/^---\n/m).map((document) => `  - ${document.trimEnd().replaceAll('\n', '\n    ')}\n`)
  return `apiVersion: v1\nkind: List\nitems:\n${items.join('')}`
}

/** One ExternalSecret of as many references. */
function oneSecret(references: number): string {
  const [head = ''] = wantedSecrets('large').split('    - secretKey', 1)
  const data = Array.from(
    { length: references },
    (_, index) => `    - secretKey: key-${index}\n      remoteRef: {key: bench/key-${index % 100}, property: password}\n`,
  )
  return head + data.join('')
}

/** Many small values. */
function definition(bytes: number): string {
  const property = (index: number): string => `          field${index}:
            description: What field ${index} is for, in some words.
            type: string
            enum: [a, b, c]
`
  const properties = Array.from({ length: Math.ceil(bytes / property(1_000).length) }, (_, index) => property(index))
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
${properties.join('')}`
}

/** One large value. */
function configMap(bytes: number): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dashboard}\ndata:\n  text: |\n${'    some words on a line\n'.repeat(Math.ceil(bytes / 25))}`
}
