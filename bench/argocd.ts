import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { decodeExpandAnswer, encodeExpandRequest } from '../plugin/argocd/wire/expand-exchange.ts'
import { unixExchange } from '../plugin/client/unix-exchange.ts'
import { OBJECTS, wantedSecrets } from './argocd-application.ts'
import { type BenchDaemon, startBenchDaemon } from './bench-daemon.ts'
import { largeApplications } from './large-applications.ts'
import { measureInTurn } from './measure.ts'
import type { Row } from './row.ts'
import { type CountingServer, startVaultServer } from './servers.ts'

const RENDERS = 1_000
const APPLICATIONS = 500
const SHARED_KEYS = 300
const LATENCY_MS = 20
/** Renders of the forked client in one measurement of throughput. */
const FORKS = 100
const AT_ONCE = 4
const TIMEOUT_MS = 50_000
/** However long the bench takes. */
const WARM = ['--cache-ttl', '600000']

interface Setting {
  readonly daemon: BenchDaemon
  readonly server: CountingServer
  readonly client: string
  readonly folder: string
}

/** One warm `generate` of ten ExternalSecrets by the forked client, against a Node that does nothing. */
export function forkedRow(main: string, folder: string, runs: number): Promise<Row> {
  return withDaemon(main, folder, 'forked', WARM, async ({ client, daemon, folder: own }) => {
    const application = await applicationFolder(own, 'shop')
    const ours = { words: [client, 'generate', application], environment: environmentOf(daemon, 'shop') }
    await render(daemon, 'shop', wantedSecrets('shop'))
    const [measured, reference] = await measureInTurn([ours, { words: ['-e', '0'] }], runs * 4)
    return {
      name: 'argocd-forked',
      wallMs: measured.wallMs,
      referenceMs: reference.wallMs,
      reference: 'node -e 0',
      peakRssMiB: measured.peakRssMiB,
    }
  })
}

/** Wall time a render of many forked clients, a few at once, against as many Nodes that do nothing. */
export function forkedThroughputRow(main: string, folder: string): Promise<Row> {
  return withDaemon(main, folder, 'throughput', WARM, async ({ client, daemon, folder: own }) => {
    const application = await applicationFolder(own, 'shop')
    await render(daemon, 'shop', wantedSecrets('shop'))
    const words = [client, 'generate', application]
    const wallMs = await timed(() => atOnce(FORKS, AT_ONCE, () => forked(words, environmentOf(daemon, 'shop'))))
    const referenceMs = await timed(() => atOnce(FORKS, AT_ONCE, () => forked(['-e', '0'], {})))
    return {
      name: 'argocd-forked-throughput',
      wallMs: wallMs / FORKS,
      referenceMs: referenceMs / FORKS,
      reference: `node -e 0, ${AT_ONCE} at once`,
      peakRssMiB: await daemon.stop(),
    }
  })
}

/** A thousand renders of one application at once: the calls of one. */
export function burstRow(main: string, folder: string): Promise<Row> {
  return withDaemon(main, folder, 'burst', WARM, async ({ daemon, server }) => {
    const application = wantedSecrets('shop')
    await render(daemon, 'warm-up', 'kind: Pod\napiVersion: v1\nmetadata: {name: x}\n')
    const first = server.calls
    const wallMs = await timed(() => Promise.all(Array.from({ length: RENDERS }, () => render(daemon, 'shop', application))))
    const calls = server.calls - first
    if (calls !== OBJECTS) throw new Error(`${RENDERS} renders made ${calls} calls instead of ${OBJECTS}`)
    return {
      name: 'argocd-burst',
      wallMs: wallMs / RENDERS,
      // 150 renders a second.
      referenceMs: 1_000 / 150,
      reference: 'the bar: 150 renders a second',
      calls,
      peakRssMiB: await daemon.stop(),
    }
  })
}

/** Many applications at once over shared keys of a slow store: each key once. */
export function fleetRow(main: string, folder: string): Promise<Row> {
  return withDaemon(main, folder, 'fleet', ['--cache-ttl', '10000'], async ({ daemon, server }) => {
    const first = server.calls
    const wallMs = await timed(() =>
      Promise.all(Array.from({ length: APPLICATIONS }, (_, index) => render(daemon, `app-${index}`, fleetApplication(index)))),
    )
    return {
      name: 'argocd-fleet',
      wallMs,
      referenceMs: LATENCY_MS,
      reference: `one call; the least number of calls is ${SHARED_KEYS}`,
      calls: server.calls - first,
      peakRssMiB: await daemon.stop(),
    }
  })
}

