import { createHash } from 'node:crypto'
import { nearestName } from '../api/nearest-name.ts'
import { neverTargeted } from '../api/never-targeted.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { LoadProvider } from '../providers/registry.ts'
import { storeId } from '../stores/store-lookup.ts'
import { type AdministratorStore, administratorStore } from './administrator-store.ts'
import { type PolicyFiles, readPolicyFiles } from './policy-files.ts'
import { type PolicyObject, policyObjects } from './policy-object.ts'
import type { PolicyDocument, PolicyRule } from './policy-schema.ts'

/** All that the administrator's folder says. */
export interface TenancyPolicy {
  readonly mode: PolicyDocument['mode']
  readonly rules: readonly PolicyRule[]
  readonly stores: readonly AdministratorStore[]
  /** Of the files' names and bytes, for the audit: 12 hex digits. */
  readonly digest: string
}

/**
 * Reads the administrator's folder. Throws a SecretError InvalidSpec or Conflict with file, line and field for the first thing that is wrong: a policy is
 * in force as a whole, or not at all. It is a dry run only where every document says so.
 */
export async function readPolicy(directory: string, providers: ReadonlyMap<string, LoadProvider>): Promise<TenancyPolicy> {
  const files = await readPolicyFiles(directory)
  const objects = [...files].flatMap(([name, bytes]) => policyObjects(name, bytes))
  if (objects.length === 0) {
    throw new SecretError('InvalidSpec', `the policy folder ${quoteName(directory)} holds no policy`, {
      remedy: 'a policy that allows nothing says rules: []',
    })
  }
  const stores: AdministratorStore[] = []
  for (const object of objects) {
    checkProviders(object, providers)
    checkTargets(object)
    for (const index of object.document.stores.keys()) stores.push(await administratorStore(object, index, providers))
  }
  checkRuleNames(objects)
  checkStoreNames(stores)
  return {
    mode: objects.every(({ document }) => document.mode === 'dryRun') ? 'dryRun' : 'enforce',
    rules: objects.flatMap(({ document }) => document.rules),
    stores,
    digest: digestOf(files),
  }
}

function digestOf(files: PolicyFiles): string {
  const hash = createHash('sha256')
  for (const [name, bytes] of files) hash.update(`${name}\0${bytes.byteLength}\0`).update(bytes)
  return hash.digest('hex').slice(0, 12)
}

/** A provider that nobody implements would never fit: a typo. */
function checkProviders({ document, place }: PolicyObject, providers: ReadonlyMap<string, LoadProvider>): void {
  for (const [rule, { stores }] of document.rules.entries()) {
    for (const [index, grant] of stores.entries()) {
      if (!('provider' in grant) || providers.has(grant.provider)) continue
      const known = [...providers.keys()]
      const nearest = nearestName(grant.provider, known)
      throw new SecretError('InvalidSpec', `is no provider that is implemented here; those are ${known.join(', ')}`, {
        place: place(['rules', rule, 'stores', index, 'provider']),
        remedy: nearest === undefined ? 'remove the entry' : `write ${nearest}`,
      })
    }
  }
}

/** What no rule can allow is no rule. */
function checkTargets({ document, place }: PolicyObject): void {
  for (const [rule, { allow }] of document.rules.entries()) {
    for (const [index, kind] of allow.genericTargets.entries()) {
      const never = neverTargeted(kind)
      if (never === undefined) continue
      throw new SecretError('InvalidSpec', `no rule allows ${quoteName(kind)} as a target: it ${never}`, {
        place: place(['rules', rule, 'allow', 'genericTargets', index]),
        remedy: 'remove the entry',
      })
    }
  }
}

function checkRuleNames(objects: readonly PolicyObject[]): void {
  const names = new Set<string>()
  for (const { document, place } of objects) {
    for (const [index, { name }] of document.rules.entries()) {
      if (names.has(name)) {
        throw new SecretError('Conflict', `the policy has another rule ${quoteName(name)}`, {
          place: place(['rules', index, 'name']),
          remedy: 'give one of them another name',
        })
      }
      names.add(name)
    }
  }
}

function checkStoreNames(stores: readonly AdministratorStore[]): void {
  const names = new Set<string>()
  for (const { resource, namespace, place } of stores) {
    const id = storeId(resource.kind, namespace, resource.metadata.name)
    if (names.has(id)) {
      throw new SecretError('Conflict', `the policy has another ${id}`, { place, remedy: 'give one of them another name' })
    }
    names.add(id)
  }
}
