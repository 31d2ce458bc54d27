import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { KubeApiServer } from '../servers/kube-api-server.ts'

/** A file by which a program logs in as a ServiceAccount for an hour, as its Pod would, with no more rights than that has. */
export async function accountKubeconfig(
  api: KubeApiServer,
  folder: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<string> {
  const { token } = (
    await api.client.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    })
  )['status'] as { token: string }
  const cluster = { server: api.url, 'certificate-authority-data': Buffer.from(api.ca).toString('base64') }
  const file = path.join(folder, `${namespace}-${name}.json`)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'itself', user: { token } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'itself', namespace } }],
  }
  await writeFile(file, JSON.stringify(config), { mode: 0o600 })
  return file
}
