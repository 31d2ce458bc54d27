import type { World } from './world.ts'

export interface ArgoAsking {
  readonly token?: string
  readonly body?: object
}

/** Asks argocd-server's HTTP API; gives the answer's text. Throws on every status that is no success. */
export async function askArgo(world: World, method: string, apiPath: string, { token, body }: ArgoAsking): Promise<string> {
  const headers = { 'Content-Type': 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) }
  const answer = await fetch(`${world.apiUrl}${apiPath}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`argocd-server answered ${answer.status} to ${method} ${apiPath}: ${text}`)
  return text
}

/** Logs in as the administrator, by the password that argocd-server made. */
export async function adminToken(world: World): Promise<string> {
  const { data } = await world.home.client.call('GET', '/api/v1/namespaces/argocd/secrets/argocd-initial-admin-secret')
  const password = Buffer.from((data as { readonly password: string }).password, 'base64').toString()
  return tokenOf(await askArgo(world, 'POST', '/api/v1/session', { body: { username: 'admin', password } }))
}

/** A new token of an account that may have keys. */
export async function accountToken(world: World, account: string): Promise<string> {
  const asking = { token: await adminToken(world), body: { name: account } }
  return tokenOf(await askArgo(world, 'POST', `/api/v1/account/${account}/token`, asking))
}

function tokenOf(answer: string): string {
  return (JSON.parse(answer) as { readonly token: string }).token
}
