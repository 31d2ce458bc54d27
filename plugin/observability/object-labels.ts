import { escapedLabel } from './escaped-label.ts'

/** The labels that Kubernetes recommends (Kubernetes, "Recommended Labels"), in ESO's order; other labels would be names without end. */
const RECOMMENDED = ['name', 'instance', 'version', 'component', 'part-of', 'managed-by']

/**
 * Labels of an object as labels of its series, with a comma before each: `app.kubernetes.io/part-of` is `app_kubernetes_io_part_of`, and empty
 * where the object has none (external-secrets.md 4.16).
 */
export function objectLabels(labels: Readonly<Record<string, string>> = {}): string {
  return RECOMMENDED.map((name) => {
    const value = labels[`app.kubernetes.io/${name}`] ?? ''
    return `,app_kubernetes_io_${name.replaceAll('-', '_')}="${escapedLabel(value)}"`
  }).join('')
}
