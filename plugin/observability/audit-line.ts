import type { LogFields, Logger } from '../model/logger.ts'
import { printable } from '../model/printable.ts'
import { standInText } from '../model/stand-in.ts'
import type { RenderFacts } from './render-facts.ts'

/** Reads listed on one line; the report of the render has all of them. */
const MOST_READS = 1_000

/**
 * The audit line of a render: who (project, application, revision) got which keys of which stores in which versions, what generators made values, and
 * what came of it.
 * `reads` is one text of `store provider key@version`, so that a search for a key finds it; what there is not is `(absent)`.
 */
export function writeAuditLine(logger: Logger, facts: RenderFacts): void {
  const fields = { ...who(facts), ...what(facts), ...readsOf(facts), ...generatorsOf(facts), ...standInsOf(facts) }
  if (facts.outcome === 'ok') logger.info('rendered', fields)
  else logger.warn('not rendered', fields)
}

function who({ tenant, revision, repoUrl, path }: RenderFacts): LogFields {
  return {
    project: printable(tenant.project),
    application: printable(tenant.application),
    namespace: printable(tenant.namespace),
    revision: printable(revision),
    repoUrl: printable(withoutUser(repoUrl)),
    path: printable(path),
  }
}

function what({ guard, policy, outcome, problems, durationMs, outputBytes }: RenderFacts): LogFields {
  return { guard, policy, outcome, problems, durationMs: Math.round(durationMs), outputBytes }
}

function readsOf({ reads }: RenderFacts): LogFields {
  const listed = new Set(
    reads.map(({ store, provider, key, version, stale }) => {
      const read = version === undefined ? ' (absent)' : `@${version}${stale ? ' (stale)' : ''}`
      return `${store} ${provider} ${key}${read}`
    }),
  )
  const shown = [...listed].slice(0, MOST_READS)
  return {
    reads: printable(shown.join(', ')),
    ...(listed.size > shown.length && { readsNotShown: listed.size - shown.length }),
  }
}

/** Only where there are any. */
function generatorsOf({ generated }: RenderFacts): LogFields {
  const listed = new Set(generated.map(({ generator }) => generator))
  if (listed.size === 0) return {}
  const shown = [...listed].slice(0, MOST_READS)
  return {
    generators: printable(shown.join(', ')),
    ...(listed.size > shown.length && { generatorsNotShown: listed.size - shown.length }),
  }
}

/** Only where something stands in: such a render is partial. */
function standInsOf({ standIns }: RenderFacts): LogFields {
  if (standIns.length === 0) return {}
  const listed = standIns.slice(0, MOST_READS).map((one) => `${one.externalSecret}: ${standInText(one)}`)
  return { standIns: standIns.length, partial: printable(listed.join('; ')) }
}

/** A password may stand in the address of a repository. */
export function withoutUser(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1')
}
