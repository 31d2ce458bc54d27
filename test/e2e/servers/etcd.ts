import path from 'node:path'
import { goProgram } from '../tools/go-program.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { freePort } from './free-port.ts'
import { startServer } from './server-process.ts'

/** The store of Kubernetes' API servers; each keeps what is its own under a prefix. */
export interface Etcd {
  readonly url: string
  /** Every value that is current, by key; bytes as characters (latin1). */
  entries(): Promise<ReadonlyMap<string, string>>
  /** Forgets all states before `revision`. */
  compact(revision: number): Promise<void>
  stop(): Promise<void>
}

/** Starts one that keeps its data below `folder`. */
export async function startEtcd(folder: string): Promise<Etcd> {
  const [port, peerPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const peers = `http://127.0.0.1:${peerPort}`
  const server = await startServer(await pythonEnvironment(), {
    name: 'etcd',
    program: path.join(await goProgram('etcd'), 'etcd'),
    words: [
      `--data-dir=${path.join(folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    isReady: async () => (await fetch(`${url}/health`)).ok,
  })
  return {
    url,
    entries: () => entriesOf(url),
    async compact(revision) {
      const answer = await fetch(`${url}/v3/kv/compaction`, {
        method: 'POST',
        body: JSON.stringify({ revision, physical: true }),
      })
      if (!answer.ok) throw new Error(`etcd answered ${answer.status} to a compaction`)
    },
    stop: () => server.stop(),
  }
}

interface RangeAnswer {
  readonly kvs?: readonly { readonly key: string; readonly value?: string }[]
}

/** Asks etcd's JSON gateway for all keys: a range from NUL to NUL (etcd, "Interacting with etcd through gRPC-gateway"). */
async function entriesOf(url: string): Promise<ReadonlyMap<string, string>> {
  const nul = Buffer.from([0]).toString('base64')
  const answer = await fetch(`${url}/v3/kv/range`, { method: 'POST', body: JSON.stringify({ key: nul, range_end: nul }) })
  if (!answer.ok) throw new Error(`etcd answered ${answer.status}`)
  const { kvs = [] } = (await answer.json()) as RangeAnswer
  return new Map(kvs.map(({ key, value = '' }) => [decoded(key), decoded(value)]))
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}
