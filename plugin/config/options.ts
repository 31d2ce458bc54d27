import * as z from 'zod'
import { GROUP_KIND, GROUP_KIND_EXPECTED } from '../api/group-kind.ts'
import type { Option } from './option.ts'
import { wholeNumber } from './whole-number.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

export const timeout: Option<number> = {
  name: 'timeout',
  doc: 'How long one render may take, in milliseconds, all providers together.',
  value: 'MS',
  schema: wholeNumber(100, 90_000),
  default: 50_000,
  env: `${PREFIX}TIMEOUT`,
  author: true,
}

export const callTimeout: Option<number> = {
  name: 'call-timeout',
  doc: 'How long one call to a provider may take, in milliseconds, before it is tried again.',
  value: 'MS',
  schema: wholeNumber(10, 60_000),
  default: 10_000,
  env: `${PREFIX}CALL_TIMEOUT`,
}

export const maxConcurrency: Option<number> = {
  name: 'max-concurrency',
  doc: 'How many calls to one store may be under way at once; a provider whose quota says less uses less.',
  value: 'N',
  schema: wholeNumber(1, 256),
  default: 32,
  env: `${PREFIX}MAX_CONCURRENCY`,
}

export const output: Option<'yaml' | 'json'> = {
  name: 'output',
  doc: 'yaml: the stream as it came, with Secrets in place of ExternalSecrets; json: every document as one object a line.',
  value: 'yaml|json',
  schema: z.enum(['yaml', 'json']),
  default: 'yaml',
}

export const keepStores: Option<boolean> = {
  name: 'keep-stores',
  doc: 'Leave SecretStores and ClusterSecretStores in the output.',
  schema: flag,
  default: false,
  env: `${PREFIX}KEEP_STORES`,
}

export const delivery: Option<'inline' | 'passthrough'> = {
  name: 'delivery',
  doc: 'inline: render Secrets; passthrough: leave ExternalSecrets and stores for a controller in the cluster. An annotation on an object wins.',
  value: 'inline|passthrough',
  schema: z.enum(['inline', 'passthrough']),
  default: 'inline',
  env: `${PREFIX}DELIVERY`,
  author: true,
}

export const genericTargets: Option<string> = {
  name: 'generic-targets',
  doc: 'Kinds that ExternalSecrets may make instead of Secrets (spec.target.manifest): ConfigMap, traefik.io/Middleware. Anybody who may read such an object reads its values. Inside Argo CD the tenancy policy alone says so.',
  value: 'KIND,…',
  schema: z.string().refine((text) => text === '' || text.split(',').every((kind) => GROUP_KIND.test(kind.trim())), {
    error: `expected kinds with commas between them, each ${GROUP_KIND_EXPECTED}`,
  }),
  default: '',
  env: `${PREFIX}GENERIC_TARGETS`,
}

export const namespace: Option<string> = {
  name: 'namespace',
  doc: 'The namespace of objects that name none. In Argo CD it is the destination namespace of the Application.',
  value: 'NAME',
  schema: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
  default: 'default',
  env: 'ARGOCD_APP_NAMESPACE',
}

export const credentials: Option<string> = {
  name: 'credentials',
  doc: 'A folder of mounted Secrets, DIR/NAMESPACE/NAME/KEY, for what stores name by secretRef and serviceAccountRef.',
  value: 'DIR',
  schema: z.string(),
  default: '',
  env: `${PREFIX}CREDENTIALS`,
}

export const seedFile: Option<string> = {
  name: 'seed-file',
  doc: 'A file of at least 32 bytes to keep secret: with it the random functions of templates give the same with every render.',
  value: 'FILE',
  schema: z.string(),
  default: '',
  env: `${PREFIX}SEED_FILE`,
}

export const workloadChecksums: Option<'annotated' | 'all'> = {
  name: 'workload-checksums',
  doc: 'Which Deployments, StatefulSets, DaemonSets, CronJobs and Rollouts start new pods when a value they use changes: those with the annotation argocd-external-secrets.io/workload-checksum: enabled, or all but those that say disabled.',
  value: 'annotated|all',
  schema: z.enum(['annotated', 'all']),
  default: 'annotated',
  env: `${PREFIX}WORKLOAD_CHECKSUMS`,
  author: true,
}

export const strict: Option<boolean> = {
  name: 'strict',
  doc: 'What depends on other objects, and what the webhook of External Secrets would refuse, fails as well.',
  schema: flag,
  default: false,
}

export const validateCluster: Option<boolean> = {
  name: 'cluster',
  doc: 'Ask a cluster as well: an error is each Secret that would be deleted there once its ExternalSecret is delivered inline.',
  schema: flag,
  default: false,
}

export const data: Option<string> = {
  name: 'data',
  doc: 'A YAML or JSON file with the names and values that the template is given; - is standard input. Without it there are none.',
  value: 'FILE',
  schema: z.string(),
  default: '',
}

export const engine: Option<'v2' | 'handlebars'> = {
  name: 'engine',
  doc: 'The language of the template. v2: Go templates, as in the External Secrets Operator.',
  value: 'v2|handlebars',
  schema: z.enum(['v2', 'handlebars']),
  default: 'v2',
}

export const showValues: Option<boolean> = {
  name: 'show-values',
  doc: 'An error says all that a function said, which may hold a value.',
  schema: flag,
  default: false,
}

export const list: Option<boolean> = {
  name: 'list',
  doc: 'Print every function that templates may call, instead of rendering.',
  schema: flag,
  default: false,
}

export const explain: Option<string> = {
  name: 'explain',
  doc: 'Print what one function does, with an example, instead of rendering.',
  value: 'FUNCTION',
  schema: z.string(),
  default: '',
}

export const config: Option<string> = {
  name: 'config',
  doc: 'A YAML file of options, by their names without the dashes; flags and variables win over it.',
  value: 'FILE',
  schema: z.string(),
  default: '',
  env: `${PREFIX}CONFIG`,
}
