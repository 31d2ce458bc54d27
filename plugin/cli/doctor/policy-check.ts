import path from 'node:path'
import * as daemonOptions from '../../config/daemon-options.ts'
import { setting } from '../../config/settings.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { providers } from '../../providers/registry.ts'
import type { DoctorCheck } from './doctor-check.ts'

/** The administrator's folder. */
export const policyCheck: DoctorCheck = {
  name: 'policy',
  async run({ sources, directory }) {
    const folder = setting(daemonOptions.policy, sources)
    if (folder === '') return [{ state: 'skipped', text: 'no --policy is named: this is not the container of the daemon' }]
    const { rules, stores, mode, digest } = await readPolicy(path.resolve(directory, folder), providers)
    const text = `${rules.length} rules, ${stores.length} stores, ${mode} (${digest})`
    if (rules.length === 0)
      return [{ state: 'doubt', text: `${text}: nobody may read anything`, remedy: 'start with doctor --suggest-policy PATH' }]
    if (mode === 'dryRun')
      return [
        { state: 'doubt', text: `${text}: keys are not enforced`, remedy: 'set mode: enforce once the log tells of no refusal' },
      ]
    return [{ state: 'ok', text }]
  },
}
