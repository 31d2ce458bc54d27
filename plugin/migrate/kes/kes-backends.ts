import type { PlainObject } from '../../api/plain-object.ts'
import type { DataFromPart } from '../external-secret-parts.ts'
import { isObstacle, type Obstacle } from '../obstacle.ts'
import { nestedProperty, plainProperty } from '../property-path.ts'
import type { RemoteRefDraft, RemoteSource, StoreNeed } from '../remote-source.ts'
import type { StoreNames } from '../store-names.ts'
import type { KesReference, KesSpec } from './kes-spec.ts'

/** What names the stores. */
export interface KesRun {
  readonly names: StoreNames
  /** Name of the store, or what the names of several begin with. */
  readonly store?: string
}

type StoreOf = (spec: KesSpec, run: KesRun) => StoreNeed | Obstacle

const STORES: ReadonlyMap<string, StoreOf> = new Map<string, StoreOf>([
  ['secretsManager', (spec, run) => awsStore('SecretsManager', spec, run)],
  // The old names of both.
  ['secretManager', (spec, run) => awsStore('SecretsManager', spec, run)],
  ['gcpSecretManager', gcpStore],
  ['systemManager', (spec, run) => awsStore('ParameterStore', spec, run)],
  ['vault', vaultStore],
  ['azureKeyVault', azureStore],
  ['gcpSecretsManager', gcpStore],
])

export function kesStore(spec: KesSpec, run: KesRun): StoreNeed | Obstacle {
  const store = STORES.get(spec.backendType)
  if (store) return store(spec, run)
  return {
    obstacle: 'no provider here reads this backend',
    remedy: 'keep it with kubernetes-external-secrets or External Secrets Operator, or move the values',
  }
}

const ROLE = /^arn:[^:]*:iam::(\d+):role\/(?:.*\/)?([^/]+)$/

function awsStore(service: string, { region, roleArn }: KesSpec, { names, store }: KesRun): StoreNeed {
  const [, account, role = roleArn] = ROLE.exec(roleArn ?? '') ?? []
  return names.store([store ?? (service === 'SecretsManager' ? 'aws' : 'aws-parameters'), region, account, role], {
    provider: 'aws',
    config: { service, region: region ?? 'us-west-2', ...(roleArn !== undefined && { role: roleArn }) },
    toFillIn: [
      ...(region === undefined ? ['region is AWS_REGION; us-west-2 was the default of kubernetes-external-secrets.'] : []),
      'auth: without it the default chain of the AWS SDK logs in, see docs/providers/aws.md.',
    ],
  })
}

function vaultStore({ kvVersion, vaultMountPoint, vaultRole }: KesSpec, { names, store = 'vault' }: KesRun): StoreNeed {
  return names.store([store, kvVersion === '1' ? 'kv1' : undefined, vaultMountPoint, vaultRole], {
    provider: 'vault',
    config: {
      server: 'https://vault.example.com',
      version: `v${kvVersion}`,
      auth: { kubernetes: { mountPath: vaultMountPoint ?? 'kubernetes', role: vaultRole ?? 'kubernetes-external-secrets' } },
    },
    toFillIn: [
      'server is VAULT_ADDR, namespace VAULT_NAMESPACE; mountPath and role without a word of the old object are the DEFAULT_VAULT_ ones.',
      'The role has to be bound to who logs in now: see docs/providers/vault.md.',
    ],
  })
}

function azureStore({ keyVaultName }: KesSpec, { names, store = 'azurekv' }: KesRun): StoreNeed | Obstacle {
  if (keyVaultName === undefined || !/^[A-Za-z0-9-]+$/.test(keyVaultName)) {
    return { obstacle: 'keyVaultName names no Key Vault', remedy: 'give the name of the vault' }
  }
  return names.store([store, keyVaultName], {
    provider: 'azurekv',
    config: { vaultUrl: `https://${keyVaultName.toLowerCase()}.vault.azure.net`, authType: 'WorkloadIdentity' },
    toFillIn: ['authType and what it needs: see docs/providers/azurekv.md.'],
  })
}

