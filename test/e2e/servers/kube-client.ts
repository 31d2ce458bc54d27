import https from 'node:https'
import { text } from 'node:stream/consumers'
import type { KubeObject } from './kube-object.ts'

/** Asks a Kubernetes API server as its administrator. */
export interface KubeClient {
  /** Gives the answer's JSON. Throws on every status of 400 or more, with what the server says. */
  call(method: string, apiPath: string, body?: object): Promise<KubeObject>
  /** A server-side apply of the whole object, as `manager`; without force, so a field of somebody else's is a 409. */
  apply(apiPath: string, object: object, manager: string): Promise<KubeObject>
  /** The object, or undefined when there is none. */
  find(apiPath: string): Promise<KubeObject | undefined>
  /** Whether the server says that it has started altogether: its roles come after its first answers. */
  isReady(): Promise<boolean>
  close(): void
}

export function kubeClient(url: string, { ca, token }: { readonly ca: string; readonly token: string }): KubeClient {
  const agent = new https.Agent({ keepAlive: true, ca })
  const ask = async (
    method: string,
    apiPath: string,
    body?: object,
    type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
  ): Promise<{ status: number; body: string }> => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': type }
    return await new Promise((resolve, reject) => {
      const sent = https.request(`${url}${apiPath}`, { method, agent, headers }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
      })
      sent.on('error', reject)
      sent.end(body && JSON.stringify(body))
    })
  }
  const call = async (method: string, apiPath: string, body?: object, type?: string): Promise<KubeObject> => {
    const answer = await ask(method, apiPath, body, type)
    if (answer.status >= 400) throw new Error(`Kubernetes answered ${answer.status} to ${method} ${apiPath}: ${answer.body}`)
    return JSON.parse(answer.body) as KubeObject
  }
  return {
    call: (method, apiPath, body) => call(method, apiPath, body),
    apply: (apiPath, object, manager) =>
      call('PATCH', `${apiPath}?fieldManager=${manager}&fieldValidation=Strict`, object, 'application/apply-patch+yaml'),
    async find(apiPath) {
      const answer = await ask('GET', apiPath)
      if (answer.status === 404) return undefined
      if (answer.status >= 400) throw new Error(`Kubernetes answered ${answer.status} to GET ${apiPath}: ${answer.body}`)
      return JSON.parse(answer.body) as KubeObject
    },
    isReady: async () => (await ask('GET', '/readyz')).status === 200,
    close: () => agent.destroy(),
  }
}
