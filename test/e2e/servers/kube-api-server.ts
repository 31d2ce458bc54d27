import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { goProgram } from '../tools/go-program.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import type { Etcd } from './etcd.ts'
import { freePort } from './free-port.ts'
import { type KubeClient, kubeClient } from './kube-client.ts'
import { type ServerCommand, type ServerProcess, startServer } from './server-process.ts'

/** A Kubernetes API server without nodes: objects are kept, Pods stay Pending. */
export interface KubeApiServer {
  readonly url: string
  /** PEM of its certificate's authority. */
  readonly ca: string
  /** The administrator's. */
  readonly token: string
  /** The file by which others are its administrators. */
  readonly kubeconfig: string
  /** PEM of the key that signs the tokens of service accounts. */
  readonly serviceAccountKey: string
  readonly client: KubeClient
  /** Every finished request so far, oldest first. */
  audit(): Promise<readonly AuditEvent[]>
  signal: ServerProcess['signal']
  /** Kills it, runs `meanwhile`, and starts it anew at the same address. */
  restart(meanwhile?: () => Promise<void>): Promise<void>
  stop(): Promise<void>
}

/** What the tests read of an event (Kubernetes, audit.k8s.io/v1), at level Metadata. */
export interface AuditEvent {
  readonly verb: string
  readonly user?: { readonly username: string }
  readonly userAgent?: string
  readonly requestURI: string
  readonly requestReceivedTimestamp: string
  readonly objectRef?: {
    readonly apiGroup?: string
    readonly resource: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code: number }
}

/** It must be in block style: what starts with a brace is read as JSON. */
const AUDIT_POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n  - level: Metadata\n'

/** Starts one over `etcd`, its objects below `prefix`, its files below `parent`; `more` are words of its command line. Its certificate is its own doing. */
export async function startKubeApiServer(
  etcd: Etcd,
  prefix: string,
  parent: string,
  more: readonly string[] = [],
): Promise<KubeApiServer> {
  const folder = path.join(parent, prefix)
  const [port, token] = [await freePort(), randomBytes(16).toString('hex')]
  const url = `https://127.0.0.1:${port}`
  const files = await writeFiles(folder, token)
  const authority = (): Promise<string> => readFile(path.join(folder, 'certificates/apiserver.crt'), 'utf8')
  const command: ServerCommand = {
    name: 'kube-apiserver',
    program: path.join(await goProgram('kube-apiserver'), 'kube-apiserver'),
    words: [
      `--etcd-servers=${etcd.url}`,
      `--etcd-prefix=/${prefix}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      '--endpoint-reconciler-type=none',
      `--cert-dir=${path.join(folder, 'certificates')}`,
      `--token-auth-file=${files.tokens}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      `--service-account-issuer=${url}`,
      `--service-account-key-file=${files.publicKey}`,
      `--service-account-signing-key-file=${files.privateKey}`,
      `--audit-policy-file=${files.auditPolicy}`,
      `--audit-log-path=${files.audit}`,
      // In megabytes; at a hundred, its default, it begins a new file, and what was before is not found.
      '--audit-log-maxsize=2000',
      '--profiling=false',
      ...more,
    ],
    isReady: async () => {
      const probe = kubeClient(url, { ca: await authority(), token })
      try {
        return (await probe.isReady()) && (await probe.find('/api/v1/namespaces/default')) !== undefined
      } finally {
        probe.close()
      }
    },
  }
  let server = await startServer(await pythonEnvironment(), command)
  const ca = await authority()
  const kubeconfig = path.join(folder, 'kubeconfig.json')
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(url, ca, token)), { mode: 0o600 })
  const client = kubeClient(url, { ca, token })
  return {
    url,
    ca,
    token,
    kubeconfig,
    serviceAccountKey: files.privateKey,
    client,
    audit: async () => eventsOf(await readFile(files.audit, 'utf8')),
    signal: (name) => server.signal(name),
    async restart(meanwhile) {
      server.signal('SIGKILL')
      await server.stop()
      await meanwhile?.()
      server = await startServer(await pythonEnvironment(), command)
    },
    async stop() {
      client.close()
      await server.stop()
    },
  }
}

interface ServerFiles {
  readonly tokens: string
  readonly publicKey: string
  readonly privateKey: string
  readonly auditPolicy: string
  readonly audit: string
}

async function writeFiles(folder: string, token: string): Promise<ServerFiles> {
  const inFolder = (name: string): string => path.join(folder, name)
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  await mkdir(folder, { recursive: true })
  await writeFile(inFolder('tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 })
  await writeFile(inFolder('sa.pub'), publicKey)
  await writeFile(inFolder('sa.key'), privateKey, { mode: 0o600 })
  await writeFile(inFolder('audit.yaml'), AUDIT_POLICY)
  return {
    tokens: inFolder('tokens.csv'),
    publicKey: inFolder('sa.pub'),
    privateKey: inFolder('sa.key'),
    auditPolicy: inFolder('audit.yaml'),
    audit: inFolder('audit.json'),
  }
}

function kubeconfigOf(server: string, ca: string, token: string): object {
  const authority = Buffer.from(ca).toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'here', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'admin', namespace: 'argocd' } }],
  }
}

/** The last line may be half written. */
function eventsOf(log: string): readonly AuditEvent[] {
  const lines = log.slice(0, log.lastIndexOf('\n') + 1).split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEvent)
}
