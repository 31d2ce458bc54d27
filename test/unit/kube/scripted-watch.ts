import type { WatchEvent, WatchOptions } from '../../../plugin/kube/kube-client.ts'
import type { KubeError } from '../../../plugin/kube/kube-error.ts'
import { reset } from './api-errors.ts'
import type { ScriptedApiServer, Thing } from './scripted-api-server.ts'

/** apiserver, storage/cacher: a bookmark a minute. */
const BOOKMARK_MS = 60_000

/** One open watch, as the server sees it: what it has sent, what it will send, and how it ends. */
export class ScriptedWatch {
  readonly options: WatchOptions
  /** Nothing comes any more, and no end either: a connection whose other side is gone. */
  isStalled = false
  readonly #server: ScriptedApiServer
  readonly #timers = new AbortController()
  #sent: number
  #bookmarkIsDue = false
  #end: { readonly after: number; readonly error: KubeError | undefined } | undefined
  #wake: (() => void) | undefined

  constructor(server: ScriptedApiServer, options: WatchOptions) {
    this.#server = server
    this.options = options
    this.#sent = Number(options.resourceVersion)
    options.signal.addEventListener('abort', () => this.wake(), { once: true })
    this.#after(options.timeoutSeconds * 1_000, () => this.end())
    this.#bookmark()
  }

  async *events(): AsyncGenerator<WatchEvent<Thing>> {
    for (;;) {
      this.options.signal.throwIfAborted()
      const event = this.isStalled ? undefined : this.#next()
      if (event) yield event
      else if (!this.isStalled && this.#end?.after === 0) {
        if (this.#end.error) throw this.#end.error
        return
      } else await this.#somethingNew()
    }
  }

  /** The server ends it, in good order: what has happened so far is sent. */
  end(): void {
    this.#end ??= { after: this.#pending().length, error: undefined }
    this.wake()
  }

  /** An ERROR event in mid-stream, after `after` of what is on its way: 410 when the client is too slow for what the server remembers. */
  fail(error: KubeError, after = 0): void {
    this.#end ??= { after: Math.min(after, this.#pending().length), error }
    this.wake()
  }

  /** The connection is cut at this byte of what is on its way: a line that is not whole was never sent. */
  cutAt(byte: number): void {
    let [whole, bytes] = [0, 0]
    for (const { change } of this.#pending()) {
      bytes += JSON.stringify(change).length + 1
      if (bytes > byte) break
      whole++
    }
    this.fail(reset(), whole)
  }

  wake(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  close(): void {
    this.#timers.abort()
  }

  #next(): WatchEvent<Thing> | undefined {
    const next = this.#end?.after === 0 ? undefined : this.#server.next(this.#sent)
    if (next) {
      this.#sent = next.revision
      if (this.#end) this.#end = { ...this.#end, after: this.#end.after - 1 }
      return next.change
    }
    if (!this.#bookmarkIsDue || this.#end) return undefined
    this.#bookmarkIsDue = false
    this.#sent = Math.max(this.#sent, this.#server.visible)
    return { type: 'BOOKMARK', resourceVersion: String(this.#sent) }
  }

  #pending(): readonly NonNullable<ReturnType<ScriptedApiServer['next']>>[] {
    const pending = []
    for (let next = this.#server.next(this.#sent); next; next = this.#server.next(next.revision)) pending.push(next)
    return pending
  }

  async #somethingNew(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    await promise
  }

  #bookmark(): void {
    this.#after(BOOKMARK_MS, () => {
      this.#bookmarkIsDue = this.#server.sendsBookmarks
      this.wake()
      this.#bookmark()
    })
  }

  #after(ms: number, act: () => void): void {
    this.#server.clock.sleep(ms, this.#timers.signal).then(act, () => {})
  }
}
