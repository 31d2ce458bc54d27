import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server on which large requests can be held up half-way, and let go later. */
export interface HeldRelay {
  /** host:port */
  readonly address: string
  /** From now on no more than so many bytes of a request arrive. */
  holdAfter(bytes: number): void
  /** Whether the rest of a request waits. */
  readonly isHolding: boolean
  /** What waits arrives, and all that comes from now on. */
  release(): void
  stop(): Promise<void>
}

interface Way {
  readonly callee: Socket
  /** Since the last answer. */
  sent: number
  waiting: Buffer[]
}

/** Leads to `target` (host:port). */
export async function startHeldRelay(target: string): Promise<HeldRelay> {
  const [host, port] = target.split(':')
  const [open, ways] = [new Set<Socket>(), new Set<Way>()]
  let most = Number.POSITIVE_INFINITY
  const keep = (socket: Socket): Socket => {
    open.add(socket)
    return socket.on('close', () => open.delete(socket)).on('error', () => {})
  }
  const server = createServer((caller) => {
    const way: Way = { callee: keep(connect(Number(port), host)), sent: 0, waiting: [] }
    ways.add(way)
    keep(caller).on('data', (bytes) => {
      const passed = Math.max(0, Math.min(bytes.length, most - way.sent))
      way.sent += bytes.length
      if (passed > 0) way.callee.write(bytes.subarray(0, passed))
      if (passed < bytes.length) way.waiting.push(bytes.subarray(passed))
    })
    caller.on('close', () => way.callee.destroy())
    way.callee.on('data', (bytes) => {
      way.sent = 0
      caller.write(bytes)
    })
    way.callee.on('close', () => {
      ways.delete(way)
      caller.destroy()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    holdAfter(bytes) {
      most = bytes
    },
    get isHolding() {
      return [...ways].some(({ waiting }) => waiting.length > 0)
    },
    release() {
      most = Number.POSITIVE_INFINITY
      for (const way of ways) {
        for (const bytes of way.waiting) way.callee.write(bytes)
        way.waiting = []
      }
    },
    async stop() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
