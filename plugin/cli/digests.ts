import { type DigestOf, valueDigests } from '../argocd/explain/value-digest.ts'
import * as explainOptions from '../config/explain-options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { systemRandom } from '../model/random.ts'
import { readSeedFile } from './read-seed-file.ts'

const KEY_BYTES = 32

/** Digests by the key that the user names, or by one of this run alone. Throws UsageError. */
export async function digestsOf(sources: OptionSources, directory: string): Promise<DigestOf> {
  const file = setting(explainOptions.digestKey, sources)
  if (file === '') return valueDigests(systemRandom.bytes(KEY_BYTES))
  return valueDigests((await readSeedFile(file, directory, explainOptions.digestKey.name)).reveal())
}
