import type { RenderReport } from '../../../../plugin/controller/applications/report-schema.ts'
import type { ReadFact } from '../../../../plugin/model/read-fact.ts'
import { REPOSITORY } from './memory-argo.ts'

export const VAULT = 'ClusterSecretStore vault'

/** Without a version there is no such secret. */
export function readFact(key: string, version: string | undefined, changes: Partial<ReadFact> = {}): ReadFact {
  return {
    externalSecret: 'shop/database',
    store: VAULT,
    provider: 'vault',
    key,
    keyPrefix: '',
    requestedVersion: '',
    part: 'value',
    version,
    refreshInterval: '1h',
    isHook: false,
    stale: false,
    ...changes,
  }
}

/** A report of the Application `name`, whose source is the folder of the same name. */
export function renderFacts(name: string, reads: readonly ReadFact[], changes: Partial<RenderReport> = {}): RenderReport {
  return {
    ageMs: 0,
    tenant: { project: 'team', application: name, namespace: 'shop' },
    revision: 'r1',
    repoUrl: REPOSITORY,
    path: name.slice(name.indexOf('_') + 1),
    policy: '',
    outcome: 'ok',
    guard: 'none',
    problems: 0,
    durationMs: 1,
    outputBytes: 1,
    reads,
    generated: [],
    standIns: [],
    ...changes,
  }
}
