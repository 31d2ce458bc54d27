import { builtOverlay, type Overlay } from '../kubernetes/kustomize-build.ts'
import type { KubeObject } from '../servers/kube-object.ts'

export interface AlertRule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** An installation with its monitoring, as kustomize makes it. */
export interface BuiltAlerts {
  readonly objects: readonly KubeObject[]
  /** `spec` of its PrometheusRule: a file of rules as Prometheus reads one. */
  readonly file: { readonly groups: readonly { readonly rules: readonly AlertRule[] }[] }
  readonly rules: readonly AlertRule[]
}

/** The sidecar is added to an Argo CD. */
const REPO_SERVER = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'argocd-repo-server', namespace: 'argocd' },
  spec: { template: { spec: { containers: [{ name: 'argocd-repo-server', image: 'argocd' }] } } },
}

const OVERLAYS = {
  sidecar: {
    components: ['sidecar', 'sidecar/monitoring'],
    namespace: 'argocd',
    files: { 'repo-server.yaml': REPO_SERVER },
  },
  applications: { resources: ['applications'], components: ['applications/rotations', 'applications/monitoring'] },
  'external-secrets': {
    resources: ['external-secrets'],
    components: ['external-secrets/rotations', 'external-secrets/monitoring'],
  },
} satisfies Readonly<Record<string, Overlay>>

export type Installation = keyof typeof OVERLAYS
export const INSTALLATIONS = Object.keys(OVERLAYS) as readonly Installation[]

export async function builtAlerts(installation: Installation): Promise<BuiltAlerts> {
  const objects = await builtOverlay(OVERLAYS[installation])
  const [rule, ...others] = objects.filter(({ kind }) => kind === 'PrometheusRule')
  if (!rule || others.length > 0) throw new Error(`${installation} has not one PrometheusRule`)
  const file = rule['spec'] as BuiltAlerts['file']
  return { objects, file, rules: file.groups.flatMap(({ rules }) => rules) }
}
