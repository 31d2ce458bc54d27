import { CONFIG_MAPS } from '../../kube/core-resources.ts'
import { errorName } from '../../kube/error-name.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { keyText, type ObjectKey } from '../../kube/kube-object.ts'
import type { Clock } from '../../model/clock.ts'
import type { Random } from '../../model/random.ts'
import { SecretError } from '../../model/secret-error.ts'
import { type Notice, type NoticeMap, noticeBytes, noticeData, noticesIn } from './notice.ts'

export interface NoticeWriterTools {
  /** Writes whoever leads: any replica may be told. */
  readonly client: Pick<KubeClient, 'get' | 'create' | 'update'>
  readonly map: ObjectKey
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  /** How long this process has known of a notice, in milliseconds. */
  readonly ageMs: (id: string) => number
}

/** What one event says: written together, or not at all. The first notice has the id of the event. */
interface Waiting {
  readonly notices: readonly Notice[]
  readonly resolve: (outcome: 'taken' | 'known') => void
  readonly reject: (error: SecretError) => void
}

/** So much is written in a second at most, since etcd keeps every version for minutes: what comes in a pause is written together. */
const BYTES_PER_SECOND = 512 * 1024
/** After a failure. */
const PAUSE_MS = 500
/** Shorter than the patience of every sender (EventBridge, API destinations: 5 s). */
const WRITE_MS = 4_000
/** Others write the same ConfigMap. */
const ATTEMPTS = 10
const ANEW_MS = 100
/** Twice the window in which a signed event counts: one that is sent once more is known. */
const KEPT_MS = 600_000
/** A leader has read it by then, or another one does (lease-timing.ts); also when its watch was half open (reflector-silence.ts). */
const LEAST_KEPT_MS = 180_000
/** Above it a notice is kept for no longer than it must. */
const ROOMY_BYTES = 128 * 1024
/** Every notice is written anew with each that comes: well below what a ConfigMap may have (1 MiB). */
const MAX_BYTES = 512 * 1024
const MANAGER = 'argocd-external-secrets'

/** Puts notices into the ConfigMap, those that come together in one write, and each event once. */
export class NoticeWriter {
  readonly #tools: NoticeWriterTools
  #waiting: Waiting[] = []
  #isWriting = false

  constructor(tools: NoticeWriterTools) {
    this.#tools = tools
  }

  /** Resolves once they are written; `known`: they were there before. Rejects with SecretError when that is not known. */
  async write(notices: readonly Notice[]): Promise<'taken' | 'known'> {
    const { promise, resolve, reject } = Promise.withResolvers<'taken' | 'known'>()
    this.#waiting.push({ notices, resolve, reject })
    if (!this.#isWriting) void this.#writeAll()
    return await promise
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      await this.#tools.clock.sleep(await this.#putAll(batch))
    }
    this.#isWriting = false
  }

  /** Gives how long to wait before the next, in milliseconds. */
  async #putAll(batch: readonly Waiting[]): Promise<number> {
    try {
      return (1_000 * (await this.#put(batch))) / BYTES_PER_SECOND
    } catch (thrown) {
      const failure = this.#failureOf(thrown)
      for (const { reject } of batch) reject(failure)
      return PAUSE_MS
    }
  }

  /** Gives how many bytes were written. */
  async #put(batch: readonly Waiting[]): Promise<number> {
    const { client, map, clock, random } = this.#tools
    const options = { fieldManager: MANAGER, signal: AbortSignal.timeout(WRITE_MS) }
    for (let attempt = 1; ; attempt++) {
      const before = await this.#read(options.signal)
      const { notices, settle, isChanged } = this.#merged(noticesIn(before), batch)
      const data = noticeData(notices)
      try {
        if (isChanged && before) await client.update<NoticeMap>(CONFIG_MAPS, { ...before, data }, options)
        else if (isChanged) await client.create<NoticeMap>(CONFIG_MAPS, { ...newMap(map), data }, options)
        settle()
        return bytesOf(notices)
      } catch (thrown) {
        if (attempt >= ATTEMPTS || !isKubeError(thrown, 'Conflict', 'AlreadyExists', 'NotFound')) throw thrown
        await clock.sleep(ANEW_MS * random.fraction())
      }
    }
  }

  async #read(signal: AbortSignal): Promise<NoticeMap | undefined> {
    const { client, map } = this.#tools
    try {
      return await client.get<NoticeMap>(CONFIG_MAPS, map, { signal })
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return undefined
      throw thrown
    }
  }

  /** What is to be there then, and how to tell who waits for it. */
  #merged(
    before: readonly Notice[],
    batch: readonly Waiting[],
  ): { readonly notices: readonly Notice[]; readonly isChanged: boolean; readonly settle: () => void } {
    const ids = new Set(before.map(({ id }) => id))
    const isKnown = ({ notices: [first] }: Waiting): boolean => first !== undefined && ids.has(first.id)
    const fresh = batch.filter((one) => !isKnown(one))
    const notices = this.#kept(before, bytesOf(fresh.flatMap((one) => one.notices)))
    const [taken, refused]: [Waiting[], Waiting[]] = [[], []]
    let bytes = bytesOf(notices)
    for (const one of fresh) {
      const own = bytesOf(one.notices)
      if (bytes + own > MAX_BYTES) refused.push(one)
      else {
        bytes += own
        taken.push(one)
      }
    }
    return {
      notices: [...notices, ...taken.flatMap((one) => one.notices)],
      isChanged: taken.length > 0,
      settle: () => {
        for (const { resolve } of batch.filter(isKnown)) resolve('known')
        for (const { resolve } of taken) resolve('taken')
        for (const { reject } of refused)
          reject(new SecretError('Throttled', 'more events come than can be kept for whoever leads'))
      },
    }
  }

  /** Without the oldest, which everybody has read. */
  #kept(notices: readonly Notice[], bytesToCome: number): readonly Notice[] {
    let bytes = bytesOf(notices) + bytesToCome
    const first = notices.findIndex((notice) => {
      const ageMs = this.#tools.ageMs(notice.id)
      if (ageMs < (bytes > ROOMY_BYTES ? LEAST_KEPT_MS : KEPT_MS)) return true
      bytes -= noticeBytes(notice)
      return false
    })
    return first === -1 ? [] : notices.slice(first)
  }

  #failureOf(thrown: unknown): SecretError {
    const reason = isKubeError(thrown) ? `${thrown.status} ${thrown.reason}` : errorName(thrown)
    return new SecretError('Unavailable', `the ConfigMap ${keyText(this.#tools.map)} could not be written: ${reason}`)
  }
}

function newMap({ namespace = '', name }: ObjectKey): NoticeMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels: { 'app.kubernetes.io/part-of': MANAGER } } }
}

function bytesOf(notices: readonly Notice[]): number {
  return notices.reduce((bytes, notice) => bytes + noticeBytes(notice), 0)
}
