import type { VaultAnswer, VaultApi } from './api.ts'
import type { Session } from './session.ts'

/** A GET, or a LIST, in the name of the session. */
export type KvGet = (path: string, signal: AbortSignal) => Promise<VaultAnswer>

/** A 403 may be a token that has ended since: then one more read with the next one, and that is all. */
export function kvGet(api: VaultApi, session: Session): KvGet {
  return asSession((...asked) => api.read(...asked), session)
}

/** The same for the names in a folder. */
export function kvList(api: VaultApi, session: Session): KvGet {
  return asSession((...asked) => api.list(...asked), session)
}

/** Whatever is asked, in the same way. */
export function asSession(ask: VaultApi['read'], session: Session): KvGet {
  return async (path, signal) => {
    const { token } = session
    const answer = await ask(path, token, signal)
    if (answer.status !== 403 || token === undefined) return answer
    const next = await session.replacementFor(token, signal)
    return next === undefined ? answer : ask(path, next, signal)
  }
}
