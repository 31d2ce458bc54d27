import type { Staleness } from '../../observability/staleness-text.ts'
import { applicationId } from './application-view.ts'
import type { ApplicationsFacts } from './applications-view.ts'
import type { KeyUse } from './render-index.ts'

/**
 * How long ago it was last known of each Application that its Secrets have what their providers have: at its last render, or when detection looked at its
 * stores; of one that waits for its refresh not later than the change was noticed. Those that serve last good values are left out: how old these are
 * only their daemon knows. `now` in milliseconds since the epoch.
 */
export function applicationStaleness(
  { index, waiting, detections, staleStores }: Omit<ApplicationsFacts, 'stopped'>,
  now: number,
): readonly Staleness[] {
  // Where some keys can only be read, or nothing answers, nobody vouches for the store.
  const vouched = detections.filter(({ failures, unknownKeys }) => failures === 0 && unknownKeys === 0)
  const lookedAt = new Map(vouched.map(({ name, lastRoundAtMs = 0 }) => [name, lastRoundAtMs]))
  const noticedAt = new Map(
    Array.from(waiting, ({ application, wishes }) => [
      applicationId(application),
      Math.min(...Array.from(wishes.values(), ({ noticedAtMs }) => noticedAtMs)),
    ]),
  )
  const knownAt = ({ used, renderedAtMs }: KeyUse): number => Math.max(renderedAtMs, lookedAt.get(used.store) ?? 0)
  return [...index.ids()].flatMap((id) => {
    const uses = index.usesOf(id)
    const [first] = uses
    if (!first || (staleStores.get(id) ?? []).length > 0) return []
    const { namespace, name } = first.application
    const known = Math.min(noticedAt.get(id) ?? Number.POSITIVE_INFINITY, ...uses.map(knownAt))
    return [{ namespace, name, seconds: Math.max(0, now - known) / 1_000 }]
  })
}
