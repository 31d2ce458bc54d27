import type { KubeObject } from '../servers/kube-object.ts'

const PLURALS: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networkpolicies',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
}
const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
])

/** Where an object of an installation is at an API server. */
export function objectPath({ apiVersion, kind, metadata }: KubeObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`
  if (CLUSTER_WIDE.has(kind)) return `${root}/${plural}/${metadata.name}`
  if (metadata.namespace === undefined) throw new Error(`${kind} ${metadata.name} has no namespace`)
  return `${root}/namespaces/${metadata.namespace}/${plural}/${metadata.name}`
}
