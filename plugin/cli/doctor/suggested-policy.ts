import path from 'node:path'
import { readCoreObjects } from '../../argocd/core-objects.ts'
import { takeInventory } from '../../argocd/inventory.ts'
import { objectSchemas } from '../../argocd/object-schemas.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import * as doctorOptions from '../../config/doctor-options.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { creationPolicy } from '../../expansion/external-secret-input.ts'
import { planReads } from '../../expansion/plan.ts'
import { generators } from '../../generators/registry.ts'
import type { SecretError } from '../../model/secret-error.ts'
import { needsInLog } from '../../policy/needs-in-log.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { recordNeeds } from '../../policy/record-needs.ts'
import { suggestPolicy } from '../../policy/suggest-policy.ts'
import { providers } from '../../providers/registry.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import { readInput } from '../read-input.ts'

/** A policy that allows what the manifests need, or what a dry run noted in a log; or why it cannot be said. Stores that the policy of `--policy` defines are asked for by name. */
export async function suggestedPolicy(
  sources: OptionSources,
  directory: string,
): Promise<{ readonly text: string; readonly problems: readonly SecretError[] }> {
  const files = await readInput(setting(doctorOptions.suggestPolicy, sources), directory)
  const logs = new Map(files.map((file) => [file, needsInLog(new TextDecoder().decode(file.bytes))]))
  const manifests = files.filter((file) => logs.get(file)?.length === 0)
  const streams = manifests.map(({ name, bytes }) => splitManifests(name, bytes))
  const namespace = setting(options.namespace, sources)
  const request = { mode: 'local', namespace, delivery: 'inline', stores: 'keep', output: 'yaml' } as const
  const inventory = await takeInventory(streams, request, objectSchemas(providers, generators))
  if (inventory.problems.length > 0) return { text: '', problems: inventory.problems }

  const core = await readCoreObjects(streams, namespace)
  const folder = setting(daemonOptions.policy, sources)
  const administrators = folder === '' ? [] : (await readPolicy(path.resolve(directory, folder), providers)).stores
  const tenant = {
    project: setting(doctorOptions.project, sources),
    application: setting(doctorOptions.application, sources),
    namespace,
  }
  const recorder = await recordNeeds(inventory.stores, {
    tenant,
    administrators,
    objects: core,
    generators: inventory.generators,
    providers,
  })
  const inputs = inventory.externalSecrets
    .filter(({ delivery, input }) => delivery === 'inline' && creationPolicy(input) !== 'None')
    .map(({ input }) => input)
  const { problems } = planReads(inputs, recorder.source, core, recorder.generators)
  return { text: problems.length > 0 ? '' : suggestPolicy([...logs.values(), recorder.needs].flat()), problems }
}
