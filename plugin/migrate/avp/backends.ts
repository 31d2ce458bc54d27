import type { Obstacle } from '../obstacle.ts'
import { plainProperty } from '../property-path.ts'
import type { RemoteSource, StoreNeed } from '../remote-source.ts'
import type { StoreNames } from '../store-names.ts'

/** How argocd-vault-plugin was set up. */
export interface AvpSetup {
  /** `AVP_TYPE`: the one backend of an installation. */
  readonly backend: string
  /** `AVP_KV_VERSION`, where no annotation says otherwise. */
  readonly kvVersion: '1' | '2'
  /** Name of the store, or what the names of several begin with. */
  readonly store?: string
}

/** The setup, and the names that stores have so far. */
export interface AvpRun extends AvpSetup {
  readonly names: StoreNames
}

/** What a placeholder and the annotations of its object name. */
export interface AvpReference {
  readonly path: string
  readonly key: string
  readonly version?: string
  readonly kvVersion?: string
}

type SourceOf = (reference: AvpReference, run: AvpRun) => RemoteSource | Obstacle

const SOURCES: ReadonlyMap<string, SourceOf> = new Map<string, SourceOf>([
  ['vault', vaultSource],
  ['awssecretsmanager', awsSource],
  ['gcpsecretmanager', gcpSource],
  ['azurekeyvault', azureSource],
])

/** Where a reference is for an ExternalSecret. */
export function sourceOf(reference: AvpReference, run: AvpRun): RemoteSource | Obstacle {
  const source = SOURCES.get(run.backend)
  if (source) return source(reference, run)
  return {
    obstacle: `no provider here reads the backend ${run.backend}`,
    remedy: 'leave this manifest to argocd-vault-plugin, or move the values to a secret manager that is read here',
  }
}

/** The reader can be told of nothing more than the form. */
function wrongPath(expected: string): Obstacle {
  return { obstacle: `the path is not of the form ${expected}`, remedy: 'say with --backend which backend it is for' }
}

/** KV 2 paths have `/data/` as in Vault's API; without a mount in the store the whole path is the key (external-secrets.md 7.4). */
function vaultSource({ path, key, version, kvVersion }: AvpReference, run: AvpRun): RemoteSource | Obstacle {
  const kv = kvVersion ?? run.kvVersion
  if (kv !== '1' && kv !== '2') {
    return { obstacle: 'the annotation avp.kubernetes.io/kv-version is neither 1 nor 2', remedy: 'write "1" or "2"' }
  }
  if (kv === '2' && !path.includes('/data/')) {
    return {
      obstacle: 'the path has no /data/, without which argocd-vault-plugin reads nothing of a KV version 2 engine',
      remedy: 'if AVP_KV_VERSION was 1, say --kv-version 1; if it is for another backend, say --backend',
    }
  }
  return {
    store: vaultStore(run, kv),
    remoteRef: { key: path, property: key, ...(version !== undefined && kv === '2' && { version }) },
  }
}

function vaultStore({ names, store = 'vault' }: AvpRun, kv: '1' | '2'): StoreNeed {
  return names.store([store, kv === '1' ? 'kv1' : undefined], {
    provider: 'vault',
    config: {
      server: 'https://vault.example.com',
      version: `v${kv}`,
      auth: { kubernetes: { mountPath: 'kubernetes', role: 'argocd' } },
    },
    toFillIn: [
      'server is VAULT_ADDR; auth is what AVP_AUTH_TYPE was: see docs/providers/vault.md.',
      'Without path the keys begin with the mount of the engine, as the paths of argocd-vault-plugin do.',
    ],
  })
}

const AWS_ARN = /^arn:[^:]*:secretsmanager:([a-z0-9-]+):/
const VERSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** A region in an ARN wins over the installation's; stages and version ids are told apart by their form. */
function awsSource({ path, key, version }: AvpReference, run: AvpRun): RemoteSource | Obstacle {
  const region = AWS_ARN.exec(path)?.[1]
  const isStage = version !== undefined && !VERSION_ID.test(version)
  return {
    store: awsStore(run, region),
    remoteRef: {
      key: path,
      ...(key !== 'SecretBinary' && { property: plainProperty(key) }),
      ...(version !== undefined && { version: isStage ? version : `uuid/${version}` }),
    },
  }
}

function awsStore({ names, store = 'aws' }: AvpRun, region: string | undefined): StoreNeed {
  return names.store([store, region], {
    provider: 'aws',
    config: { service: 'SecretsManager', region: region ?? 'us-east-2' },
    toFillIn: [
      ...(region === undefined ? ['region is AWS_REGION; us-east-2 was the default of argocd-vault-plugin.'] : []),
      'auth: without it the default chain of the AWS SDK logs in, see docs/providers/aws.md.',
    ],
  })
}

const GCP_PATH = /^projects\/([^/]+)\/secrets\/([^/]+)$/

/** The payload is the value; its key is the name of the secret once more. */
function gcpSource({ path, key, version }: AvpReference, run: AvpRun): RemoteSource | Obstacle {
  const [, project = '', secret = ''] = GCP_PATH.exec(path) ?? []
  if (secret === '') return wrongPath('projects/PROJECT/secrets/SECRET')
  if (key !== secret) {
    return {
      obstacle: 'the key is not the name of the secret, so argocd-vault-plugin finds nothing either',
      remedy: 'write the name of the secret as the key; a member of its JSON is jsonPath',
    }
  }
  return {
    store: gcpStore(run, project),
    remoteRef: { key: secret, ...(version !== undefined && { version }) },
  }
}

function gcpStore({ names, store = 'gcpsm' }: AvpRun, projectID: string): StoreNeed {
  return names.store([store, projectID], {
    provider: 'gcpsm',
    config: { projectID },
    toFillIn: ['auth: without it Application Default Credentials log in, see docs/providers/gcpsm.md.'],
  })
}

const AZURE_VAULT = /^[A-Za-z0-9-]+$/

/** The path is the vault, the key the secret; without a type in front it is a secret (external-secrets.md 7.2). */
function azureSource({ path, key, version }: AvpReference, run: AvpRun): RemoteSource | Obstacle {
  if (!AZURE_VAULT.test(path)) return wrongPath('VAULT, the name of a Key Vault')
  return {
    store: azureStore(run, path),
    remoteRef: { key, ...(version !== undefined && { version }) },
  }
}

function azureStore({ names, store = 'azurekv' }: AvpRun, vault: string): StoreNeed {
  return names.store([store, vault], {
    provider: 'azurekv',
    config: { vaultUrl: `https://${vault.toLowerCase()}.vault.azure.net`, authType: 'WorkloadIdentity' },
    toFillIn: ['authType and what it needs: see docs/providers/azurekv.md.'],
  })
}
