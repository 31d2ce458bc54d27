import type { KubeApiServer } from '../servers/kube-api-server.ts'

/** The decoded keys of a Secret; undefined when there is none. */
export async function liveSecret(
  { client }: KubeApiServer,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const found = await client.find(`/api/v1/namespaces/${namespace}/secrets/${name}`)
  if (found === undefined) return undefined
  const data = (found['data'] ?? {}) as Readonly<Record<string, string>>
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
}
