import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EMPTY_PROCESS, parseMs, waitMs } from './floor.ts'
import { EXTRA_RUNS, measureInTurn } from './measure.ts'
import type { Row } from './row.ts'
import { type CountingServer, startAwsServer, startVaultServer } from './servers.ts'
import { AWS_STORE, vaultStore, workload } from './workloads.ts'

interface Backend {
  readonly batchSize: number
  start(): Promise<CountingServer>
  store(url: string): string
  environment(url: string): Readonly<Record<string, string>>
}

const BACKENDS: Readonly<Record<string, Backend>> = {
  vault: { batchSize: 1, start: startVaultServer, store: vaultStore, environment: () => ({}) },
  aws: {
    batchSize: 20,
    start: startAwsServer,
    store: () => AWS_STORE,
    environment: (url) => ({ AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIABENCH', AWS_SECRET_ACCESS_KEY: 'bench' }),
  },
}

export const SCALES = [
  { backend: 'vault', externalSecrets: 100, latencyMs: 20 },
  { backend: 'vault', externalSecrets: 1_000, latencyMs: 20 },
  { backend: 'vault', externalSecrets: 1_000, latencyMs: 0 },
  { backend: 'vault', externalSecrets: 10_000, latencyMs: 20 },
  { backend: 'aws', externalSecrets: 100, latencyMs: 20 },
  { backend: 'aws', externalSecrets: 1_000, latencyMs: 20 },
  { backend: 'aws', externalSecrets: 10_000, latencyMs: 20 },
] as const

export function scaleName({ backend, externalSecrets, latencyMs }: (typeof SCALES)[number]): string {
  return `${backend}-${externalSecrets}${latencyMs === 0 ? '-no-latency' : ''}`
}

/** `generate` over many ExternalSecrets, against its floor. */
export async function scaleRow(scale: (typeof SCALES)[number], main: string, folder: string, runs: number): Promise<Row> {
  const backend = BACKENDS[scale.backend]
  if (!backend) throw new Error(`no backend ${scale.backend}`)
  const server = await backend.start()
  server.latencyMs = scale.latencyMs
  try {
    const { manifests, keys } = workload(backend.store(server.url), scale.externalSecrets)
    const file = path.join(folder, `${scaleName(scale)}.yaml`)
    await writeFile(file, manifests)
    const program = { words: [main, 'generate', file], environment: backend.environment(server.url) }
    const [measured, empty] = await measureInTurn([program, EMPTY_PROCESS], runs)
    const floorMs = empty.wallMs + (await parseMs(file, runs)) + waitMs(keys, backend.batchSize, scale.latencyMs)
    return {
      name: scaleName(scale),
      wallMs: measured.wallMs,
      referenceMs: floorMs,
      reference: 'floor',
      calls: server.calls / (runs + EXTRA_RUNS),
      peakRssMiB: measured.peakRssMiB,
    }
  } finally {
    await server.close()
  }
}
