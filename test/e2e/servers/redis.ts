import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { freePort } from './free-port.ts'
import { startServer } from './server-process.ts'

/** Argo CD's cache. */
export interface Redis {
  readonly address: string
  /** Every text that it holds, unpacked, by key. */
  entries(): Promise<ReadonlyMap<string, string>>
  stop(): Promise<void>
}

const run = promisify(execFile)

/** Debian's `redis-server`, nothing written to disk. */
export async function startRedis(): Promise<Redis> {
  const port = String(await freePort())
  const ask = async (...words: readonly string[]): Promise<Buffer> =>
    (await run('redis-cli', ['-h', '127.0.0.1', '-p', port, ...words], { encoding: 'buffer', maxBuffer: 1 << 28 })).stdout
  const server = await startServer(await pythonEnvironment(), {
    name: 'redis',
    program: 'redis-server',
    words: ['--bind', '127.0.0.1', '--port', port, '--save', '', '--appendonly', 'no'],
    isReady: async () => (await ask('PING')).toString().startsWith('PONG'),
  })
  return {
    address: `127.0.0.1:${port}`,
    async entries() {
      const found = new Map<string, string>()
      for (const key of (await ask('--raw', 'KEYS', '*')).toString().split('\n')) {
        if (key === '' || (await ask('TYPE', key)).toString().trim() !== 'string') continue
        found.set(key, unpacked(await ask('--raw', 'GET', key)))
      }
      return found
    },
    stop: () => server.stop(),
  }
}

/** redis-cli ends what it prints with a line feed, which must not be behind what gzip packed. */
function unpacked(printed: Buffer): string {
  const value = printed.subarray(0, -1)
  return value[0] === 0x1f && value[1] === 0x8b ? gunzipSync(value).toString() : value.toString()
}
