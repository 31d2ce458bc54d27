import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import { KubeError } from '../../../plugin/kube/kube-error.ts'

/** A client of a process that may end at any time. */
export interface DyingClient {
  readonly client: KubeClient
  /** Nothing it says gets through any more, and no answer gets to it. */
  readonly die: () => void
  /** The same right after the next write: it is done, and the process never knows. `onDeath` is told then. */
  readonly dieInWrite: (onDeath: () => void) => void
}

export function dyingClient(alive: KubeClient): DyingClient {
  let isDead = false
  let onNextWrite: (() => void) | undefined
  const died = (): KubeError => new KubeError('the process is dead', 0, 'ECONNRESET')
  async function call<T>(work: () => Promise<T>): Promise<T> {
    if (isDead) throw died()
    const answer = await work()
    if (isDead) throw died()
    return answer
  }
  async function write<T>(work: () => Promise<T>): Promise<T> {
    const answer = await call(work)
    if (!onNextWrite) return answer
    isDead = true
    onNextWrite()
    throw died()
  }
  const client: KubeClient = {
    get: (...args) => call(() => alive.get(...args)),
    list: (...args) => call(() => alive.list(...args)),
    watch: (...args) => alive.watch(...args),
    create: (...args) => write(() => alive.create(...args)),
    update: (...args) => write(() => alive.update(...args)),
    patch: (...args) => write(() => alive.patch(...args)),
    delete: (...args) => write(() => alive.delete(...args)),
    requestToken: (...args) => call(() => alive.requestToken(...args)),
    tokenIssuer: (...args) => call(() => alive.tokenIssuer(...args)),
    resources: (...args) => call(() => alive.resources(...args)),
    serverVersion: (...args) => call(() => alive.serverVersion(...args)),
    close: () => alive.close(),
  }
  return {
    client,
    die: () => void (isDead = true),
    dieInWrite: (onDeath) => void (onNextWrite = onDeath),
  }
}
