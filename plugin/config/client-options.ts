import * as z from 'zod'
import type { Option } from './option.ts'
import { wholeNumber } from './whole-number.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

/** What an administrator sets in the container of the thin client, which reads it without this schema (`plugin/client/client-settings.ts`). */
export const sourceCache: Option<string> = {
  name: 'source-cache',
  doc: 'A folder where the client keeps what helm and kustomize gave, by the digest of their input. Without it they run at every render.',
  value: 'DIR',
  schema: z.string(),
  default: '',
  env: `${PREFIX}SOURCE_CACHE`,
}

export const kustomizeEnableHelm: Option<boolean> = {
  name: 'kustomize-enable-helm',
  doc: 'kustomize may inflate the charts that a kustomization names (helmCharts).',
  schema: flag,
  default: false,
  env: `${PREFIX}KUSTOMIZE_ENABLE_HELM`,
}

export const sourcePlainHttp: Option<boolean> = {
  name: 'source-plain-http',
  doc: 'helm and kustomize may fetch over plain http. Metadata services of clouds speak it too: bound what the pod may reach first.',
  schema: flag,
  default: false,
  env: `${PREFIX}SOURCE_PLAIN_HTTP`,
}

export const sourceConcurrency: Option<number> = {
  name: 'source-concurrency',
  doc: 'How many runs of helm and kustomize there may be at once in the container of the client; 0: as many as it has processors.',
  value: 'N',
  schema: wholeNumber(0, 256),
  default: 0,
  env: `${PREFIX}SOURCE_CONCURRENCY`,
}
