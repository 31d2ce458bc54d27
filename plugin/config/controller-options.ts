import * as z from 'zod'
import { callQuotas } from './call-quotas.ts'
import type { Option } from './option.ts'
import { wholeNumber } from './whole-number.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

export const kubeconfig: Option<string> = {
  name: 'kubeconfig',
  doc: 'Files that say which API server to use and how to log in. Without it: the variable KUBECONFIG, the pod’s own account, ~/.kube/config.',
  value: 'FILE',
  schema: z.string(),
  default: '',
}

export const context: Option<string> = {
  name: 'context',
  doc: 'A context of the kubeconfig; its current one without it.',
  value: 'NAME',
  schema: z.string(),
  default: '',
}

export const watchNamespace: Option<string> = {
  name: 'watch-namespace',
  doc: 'Only this namespace: no ClusterSecretStores then. All namespaces without it.',
  value: 'NAME',
  schema: z.string().regex(/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$/),
  default: '',
  env: `${PREFIX}WATCH_NAMESPACE`,
}

export const controllerClass: Option<string> = {
  name: 'controller-class',
  doc: 'Stores whose spec.controller is empty or this are ours; ExternalSecrets of others are left alone without a word.',
  value: 'NAME',
  schema: z.string().min(1),
  default: 'default',
  env: `${PREFIX}CONTROLLER_CLASS`,
}

export const concurrent: Option<number> = {
  name: 'concurrent',
  doc: 'How many ExternalSecrets are worked on at once.',
  value: 'N',
  schema: wholeNumber(1, 1_000),
  default: 20,
  env: `${PREFIX}CONCURRENT`,
}

export const kubeConnections: Option<number> = {
  name: 'kube-connections',
  doc: 'Connections to the API server for requests; watches have their own.',
  value: 'N',
  schema: wholeNumber(1, 256),
  default: 20,
  env: `${PREFIX}KUBE_CONNECTIONS`,
}

export const storeRequeueInterval: Option<number> = {
  name: 'store-requeue-interval',
  doc: 'How often a store is validated that says nothing itself (spec.refreshInterval), in milliseconds.',
  value: 'MS',
  schema: wholeNumber(1_000, 24 * 3_600_000),
  default: 5 * 60_000,
  env: `${PREFIX}STORE_REQUEUE_INTERVAL`,
}

export const clusterStores: Option<'on' | 'off'> = {
  name: 'cluster-stores',
  doc: 'Whether ClusterSecretStores are ours; off leaves ExternalSecrets that name one alone.',
  value: 'on|off',
  schema: z.enum(['on', 'off']),
  default: 'on',
  env: `${PREFIX}CLUSTER_STORES`,
}

export const floodGate: Option<'on' | 'off'> = {
  name: 'flood-gate',
  doc: 'Whether nothing is read from a store that is not Ready.',
  value: 'on|off',
  schema: z.enum(['on', 'off']),
  default: 'on',
  env: `${PREFIX}FLOOD_GATE`,
}

export const genericTargets: Option<boolean> = {
  name: 'unsafe-allow-generic-targets',
  doc: 'ExternalSecrets may make other objects than Secrets (spec.target.manifest). Nothing protects the values in them; which kinds is for the rights of the account to say.',
  schema: flag,
  default: false,
  env: `${PREFIX}UNSAFE_ALLOW_GENERIC_TARGETS`,
}

export const statusEveryRefresh: Option<boolean> = {
  name: 'status-every-refresh',
  doc: 'Write status.refreshTime with every refresh, as the External Secrets Operator does, and not once a day where nothing changes.',
  schema: flag,
  default: false,
  env: `${PREFIX}STATUS_EVERY_REFRESH`,
}

export const extendedMetricLabels: Option<boolean> = {
  name: 'enable-extended-metric-labels',
  doc: 'Series of an object have its labels app.kubernetes.io/name, instance, version, component, part-of and managed-by, as app_kubernetes_io_name and so on.',
  schema: flag,
  default: false,
  env: `${PREFIX}ENABLE_EXTENDED_METRIC_LABELS`,
}

export const detectQuota: Option<ReadonlyMap<string, number>> = {
  name: 'detect-quota',
  doc: 'How many calls a second the detector of one store makes at most, by provider: aws=40,vault=200. docs/changes.md has the defaults.',
  value: 'PROVIDER=N,…',
  schema: callQuotas,
  default: new Map(),
  env: `${PREFIX}DETECT_QUOTA`,
}

export const detectWatches: Option<number> = {
  name: 'detect-watches',
  doc: 'How many stores this process watches at once, where their providers tell of changes by themselves; the others are asked at intervals.',
  value: 'N',
  schema: wholeNumber(0, 10_000),
  default: 100,
  env: `${PREFIX}DETECT_WATCHES`,
}

export const leaseNamespace: Option<string> = {
  name: 'lease-namespace',
  doc: 'Where the Lease is by which one of several processes leads. Empty for none: this one works alone.',
  value: 'NAME',
  schema: z.string(),
  default: '',
  env: 'POD_NAMESPACE',
}

export const leaseName: Option<string> = {
  name: 'lease-name',
  doc: 'Name of the Lease; that of the External Secrets Operator, so that the two never work at once where it uses one.',
  value: 'NAME',
  schema: z.string().min(1),
  default: 'external-secrets-controller',
  env: `${PREFIX}LEASE_NAME`,
}

export const shards: Option<number> = {
  name: 'shards',
  doc: 'Into how many parts the stores of the cluster are divided, each led by a process of its own where there are enough.',
  value: 'N',
  schema: wholeNumber(1, 64),
  default: 1,
  env: `${PREFIX}SHARDS`,
}

export const leaseDuration: Option<number> = {
  name: 'lease-duration',
  doc: 'How long the others wait after the last sign of life of the leader, in milliseconds; whole seconds.',
  value: 'MS',
  schema: wholeNumber(2_000, 600_000),
  default: 15_000,
  env: `${PREFIX}LEASE_DURATION`,
}

export const leaseRenewDeadline: Option<number> = {
  name: 'lease-renew-deadline',
  doc: 'How long the leader writes after its last renewal, in milliseconds; less than the duration.',
  value: 'MS',
  schema: wholeNumber(1_000, 600_000),
  default: 10_000,
  env: `${PREFIX}LEASE_RENEW_DEADLINE`,
}

export const leaseRetryPeriod: Option<number> = {
  name: 'lease-retry-period',
  doc: 'How often the Lease is renewed or asked for, in milliseconds.',
  value: 'MS',
  schema: wholeNumber(100, 600_000),
  default: 2_000,
  env: `${PREFIX}LEASE_RETRY_PERIOD`,
}

export const esoCheck: Option<'on' | 'off'> = {
  name: 'eso-check',
  doc: 'Whether to refuse to start beside the External Secrets Operator of the same class; with --watch-namespace only where its account may list Deployments.',
  value: 'on|off',
  schema: z.enum(['on', 'off']),
  default: 'on',
  env: `${PREFIX}ESO_CHECK`,
}
