import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Impediment, Passage } from './passage.ts'

/** An address of its own in front of servers: what makes them two behind one name, takes them away, or makes the way to them a bad one. */
export interface TcpRelay {
  /** host:port */
  readonly address: string
  /** Where new connections go, in turn; with none they are refused at once. Those that are open are cut. */
  lead(to: readonly string[]): void
  /** How answers come from now on: without a word as they are. */
  impede(impediment?: Impediment): void
  /** What is open stays open, and no answer comes through it any more. */
  freeze(): void
  stop(): Promise<void>
}

const FROZEN: Impediment = { bytesPerSecond: 0 }

/** Leads to `targets` (host:port). */
export async function startTcpRelay(targets: readonly string[]): Promise<TcpRelay> {
  let [current, turn] = [targets, 0]
  let impediment: Impediment = {}
  const open = new Set<Socket>()
  const frozen = new WeakSet<Socket>()
  const cut = (): void => {
    for (const socket of open) socket.destroy()
  }
  const keep = (socket: Socket): Socket => {
    open.add(socket)
    return socket.on('close', () => open.delete(socket)).on('error', () => {})
  }
  const server = createServer((caller) => {
    const target = current[turn++ % current.length]
    if (target === undefined) {
      caller.destroy()
      return
    }
    const [host, port] = target.split(':')
    const callee = keep(connect(Number(port), host))
    keep(caller)
    const back = new Passage(() => (frozen.has(callee) ? FROZEN : impediment)).on('error', () => caller.destroy())
    caller.pipe(callee).pipe(back).pipe(caller)
    caller.on('close', () => {
      callee.destroy()
      back.destroy()
    })
    callee.on('error', () => caller.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(to) {
      current = to
      cut()
    },
    impede(to = {}) {
      impediment = to
    },
    freeze() {
      for (const socket of open) frozen.add(socket)
    },
    async stop() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
