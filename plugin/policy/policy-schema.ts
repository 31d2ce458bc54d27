import '../api/jitless.ts'
import * as z from 'zod'
import type { DeepReadonly } from '../api/deep-readonly.ts'
import { GENERATOR_REF_KINDS } from '../api/generator-kinds.ts'
import { GROUP_KIND, GROUP_KIND_EXPECTED } from '../api/group-kind.ts'

/** The administrator's own kind (design: our own config kinds). */
export const POLICY_API_VERSION = 'argocd-external-secrets.io/v1'
export const POLICY_KIND = 'TenancyPolicy'

const pattern = z.string().min(1).max(1024)
const patterns = z.array(pattern).min(1)
const STORE_KINDS = ['SecretStore', 'ClusterSecretStore'] as const
const KEYS = 'What may be read: patterns for keys as the backend resolves them.'

/** Stores that the administrator defines under `stores`, by their names. */
const administratorStores = z.strictObject({
  administrator: pattern.describe('Names of stores under `stores`.'),
  kinds: z
    .array(z.enum(STORE_KINDS))
    .min(1)
    .default([...STORE_KINDS])
    .describe('Their kinds; both without it.'),
  keys: patterns.describe(KEYS),
})

/** Stores of the Git author, by what they are, never by their names (R3). */
const gitStores = z.strictObject({
  provider: z.string().min(1).describe('The key under spec.provider.'),
  kinds: z
    .array(z.enum(STORE_KINDS))
    .min(1)
    .default(['SecretStore'])
    .describe('Kinds that the store may have; a ClusterSecretStore of Git only where it is listed.'),
  facts: z
    .record(z.string(), patterns)
    .default({})
    .describe(
      'Every fact that the store states, with patterns for its values. A fact that is not listed here, or that the store does not state, refuses the store.',
    ),
  hosts: z
    .array(z.string().min(1))
    .default([])
    .describe('Hosts (`host` or `host:port`, no patterns) that may have private addresses.'),
  credentials: z
    .strictObject({
      stream: z.boolean().default(false).describe('Secrets, ConfigMaps and ServiceAccounts that stand among the same manifests.'),
      folder: z.array(pattern).default([]).describe('Names of mounted Secrets of the destination namespace.'),
      ambient: z.boolean().default(false).describe('The identity of the daemon itself.'),
    })
    .default({ stream: false, folder: [], ambient: false })
    .describe('What the store may log in with.'),
  keys: patterns.describe(KEYS),
})

const allow = z.strictObject({
  honourDeletion: z.boolean().default(false).describe('What is gone at the provider may leave a Secret out.'),
  immutable: z.boolean().default(false).describe('Secrets may be immutable, although a rotation then fails the sync.'),
  metadataFromValues: z.boolean().default(false).describe('Labels, annotations and key names may be made of values.'),
  secretTypes: z.array(z.string().min(1)).default([]).describe('Types that grant rights.'),
  argocdSecretTypes: z.array(z.string().min(1)).default([]).describe('Values of the label argocd.argoproj.io/secret-type.'),
  genericTargets: z
    .array(z.string().regex(GROUP_KIND, { error: `is not ${GROUP_KIND_EXPECTED}` }))
    .default([])
    .describe(
      'Kinds that may be made instead of Secrets (spec.target.manifest): `ConfigMap`, `traefik.io/Middleware`. Their values are shown to whoever may see the application.',
    ),
})

const rule = z.strictObject({
  name: z.string().min(1).max(253).describe('What refusals and the audit call it; no two rules have the same.'),
  projects: patterns.describe('AppProjects.'),
  applications: patterns
    .default(['**'])
    .describe('Applications: `name`, or `namespace_name` outside of the namespace of Argo CD; all without it.'),
  namespaces: patterns.describe('Destination namespaces.'),
  objectNamespaces: z.array(pattern).default([]).describe('Further namespaces that objects may name as their own.'),
  stores: z
    .array(z.union([administratorStores, gitStores]))
    .default([])
    .describe('What may be read from where.'),
  generators: z
    .array(z.enum(GENERATOR_REF_KINDS))
    .default([])
    .describe(
      'Kinds of generators that may be asked; a ClusterGenerator needs its own kind and the one in it. What expires is never made inline, whatever is listed.',
    ),
  delivery: z
    .enum(['any', 'passthrough'])
    .default('any')
    .describe('passthrough: nothing is rendered inline, whatever other rules say.'),
  allow: allow
    .default({
      honourDeletion: false,
      immutable: false,
      metadataFromValues: false,
      secretTypes: [],
      argocdSecretTypes: [],
      genericTargets: [],
    })
    .describe('What a render may do beyond the plain case.'),
})

/** A store of the administrator's; `metadata` and `spec` are read as those of a SecretStore. */
const store = z.strictObject({
  kind: z.enum(STORE_KINDS).describe('A SecretStore serves its own namespace, a ClusterSecretStore those under `namespaces`.'),
  metadata: z
    .strictObject({ name: z.string().min(1), namespace: z.string().default('') })
    .describe('Name, and of a SecretStore its namespace.'),
  projects: patterns.default(['**']).describe('AppProjects that it serves; all without it.'),
  namespaces: patterns.default([]).describe('Namespaces that a ClusterSecretStore serves; all without it.'),
  spec: z.record(z.string(), z.unknown()).describe('As in a SecretStore.'),
})

/** One document of the administrator's folder. Unknown fields are errors: a typo must not widen anything. */
export const policySchema = z.strictObject({
  apiVersion: z.literal(POLICY_API_VERSION),
  kind: z.literal(POLICY_KIND),
  metadata: z.strictObject({ name: z.string().min(1) }).describe('A name for people.'),
  mode: z
    .enum(['enforce', 'dryRun'])
    .default('enforce')
    .describe(
      'dryRun: what no rule allows is logged and goes through, as far as nothing is lent to a store of Git. Only when every document says so.',
    ),
  rules: z.array(rule).default([]).describe('Who may do what. What no single rule allows is refused.'),
  stores: z.array(store).default([]).describe('Stores of the administrator. A rule has to allow their use.'),
})

export type PolicyDocument = DeepReadonly<z.output<typeof policySchema>>
export type PolicyRule = PolicyDocument['rules'][number]
export type StoreGrant = PolicyRule['stores'][number]
export type GitStoreGrant = Extract<StoreGrant, { provider: string }>
export type AdministratorStoreGrant = Extract<StoreGrant, { administrator: string }>
