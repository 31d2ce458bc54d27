import * as z from 'zod'
import type { Option } from './option.ts'

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
const storeName = z.union([
  z.literal(''),
  z.string().regex(/^[a-z0-9]([-a-z0-9]{0,99}[a-z0-9])?$/, { error: 'expected a name of lower case letters, digits and -' }),
])

const backends = [
  'vault',
  'awssecretsmanager',
  'gcpsecretmanager',
  'azurekeyvault',
  'ibmsecretsmanager',
  'sops',
  'yandexcloudlockbox',
  '1passwordconnect',
  'keepersecretsmanager',
  'delineasecretserver',
  'kubernetessecret',
] as const

export const backend: Option<(typeof backends)[number]> = {
  name: 'backend',
  doc: 'Of avp: what AVP_TYPE was, such as vault, awssecretsmanager, gcpsecretmanager or azurekeyvault.',
  value: 'TYPE',
  schema: z.enum(backends),
  default: 'vault',
}

export const kvVersion: Option<'1' | '2'> = {
  name: 'kv-version',
  doc: 'Of avp: what AVP_KV_VERSION was; annotations of manifests win.',
  value: '1|2',
  schema: z.enum(['1', '2']),
  default: '2',
}

export const store: Option<string> = {
  name: 'store',
  doc: 'Name of the store, or what the names of several begin with. Without it: named after the provider.',
  value: 'NAME',
  schema: storeName,
  default: '',
}

export const storeKind: Option<'SecretStore' | 'ClusterSecretStore'> = {
  name: 'store-kind',
  doc: 'Kind of the stores that the ExternalSecrets name.',
  value: 'SecretStore|ClusterSecretStore',
  schema: z.enum(['SecretStore', 'ClusterSecretStore']),
  default: 'SecretStore',
}

export const skipStores: Option<boolean> = {
  name: 'skip-stores',
  doc: 'Print no stores to fill in: they are there already.',
  schema: flag,
  default: false,
}

export const outputDirectory: Option<string> = {
  name: 'output-dir',
  doc: 'Write every file below this folder, at its path below PATH, instead of one stream; stores go to secret-stores.yaml there.',
  value: 'DIR',
  schema: z.string(),
  default: '',
}

export const force: Option<boolean> = {
  name: 'force',
  doc: 'With --output-dir: overwrite files that are there.',
  schema: flag,
  default: false,
}

export const report: Option<'text' | 'json'> = {
  name: 'report',
  doc: 'How standard error says what was left: as text, or as one object of JSON.',
  value: 'text|json',
  schema: z.enum(['text', 'json']),
  default: 'text',
}
