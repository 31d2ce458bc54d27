import { isJsonList, isJsonObject, type JsonValue } from '../../json/json-value.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { VaultAnswer } from './api.ts'
import { envelopeOf, notVault } from './envelope.ts'
import { readFailure } from './failure.ts'
import { kvList } from './kv-get.ts'
import { escapedPath, type KvMount, pathOf } from './paths.ts'
import { textOf } from './read-answer.ts'
import type { VaultReaderOptions } from './reader.ts'

export interface VaultFindOptions extends Pick<VaultReaderOptions, 'api' | 'session' | 'runner' | 'mount' | 'namespace'> {
  /** The facts that `metadataPolicy: Fetch` gives of a key, as text. Throws SecretError. */
  readonly metadataOf: (key: string, signal: AbortSignal) => Promise<ReadonlyMap<string, string>>
}

/**
 * Every path below `find.path`, one LIST a folder: Vault has no pages (external-secrets.md 7.4, "find"). A name wins over tags; tags cost a read
 * of each secret's metadata. What is deleted softly is listed like anything else.
 */
export async function findSecrets(
  search: SecretSearch,
  options: VaultFindOptions,
  signal: AbortSignal,
): Promise<readonly FoundSecret[]> {
  const { mount, metadataOf, runner, session } = options
  const { path = '', matchesName, tags } = search
  checkSearch(mount, search)
  await runner.run((attempt) => session.ready(attempt), signal)
  const start = path.split('/').filter((part) => part !== '')
  const folder = start.map((part) => `${part}/`).join('')
  const secrets = (await namesBelow(folder, options, signal)).map((name) => foundSecret(name, mount))
  if (matchesName) return secrets.filter(({ name }) => matchesName(name))
  if (tags.size === 0) return secrets
  const tagged = await Promise.all(
    secrets.map(async (secret) => {
      const facts = await metadataOf(secret.ref.key, signal)
      return [...tags].every(([name, value]) => facts.get(name) === value) ? [secret] : []
    }),
  )
  return tagged.flat()
}

/** Throws SecretError InvalidSpec for what cannot be found in such a mount. Without one the path begins with it, as keys do. */
export function checkSearch(mount: KvMount, { path = '', matchesName, tags }: SecretSearch): void {
  const isPlaced = mount.version === 'v1' ? path !== '' : `${path}/`.includes('/data/')
  if (mount.path === undefined && !isPlaced) {
    throw new SecretError('InvalidSpec', 'find needs to know where the mount ends', {
      remedy: "set the store's path to the mount, or begin find.path with it: MOUNT/data/FOLDER, in KV version 1 MOUNT/FOLDER",
    })
  }
  if (!matchesName && tags.size > 0 && mount.version === 'v1') {
    throw new SecretError('InvalidSpec', 'KV version 1 has no metadata to find by', { remedy: 'use find.name' })
  }
}

/** A reader takes the mount off a key that begins with it, so a folder of the mount's own name has to be named with it. */
function foundSecret(name: string, { path: mount, version }: KvMount): FoundSecret {
  const whole = version === 'v1' ? `${mount}/${name}` : `${mount}/data/${name}`
  const isAmbiguous = mount !== undefined && name.startsWith(`${mount}/`)
  return { name, ref: { key: isAmbiguous ? whole : name, part: 'value' } }
}

async function namesBelow(folder: string, options: VaultFindOptions, signal: AbortSignal): Promise<readonly string[]> {
  const names = await namesIn(folder, options, signal)
  const below = await Promise.all(
    names.map(async (name) => (name.endsWith('/') ? namesBelow(folder + name, options, signal) : [folder + name])),
  )
  return below.flat()
}

async function namesIn(
  folder: string,
  { api, session, runner, mount, namespace }: VaultFindOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const list = kvList(api, session)
  const path = `${listPath(mount, folder)}/`
  return runner.run(async (attempt) => {
    const answer = await list(escapedPath(path), attempt)
    if (answer.status !== 200) throw readFailure(answer, { path, namespace, capability: 'list' })
    return keysIn(answer)
  }, signal)
}

function listPath(mount: KvMount, folder: string): string {
  const key = mount.version === 'v1' ? `${mount.path ?? ''}/${folder}` : folder
  return pathOf(mount, { key, part: mount.version === 'v1' ? 'value' : 'metadata' })
}

function keysIn(answer: VaultAnswer): readonly string[] {
  const data = envelopeOf(answer)?.get('data')
  const keys: JsonValue | undefined = data !== undefined && isJsonObject(data) ? data.get('keys') : undefined
  if (keys === undefined || !isJsonList(keys)) throw notVault()
  return keys.map(textOf).filter((key) => key !== '' && key !== '/')
}
