import assert from 'node:assert/strict'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { type KubeEmulator, startKubeEmulator } from './start-kube-emulator.ts'

/** A cluster with one more namespace, and the token of its administrator. */
export async function startRemote(namespace = 'remote'): Promise<{ readonly kube: KubeEmulator; readonly token: string }> {
  const kube = await startKubeEmulator({ namespaces: [namespace] })
  const token = /"token":"([^"]+)"/.exec(kube.kubeconfig)?.[1]
  assert.ok(token)
  return { kube, token }
}

interface Content {
  readonly data?: Readonly<Record<string, string | Uint8Array>>
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export function putSecret(
  kube: KubeEmulator,
  name: string,
  { data = {}, labels, annotations }: Content,
  namespace = 'remote',
): void {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  const secret: KubeObject & { readonly data: unknown } = {
    metadata: { namespace, name, ...(labels && { labels }), ...(annotations && { annotations }) },
    data: Object.fromEntries(encoded),
  }
  kube.put(SECRETS, secret)
}