function gcpStore({ projectId }: KesSpec, { names, store = 'gcpsm' }: KesRun): StoreNeed {
  return names.store([store, projectId], {
    provider: 'gcpsm',
    config: projectId === undefined ? {} : { projectID: projectId },
    toFillIn: [
      ...(projectId === undefined ? ['projectID is the project of the credentials.'] : []),
      'auth: without it Application Default Credentials log in, see docs/providers/gcpsm.md.',
    ],
  })
}

/** One value. */
export function kesSource(reference: KesReference, store: StoreNeed): RemoteSource | Obstacle {
  const remoteRef = wholeRef(reference, store)
  if (isObstacle(remoteRef)) return remoteRef
  const { property, isBinary } = reference
  // AWS Secrets Manager keeps bytes as bytes as well as base64 in text, and the old program took either.
  const decodingStrategy = store.config['service'] === 'SecretsManager' ? 'Auto' : 'Base64'
  return {
    store,
    remoteRef: {
      ...remoteRef,
      ...(property !== undefined && { property: propertyOf(property) }),
      ...(isBinary && { decodingStrategy }),
    },
  }
}

/** Every member of a secret. */
export function kesExtract(reference: KesReference, store: StoreNeed): DataFromPart | Obstacle {
  const remoteRef = wholeRef(reference, store)
  return isObstacle(remoteRef) ? remoteRef : { store, entry: { extract: remoteRef } }
}

function wholeRef({ key, version, versionStage, versionId }: KesReference, store: StoreNeed): RemoteRefDraft | Obstacle {
  const wanted = versionId === undefined ? (versionStage ?? version) : `uuid/${versionId}`
  const isAws = store.provider === 'aws'
  if (isAws ? version !== undefined : versionStage !== undefined || versionId !== undefined) {
    return { obstacle: 'the old program takes no such version for this backend, and reads the latest', remedy: 'remove it' }
  }
  if (versionStage !== undefined && versionId !== undefined) {
    return { obstacle: 'versionStage and versionId together', remedy: 'keep one of them' }
  }
  if (wanted !== undefined && (store.provider === 'azurekv' || store.config['service'] === 'ParameterStore')) {
    return { obstacle: 'the old program takes no version for this backend, and reads the latest', remedy: 'remove it' }
  }
  return { key, ...(wanted !== undefined && { version: wanted }) }
}

/** A path of lodash, `a.b[0]["c"]`, as one of gjson; both try the whole as one name first, where it has no brackets. */
function propertyOf(property: string): string {
  if (!property.includes('[')) return plainProperty(property)
  const steps = Array.from(
    property.matchAll(/[^.[\]]+|\[(?:(\d+)|"([^"]*)"|'([^']*)')\]/g),
    ([all, index, double, single]) => index ?? double ?? single ?? all,
  )
  return nestedProperty(steps)
}

/** Every parameter below a path by the last part of its name; `find` looks at all levels, so one level is said by the expression. */
export function kesBelow(below: string, recursive: boolean, store: StoreNeed): DataFromPart | Obstacle {
  if (store.config['service'] !== 'ParameterStore') {
    return { obstacle: 'a path is for the backend systemManager alone', remedy: 'write the keys one by one' }
  }
  const folder = `/${below}`.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '')
  const regexp = recursive ? '.' : `^${escaped(folder === '/' ? '' : folder)}/[^/]+$`
  const find: PlainObject = { path: folder, name: { regexp } }
  return { store, entry: { find, rewrite: [{ regexp: { source: '^.*/', target: '' } }] } }
}

function escaped(text: string): string {
  return text.replaceAll(/[.+*?()|[\]{}^$\\]/g, String.raw`\$&`)
}
