import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { readCoreObjects } from '../../plugin/argocd/core-objects.ts'
import { takeInventory } from '../../plugin/argocd/inventory.ts'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { type Plan, planReads } from '../../plugin/expansion/plan.ts'
import { generators } from '../../plugin/generators/registry.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import type { Tenant } from '../../plugin/model/tenant.ts'
import type { PolicyNeed } from '../../plugin/policy/policy-need.ts'
import { readPolicy, type TenancyPolicy } from '../../plugin/policy/read-policy.ts'
import type { TenantStoreTools } from '../../plugin/policy/store-finding.ts'
import { tenantPermissions } from '../../plugin/policy/tenant-permissions.ts'
import { tenantRules } from '../../plugin/policy/tenant-rules.ts'
import { tenantStores } from '../../plugin/policy/tenant-stores.ts'
import type { CredentialSource } from '../../plugin/providers/credential-source.ts'
import { providers } from '../../plugin/providers/registry.ts'
import type { StoreScope } from '../../plugin/stores/open-store.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { mountedFiles } from './mounted-files.ts'

export const TENANT: Tenant = { project: 'payments', application: 'shop', namespace: 'pay' }

/** What somebody asked the providers for. */
export interface Opened {
  readonly store: string
  readonly namespace: string
  readonly credentials: CredentialSource
  readonly scope: StoreScope | undefined
}

/** A render's plan under a policy, and what became of it. */
export interface Planned extends Plan {
  readonly refusals: readonly string[]
  readonly noted: readonly { readonly refusal: SecretError; readonly need: PolicyNeed | undefined }[]
  /** Opens every store of the plan. */
  open(): Promise<readonly Opened[]>
}

export interface Given {
  readonly tenant?: Partial<Tenant>
  readonly narrowedTo?: readonly string[]
  /** `namespace/name/key`. */
  readonly mounted?: Readonly<Record<string, string>>
}

/** Files in a folder of their own, which is gone after `use`. */
export async function withFolder<T>(files: Readonly<Record<string, string>>, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'policy-'))
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text)
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** The policy that these lines below `apiVersion`, `kind` and `metadata` make. */
export function policyOf(body: string | object): Promise<TenancyPolicy> {
  const head = { apiVersion: 'argocd-external-secrets.io/v1', kind: 'TenancyPolicy', metadata: { name: 'test' } }
  const text =
    typeof body === 'string'
      ? `apiVersion: ${head.apiVersion}\nkind: ${head.kind}\nmetadata: {name: test}\n${body}`
      : JSON.stringify({ ...head, ...body })
  return withFolder({ 'policy.yaml': text }, (directory) => readPolicy(directory, providers))
}

/** Manifests as a render of the tenant reads them. */
export async function manifestsOf(text: string, tenant: Tenant) {
  const streams = [splitManifests('app.yaml', new TextEncoder().encode(text))]
  const inventory = await takeInventory(
    streams,
    { mode: 'argocd', namespace: tenant.namespace, delivery: 'inline', stores: 'consume', output: 'yaml' },
    objectSchemas(providers, generators),
  )
  const [problem] = inventory.problems
  if (problem) throw problem
  return {
    stores: inventory.stores,
    generators: inventory.generators,
    inputs: inventory.externalSecrets.map(({ input }) => input),
    core: await readCoreObjects(streams, tenant.namespace),
  }
}

/** Plans what `manifests` ask for, as far as the policy allows it. */
export async function planned(policy: TenancyPolicy, manifests: string, given: Given = {}): Promise<Planned> {
  const tenant = { ...TENANT, ...given.tenant }
  const { stores, inputs, core } = await manifestsOf(manifests, tenant)
  const noted: { refusal: SecretError; need: PolicyNeed | undefined }[] = []
  const opened: Opened[] = []
  const tools: TenantStoreTools = {
    tenant,
    policy,
    rules: tenantRules(policy, tenant),
    narrowedTo: given.narrowedTo,
    providers,
    folder: mountedFiles(given.mounted ?? {}, '/credentials'),
    opener: {
      async open({ resource }, namespace, credentials, scope) {
        opened.push({ store: resource.metadata.name, namespace, credentials, scope })
        throw new SecretError('Unavailable', 'this test opens no store')
      },
    },
    onDryRefusal: (refusal, need) => noted.push({ refusal, need }),
  }
  const plan = planReads(inputs, await tenantStores(stores, core, tools), core)
  return {
    ...plan,
    noted,
    refusals: plan.problems.map(({ kind, message }) => `${kind}: ${message}`),
    async open() {
      for (const { store } of plan.stores.values()) await store.open().catch(() => undefined)
      return opened
    },
  }
}

export function permissionsOf(policy: TenancyPolicy, tenant: Partial<Tenant> = {}) {
  return tenantPermissions(tenantRules(policy, { ...TENANT, ...tenant }))
}

/** One ExternalSecret that reads `keys` from a store. */
export function reads(store: string, keys: readonly string[], more: object = {}): string {
  return `${JSON.stringify({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: `reads-${store}`, ...more },
    spec: {
      secretStoreRef: {
        name: store.replace(/^cluster-/, ''),
        kind: store.startsWith('cluster-') ? 'ClusterSecretStore' : 'SecretStore',
      },
      data: keys.map((key, index) => ({ secretKey: `key-${index}`, remoteRef: { key } })),
    },
  })}\n---\n`
}

/** A store in Git. */
export function gitStore(name: string, provider: object, kind = 'SecretStore'): string {
  return `${JSON.stringify({ apiVersion: 'external-secrets.io/v1', kind, metadata: { name }, spec: { provider } })}\n---\n`
}