/** The longest stall of the daemon's event loop in renders of what is large in one way or another, first and once more; the best of three daemons. */
export async function stallRows(main: string, folder: string): Promise<readonly Row[]> {
  const longest = new Map<string, number>()
  for (let time = 0; time < 3; time++) {
    await withDaemon(
      main,
      folder,
      `stalls-${time}`,
      WARM,
      async ({ daemon }) => {
        await render(daemon, 'warm-up', wantedSecrets('warm-up'))
        for (const [name, manifests] of largeApplications()) {
          for (const again of ['cold', 'warm']) {
            await daemon.longestStallMs()
            await render(daemon, name, manifests)
            const id = `argocd-stall-${name}-${again}`
            longest.set(id, Math.min(longest.get(id) ?? Number.POSITIVE_INFINITY, await daemon.longestStallMs()))
          }
        }
      },
      'stalls',
    )
  }
  return Array.from(longest, ([name, wallMs]) => ({
    name,
    wallMs,
    referenceMs: 50,
    reference: "the bar: 50 ms of the thread's own time without a round of the event loop",
  }))
}

async function withDaemon<Measured>(
  main: string,
  folder: string,
  name: string,
  flags: readonly string[],
  measure: (setting: Setting) => Promise<Measured>,
  probe?: 'stalls',
): Promise<Measured> {
  const server = await startVaultServer()
  server.latencyMs = LATENCY_MS
  const own = path.join(folder, name)
  await mkdir(path.join(own, 'plugins'), { recursive: true })
  const plugins = path.join(own, 'plugins')
  const daemon = await startBenchDaemon({ main, folder: own, vault: server.url, plugins, flags, ...(probe && { probe }) })
  try {
    return await measure({ daemon, server, client: path.join(path.dirname(main), 'client.js'), folder: own })
  } finally {
    await daemon.stop()
    await server.close()
  }
}

function environmentOf({ socket }: BenchDaemon, application: string): Readonly<Record<string, string>> {
  return { ...requestOf(application), ARGOCD_EXTERNAL_SECRETS_SOCKET: socket }
}

function requestOf(application: string): Readonly<Record<string, string>> {
  return {
    ARGOCD_APP_NAME: application,
    ARGOCD_APP_NAMESPACE: 'bench',
    ARGOCD_APP_PROJECT_NAME: 'default',
    ARGOCD_APP_REVISION: 'f00f',
    KUBE_VERSION: '1.36.3',
  }
}

async function applicationFolder(folder: string, application: string): Promise<string> {
  const directory = path.join(folder, application)
  await mkdir(directory, { recursive: true })
  await writeFile(path.join(directory, 'app.yaml'), wantedSecrets(application))
  return directory
}

/** As the client asks, without a process. Throws when there is no output. */
async function render({ socket }: BenchDaemon, application: string, manifests: string): Promise<void> {
  const files = [{ name: 'app.yaml', bytes: Buffer.from(manifests) }]
  const environment = new Map(Object.entries(requestOf(application)))
  const body = encodeExpandRequest({ command: 'generate', environment, files, timeoutMs: TIMEOUT_MS })
  const { exitCode, report } = decodeExpandAnswer((await unixExchange(socket, body, TIMEOUT_MS)).body)
  if (exitCode !== 0) throw new Error(report)
}

function fleetApplication(application: number): string {
  const documents = Array.from({ length: OBJECTS }, (_, index) => {
    const key = (application * OBJECTS + index) % SHARED_KEYS
    return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app-${application}-${index}}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  data:
    - secretKey: username
      remoteRef: {key: bench/key-${key}, property: username}
    - secretKey: password
      remoteRef: {key: bench/key-${key}, property: password}
`
  })
  return documents.join('---\n')
}

async function forked(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${exitCode}`)
}

async function atOnce(count: number, most: number, run: () => Promise<void>): Promise<void> {
  let begun = 0
  const lane = async (): Promise<void> => {
    while (begun++ < count) await run()
  }
  await Promise.all(Array.from({ length: most }, lane))
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}
