import path from 'node:path'
import * as daemonOptions from '../../config/daemon-options.ts'
import * as doctorOptions from '../../config/doctor-options.ts'
import * as options from '../../config/options.ts'
import { setting } from '../../config/settings.ts'
import { openUntil } from '../../expansion/open-until.ts'
import { systemClock } from '../../model/clock.ts'
import { silentLogger } from '../../model/logger.ts'
import { quoteName } from '../../model/quote-name.ts'
import { systemRandom } from '../../model/random.ts'
import { asSecretError, type ErrorKind } from '../../model/secret-error.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { providers } from '../../providers/registry.ts'
import type { Outcome } from '../../providers/secret-reader.ts'
import { administratorCredentials } from '../../stores/administrator-credentials.ts'
import { openCredentialsFolder } from '../../stores/credentials-folder.ts'
import { freshStores } from '../../stores/open-store.ts'
import { storeId } from '../../stores/store-lookup.ts'
import type { StoreObject } from '../../stores/store-object.ts'
import type { DoctorCheck, Examination, Finding } from './doctor-check.ts'

/** No secret has this name: only whether the provider answers is of interest. */
const PROBE = 'argocd-external-secrets-doctor'
/** What a provider says that was reached and knows who asks. */
const ANSWERS: ReadonlySet<ErrorKind> = new Set(['NotFound', 'InvalidSpec'])

/** Every store of the administrator's: login and one read, of the key that the user named for it, else of what is not there. */
export const storesCheck: DoctorCheck = {
  name: 'stores',
  async run(examination) {
    const { sources, directory } = examination
    const folder = setting(daemonOptions.policy, sources)
    if (folder === '') return [{ state: 'skipped', text: 'no --policy is named: this is not the container of the daemon' }]
    const { stores } = await readPolicy(path.resolve(directory, folder), providers)
    if (stores.length === 0) return [{ state: 'skipped', text: 'the policy defines no store' }]
    const [name, key] = wantedKey(examination)
    const findings = await Promise.all(
      stores.map((store) => storeFinding(store, store.resource.metadata.name === name ? key : undefined, examination)),
    )
    if (name === undefined || stores.some(({ resource }) => resource.metadata.name === name)) return findings
    return [
      ...findings,
      { state: 'wrong', text: `no store ${name} in the policy`, remedy: 'name one of them by --key STORE=KEY' },
    ]
  },
}

function wantedKey({ sources }: Examination): readonly [store?: string, key?: string] {
  const given = setting(doctorOptions.key, sources)
  const at = given.indexOf('=')
  return at < 0 ? [] : [given.slice(0, at), given.slice(at + 1)]
}

async function storeFinding(
  store: StoreObject,
  key: string | undefined,
  { sources, directory, signal }: Examination,
): Promise<Finding> {
  const { resource, namespace } = store
  const name = storeId(resource.kind, namespace, resource.metadata.name)
  const mounted = setting(options.credentials, sources)
  const credentials = mounted === '' ? undefined : openCredentialsFolder(path.resolve(directory, mounted))
  const opener = freshStores(providers, {
    environment: sources.environment,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: setting(options.callTimeout, sources),
    concurrency: 1,
  })
  try {
    const source = administratorCredentials((own) => own ?? namespace, credentials)
    const { reader } = await openUntil({ open: () => opener.open(store, namespace, source) }, signal)
    const [outcome] = await reader.fetch([{ key: key ?? PROBE, part: 'value' }], signal)
    await reader.close()
    if (key !== undefined && outcome) return keyFinding(name, key, outcome)
    if (!outcome || outcome.ok || ANSWERS.has(outcome.error.kind)) return { state: 'ok', text: `${name}: answers` }
    if (outcome.error.kind === 'AccessDenied') {
      return {
        state: 'doubt',
        text: `${name}: answers, and refuses a name that nobody uses: ${outcome.error.message}`,
        remedy: 'fine where rights are given by prefix; else see the identity',
      }
    }
    return failure(name, outcome.error)
  } catch (thrown) {
    return failure(name, thrown)
  }
}

function keyFinding(name: string, key: string, outcome: Outcome): Finding {
  if (!outcome.ok) return failure(`${name}: ${quoteName(key)}`, outcome.error)
  return { state: 'ok', text: `${name}: ${quoteName(key)} can be read` }
}

function failure(name: string, thrown: unknown): Finding {
  const { message, remedy } = asSecretError(thrown)
  return { state: 'wrong', text: `${name}: ${message}`, ...(remedy !== undefined && { remedy }) }
}
