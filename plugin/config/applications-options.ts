import * as z from 'zod'
import type { Option } from './option.ts'
import { serviceAccounts } from './service-accounts.ts'
import { wholeNumber } from './whole-number.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

function variable(name: string): string {
  return `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}`
}

function textOption(name: string, value: string, doc: string, otherwise = ''): Option<string> {
  return { name, doc, value, schema: z.string(), default: otherwise, env: variable(name) }
}

function countOption(
  name: string,
  value: string,
  [least, most]: readonly [number, number],
  otherwise: number,
  doc: string,
): Option<number> {
  return { name, doc, value, schema: wholeNumber(least, most), default: otherwise, env: variable(name) }
}

/** Of `controller applications`, and of `refresh`, which asks it. */
export const ownNamespace = textOption(
  'own-namespace',
  'NAME',
  'The namespace of the controller itself: its Lease, its index and the ConfigMap that pauses it.',
  'argocd',
)

export const argocdNamespace = textOption('argocd-namespace', 'NAME', 'The namespace that Argo CD runs in.', 'argocd')

export const refreshBy: Option<'api' | 'annotation'> = {
  name: 'refresh-by',
  doc: 'api: ask argocd-server, with a token that has `applications, get`; annotation: patch the Application, which needs an administrator’s right.',
  value: 'api|annotation',
  schema: z.enum(['api', 'annotation']),
  default: 'api',
  env: variable('refresh-by'),
}

export const argocdUrl = textOption('argocd-url', 'URL', 'Where argocd-server is.', 'https://argocd-server.argocd.svc')

export const argocdCa = textOption(
  'argocd-ca',
  'FILE',
  'PEM of the authority of its certificate; without it those of the system.',
)

export const argocdToken = textOption('argocd-token', 'FILE', 'The token of an account of Argo CD.')

export const intake = textOption('intake', 'ADDRESS', 'HOST:PORT where daemons dial in.', '0.0.0.0:8443')

export const intakeCertificate = textOption(
  'intake-certificate',
  'FILE',
  'PEM of the certificate that daemons are shown. Without it only this machine can dial in.',
)

export const intakeKey = textOption('intake-key', 'FILE', 'PEM of the key of --intake-certificate.')

export const intakeClientCa = textOption(
  'intake-client-ca',
  'FILE',
  'PEM of the authority of certificates that daemons show; any certificate of it is let in.',
)

export const intakeToken = textOption(
  'intake-token',
  'FILE',
  'A bearer token that daemons show, or several, a line each, while one is rotated.',
)

export const intakeServiceAccounts: Option<ReadonlySet<string>> = {
  name: 'intake-service-accounts',
  doc: 'ServiceAccounts whose Pods are let in with a projected token for --intake-audience, signed by the API server of this cluster.',
  value: 'NAMESPACE/NAME,…',
  schema: serviceAccounts,
  default: new Set(),
  env: variable('intake-service-accounts'),
}

export const intakeAudience: Option<string> = {
  name: 'intake-audience',
  doc: 'The one audience of these tokens, and none of the API server itself.',
  value: 'TEXT',
  schema: z.string().min(1),
  default: 'argocd-external-secrets-controller',
  env: variable('intake-audience'),
}

export const operatorListen = textOption(
  'operator-listen',
  'ADDRESS',
  'HOST:PORT on this machine alone where the command refresh asks; empty for none.',
  '127.0.0.1:8081',
)

export const refreshRate = countOption(
  'refresh-rate',
  'N',
  [1, 6_000],
  60,
  'How many Applications are refreshed a minute at most.',
)

export const refreshBurst = countOption('refresh-burst', 'N', [1, 1_000], 1, 'How many are refreshed at once after a pause.')

export const refreshConcurrency = countOption(
  'refresh-concurrency',
  'N',
  [1, 1_000],
  10,
  'How many refreshes may be under way at once.',
)

export const refreshPerStore = countOption('refresh-per-store', 'N', [1, 1_000], 5, 'How many of them because of one store.')

export const refreshPerProject = countOption('refresh-per-project', 'N', [1, 1_000], 5, 'How many of them in one AppProject.')

export const detectInterval = countOption(
  'detect-interval',
  'MS',
  [1_000, 86_400_000],
  60_000,
  'How often a key of an administrator’s store is looked at for a new version, in milliseconds; sooner where a refreshInterval is shorter.',
)

export const leastInterval = countOption(
  'least-interval',
  'MS',
  [1_000, 86_400_000],
  600_000,
  'A refreshInterval that is shorter counts as this, in milliseconds, where only a render can tell what changed.',
)

export const sync: Option<'never' | 'automated' | 'all'> = {
  name: 'sync',
  doc: 'Which Applications without self-heal are synced after a refresh, those objects alone that it changed: none, those with automated sync, or all. The token needs `applications, sync`.',
  value: 'never|automated|all',
  schema: z.enum(['never', 'automated', 'all']),
  default: 'never',
  env: variable('sync'),
}

export const syncHooks: Option<boolean> = {
  name: 'sync-hooks',
  doc: 'Sync an Application as a whole when a hook uses a value that changed: its hooks run again.',
  schema: flag,
  default: false,
  env: variable('sync-hooks'),
}

export const pause: Option<boolean> = {
  name: 'pause',
  doc: 'Notice changes and tell daemons, and refresh nothing.',
  schema: flag,
  default: false,
  env: variable('pause'),
}

export const store = textOption(
  'store',
  'NAME',
  'Of refresh: the store, as reports name it: "ClusterSecretStore vault", "SecretStore shop/aws".',
)

export const key = textOption('key', 'KEY', 'Of refresh: the key, as ExternalSecrets name it.')

export const dryRun: Option<boolean> = {
  name: 'dry-run',
  doc: 'Say which Applications would be refreshed, and refresh none.',
  schema: flag,
  default: false,
}

export const applicationsOptions: readonly Option<unknown>[] = [
  ownNamespace,
  argocdNamespace,
  refreshBy,
  argocdUrl,
  argocdCa,
  argocdToken,
  intake,
  intakeCertificate,
  intakeKey,
  intakeClientCa,
  intakeToken,
  intakeServiceAccounts,
  intakeAudience,
  operatorListen,
  refreshRate,
  refreshBurst,
  refreshConcurrency,
  refreshPerStore,
  refreshPerProject,
  detectInterval,
  leastInterval,
  sync,
  syncHooks,
  pause,
]
