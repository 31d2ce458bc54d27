import { type DigestOf, valueDigests } from '../argocd/explain/value-digest.ts'
import * as explainOptions from '../config/explain-options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { systemRandom } from '../model/random.ts'
import { readSeedFile } from './read-seed-file.ts'

const KEY_BYTES = 32

/** Digests by the key that the user names, or by one of this run alone; undefined when none are wanted. Throws UsageError. */
export async function wantedDigests(sources: OptionSources, directory: string): Promise<DigestOf | undefined> {
  const file = setting(explainOptions.digestKey, sources)
  if (file !== '') return valueDigests((await readSeedFile(file, directory, explainOptions.digestKey.name)).reveal())
  return setting(explainOptions.digests, sources) ? valueDigests(systemRandom.bytes(KEY_BYTES)) : undefined
}
