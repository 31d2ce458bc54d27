import type { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js'
import type { Clock } from '../model/clock.ts'
import { SecretError } from '../model/secret-error.ts'
import type { KubeCredential, KubeCredentials } from './kube-credentials.ts'

type ExecUser = Parameters<ExecAuth['applyAuthentication']>[0]

export interface ExecPlugin {
  readonly apiVersion?: string
  readonly command: string
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
}

/** How long a program may take, in milliseconds: it may ask its cloud, and nobody is there to ask. */
const ANSWER_MS = 30_000

/**
 * Credentials of a program that the kubeconfig names (`aws eks get-token`); client-node runs it and keeps its answer until that expires.
 * A program of version v1 is told how it is called (client-go credential plugins, KUBERNETES_EXEC_INFO).
 */
export function execCredentials(user: string, plugin: ExecPlugin, clock: Pick<Clock, 'sleep'>): KubeCredentials {
  const version = plugin.apiVersion ?? 'client.authentication.k8s.io/v1'
  const info = JSON.stringify({ apiVersion: version, kind: 'ExecCredential', spec: { interactive: false } })
  const exec = { ...plugin, env: [...(plugin.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: info }] }
  let runner: Promise<ExecAuth> | undefined
  let last: KubeCredential | undefined
  let asking: Promise<KubeCredential> | undefined

  async function ask(): Promise<KubeCredential> {
    runner ??= execRunner()
    const now = await inTime(run(await runner, { name: user, exec }, plugin.command), plugin.command, clock)
    if (!last || JSON.stringify(last) !== JSON.stringify(now)) last = now
    return last
  }

  return {
    /** Of many requests at once one runs the program; one that hangs is left to itself, and the next request runs another. */
    current() {
      asking ??= ask().finally(() => {
        asking = undefined
      })
      return asking
    },
    renew(refused) {
      if (refused === last) runner = undefined
    },
  }
}

async function execRunner(): Promise<ExecAuth> {
  const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js')
  return new ExecAuth()
}

async function inTime(answer: Promise<KubeCredential>, command: string, clock: Pick<Clock, 'sleep'>): Promise<KubeCredential> {
  const answered = new AbortController()
  const late = clock.sleep(ANSWER_MS, answered.signal).then(() => {
    throw new SecretError('Timeout', `${command}, which the kubeconfig names for credentials, gave none within ${ANSWER_MS} ms`, {
      remedy: `run ${command} as the kubeconfig says and see what it waits for`,
    })
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    answered.abort()
  }
}

/** What the program wrote to stderr, or the answer that is no JSON, stays out of the error: it may hold the credential. */
async function run(runner: ExecAuth, user: ExecUser, command: string): Promise<KubeCredential> {
  const options: { headers: Record<string, string>; cert?: string; key?: string } = { headers: {} }
  try {
    await runner.applyAuthentication(user, options)
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : ''
    throw new SecretError('AccessDenied', `${command}, which the kubeconfig names for credentials, failed${code}`, {
      remedy: `run ${command} as the kubeconfig says and see what it answers`,
    })
  }
  const { headers, cert, key } = options
  return { headers, ...(cert !== undefined && key !== undefined && { clientCertificate: { cert, key } }) }
}
