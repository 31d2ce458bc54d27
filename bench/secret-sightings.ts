import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import type { KubeApiServer } from '../test/e2e/servers/kube-api-server.ts'
import type { KubeObject } from '../test/e2e/servers/kube-object.ts'

/** When the Secrets of a namespace were written last, as a watch tells. */
export interface SecretSightings {
  /** By name, in milliseconds of `performance.now()`. */
  readonly at: ReadonlyMap<string, number>
  close(): void
}

/** @param namespace undefined for all */
export async function secretSightings(
  { url, ca, token }: KubeApiServer,
  namespace: string | undefined,
  labelSelector = '',
): Promise<SecretSightings> {
  const at = new Map<string, number>()
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`
  const request = https.request(`${url}/api/v1${within}/secrets?watch=true&labelSelector=${encodeURIComponent(labelSelector)}`, {
    agent: false,
    ca,
    headers: { Authorization: `Bearer ${token}` },
  })
  request.on('error', () => {}).end()
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  let rest = ''
  answer.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { object } = JSON.parse(line) as { readonly object: KubeObject }
      at.set(`${object.metadata.namespace}/${object.metadata.name}`, performance.now())
    }
  })
  answer.on('error', () => {})
  return { at, close: () => request.destroy() }
}
