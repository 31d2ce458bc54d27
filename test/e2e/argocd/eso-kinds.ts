import type { KubeClient } from '../servers/kube-client.ts'
import { createKind } from './argo-settings.ts'

const GROUP = 'external-secrets.io'

/** ExternalSecret and SecretStore as kinds that take everything: what a cluster with External Secrets Operator has, without the operator. */
export async function createEsoKinds(client: KubeClient): Promise<void> {
  for (const [kind, plural] of [
    ['ExternalSecret', 'externalsecrets'],
    ['SecretStore', 'secretstores'],
  ] as const) {
    await createKind(client, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${GROUP}` },
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: ['v1', 'v1beta1'].map((name) => ({
          name,
          served: true,
          storage: name === 'v1',
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        })),
      },
    })
  }
}
