import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { REPORT_RSS } from './measure.ts'
import { STALL_PROBE } from './stall-probe.ts'

/** The built program as a daemon, with the store `vault` for every application of the project `default`. */
export interface BenchDaemon {
  /** Its own socket, for clients. */
  readonly socket: string
  /** The plugin's, for repo-server. */
  readonly pluginSocket: string
  /** The longest stall of its event loop since this was asked last, in milliseconds. */
  longestStallMs(): Promise<number>
  /** Ends it; gives the peak of its memory in MiB. */
  stop(): Promise<number>
}

export interface BenchDaemonStart {
  /** `dist/main.js` */
  readonly main: string
  /** For what is its own; made where there is none. */
  readonly folder: string
  /** Of Vault's API. */
  readonly vault: string
  /** repo-server's folder of plugins. */
  readonly plugins: string
  readonly environment?: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
  /** Measures its event loop, which costs it some time. */
  readonly probe?: 'stalls'
}

export async function startBenchDaemon(start: BenchDaemonStart): Promise<BenchDaemon> {
  const { main, folder, plugins } = start
  const [policy, credentials, socket] = ['policy', 'credentials', 'socket/daemon.sock'].map((name) => path.join(folder, name))
  if (!policy || !credentials || !socket) throw new Error('three names make three paths')
  await mkdir(policy, { recursive: true })
  await writeFile(path.join(policy, 'policy.yaml'), JSON.stringify(policyOf(start.vault)))
  await mkdir(path.join(credentials, 'argocd/vault'), { recursive: true })
  await writeFile(path.join(credentials, 'argocd/vault/token'), 'bench-token')
  const flags = [
    '--policy',
    policy,
    '--credentials',
    credentials,
    '--socket',
    socket,
    '--listen',
    '',
    '--cmp-socket',
    plugins,
    ...(start.flags ?? []),
  ]
  const imports = ['--import', REPORT_RSS, ...(start.probe ? ['--import', STALL_PROBE] : [])]
  const child = spawn(process.execPath, [...imports, main, 'daemon', ...flags], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...start.environment },
    stdio: ['ignore', 'inherit', 'pipe', 'pipe', ...(start.probe ? (['ipc'] as const) : [])],
  })
  const closed = once(child, 'close')
  let rss = ''
  child.stdio[3]?.on('data', (bytes: Buffer) => (rss += bytes.toString()))
  await ready(child)
  return {
    socket,
    pluginSocket: path.join(plugins, 'argocd-external-secrets.sock'),
    async longestStallMs() {
      child.send('longest?')
      const [longest] = (await once(child, 'message')) as [number]
      return longest
    },
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      await closed
      return Number(rss) / 1024
    },
  }
}

/** Throws with what it logged when it ends instead. */
async function ready(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let log = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    log = `${log}${bytes.toString()}`.slice(-4_000)
    if (log.includes('"message":"ready"')) resolve()
  })
  child.once('exit', () => reject(new Error(`the daemon ended: ${log}`)))
  await promise
}

function policyOf(server: string): object {
  const tokenSecretRef = { name: 'vault', namespace: 'argocd', key: 'token' }
  const provider = { vault: { server, path: 'secret', version: 'v2', auth: { tokenSecretRef } } }
  return {
    apiVersion: 'argocd-external-secrets.io/v1',
    kind: 'TenancyPolicy',
    metadata: { name: 'bench' },
    stores: [{ kind: 'ClusterSecretStore', metadata: { name: 'vault' }, spec: { provider } }],
    rules: [
      { name: 'bench', projects: ['default'], namespaces: ['**'], stores: [{ administrator: 'vault', keys: ['secret/**'] }] },
    ],
  }
}
