import * as z from 'zod'
import type { Option } from './option.ts'
import { delivery, timeout, workloadChecksums } from './options.ts'

const text = z.string()
const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, { error: 'expected a name of lower case letters, digits, - and .' })
const flag = z.enum(['true', 'false'], { error: 'expected true or false' }).transform((given) => given === 'true')
const list = z.array(z.string())
const map = z.record(z.string(), z.string())

const stores: Option<readonly string[]> = {
  name: 'stores',
  doc: 'The names of the stores that this application may use. Without it: every one that the policy allows.',
  value: 'NAMES',
  schema: z.array(name),
  default: [],
  author: true,
  collection: 'array',
}

const render: Option<'auto' | 'helm' | 'kustomize' | 'directory'> = {
  name: 'render',
  doc: 'How the manifests of the folder are made. auto: helm for a Chart.yaml, kustomize for a kustomization file, else the files as they are.',
  value: 'auto|helm|kustomize|directory',
  schema: z.enum(['auto', 'helm', 'kustomize', 'directory']),
  default: 'auto',
  author: true,
}

const helmReleaseName: Option<string> = {
  name: 'helm-release-name',
  doc: 'The name of the release; that of the Application without it.',
  value: 'NAME',
  schema: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?$/, { error: 'expected a name of at most 53 characters' }),
  default: '',
  author: true,
}

const helmValues: Option<string> = {
  name: 'helm-values',
  doc: 'Values as YAML; they win over those of the files.',
  value: 'YAML',
  schema: text,
  default: '',
  author: true,
}

const helmValueFiles: Option<readonly string[]> = {
  name: 'helm-value-files',
  doc: 'Files of values, from the folder of the chart, or with a leading / from the root of the repository; later ones win.',
  value: 'FILES',
  schema: list,
  default: [],
  author: true,
  collection: 'array',
}

const helmIgnoreMissingValueFiles: Option<boolean> = {
  name: 'helm-ignore-missing-value-files',
  doc: 'true: value files that are not there are left out.',
  schema: flag,
  default: false,
  author: true,
}

const helmParameters: Option<Readonly<Record<string, string>>> = {
  name: 'helm-parameters',
  doc: 'Single values, as helm reads --set; they win over all others.',
  value: 'NAME=VALUE',
  schema: map,
  default: {},
  author: true,
  collection: 'map',
}

const helmStringParameters: Option<Readonly<Record<string, string>>> = {
  name: 'helm-string-parameters',
  doc: 'Single values that stay texts, as helm reads --set-string.',
  value: 'NAME=VALUE',
  schema: map,
  default: {},
  author: true,
  collection: 'map',
}

const helmSkipCrds: Option<boolean> = {
  name: 'helm-skip-crds',
  doc: 'true: without the custom resource definitions of the chart.',
  schema: flag,
  default: false,
  author: true,
}

const helmSkipTests: Option<boolean> = {
  name: 'helm-skip-tests',
  doc: 'true: without the test hooks of the chart.',
  schema: flag,
  default: false,
  author: true,
}

const helmSkipSchemaValidation: Option<boolean> = {
  name: 'helm-skip-schema-validation',
  doc: 'true: values are not checked against the schema of the chart.',
  schema: flag,
  default: false,
  author: true,
}

const kustomizeNamePrefix: Option<string> = {
  name: 'kustomize-name-prefix',
  doc: 'Put before the name of every resource.',
  value: 'TEXT',
  schema: text,
  default: '',
  author: true,
}

const kustomizeNameSuffix: Option<string> = {
  name: 'kustomize-name-suffix',
  doc: 'Put behind the name of every resource.',
  value: 'TEXT',
  schema: text,
  default: '',
  author: true,
}

const kustomizeNamespace: Option<string> = {
  name: 'kustomize-namespace',
  doc: 'The namespace of every resource.',
  value: 'NAME',
  schema: name,
  default: '',
  author: true,
}

const kustomizeImages: Option<readonly string[]> = {
  name: 'kustomize-images',
  doc: 'Images to replace: NAME=NEW-NAME:TAG, NAME:TAG or NAME@DIGEST.',
  value: 'IMAGES',
  schema: list,
  default: [],
  author: true,
  collection: 'array',
}

const kustomizeLabels: Option<Readonly<Record<string, string>>> = {
  name: 'kustomize-labels',
  doc: 'Labels of every resource; selectors stay as they are.',
  value: 'NAME=VALUE',
  schema: map,
  default: {},
  author: true,
  collection: 'map',
}

const kustomizeAnnotations: Option<Readonly<Record<string, string>>> = {
  name: 'kustomize-annotations',
  doc: 'Annotations of every resource.',
  value: 'NAME=VALUE',
  schema: map,
  default: {},
  author: true,
  collection: 'map',
}

const directoryRecurse: Option<boolean> = {
  name: 'directory-recurse',
  doc: 'true: the folders below as well.',
  schema: flag,
  default: false,
  author: true,
}

const directoryInclude: Option<string> = {
  name: 'directory-include',
  doc: 'A glob; only files whose path matches it. * stands for any text with slashes, {a,b} for one of several.',
  value: 'GLOB',
  schema: text,
  default: '',
  author: true,
}

const directoryExclude: Option<string> = {
  name: 'directory-exclude',
  doc: 'A glob; without the files whose path matches it.',
  value: 'GLOB',
  schema: text,
  default: '',
  author: true,
}

/** Every option that a Git author may set by `plugin.parameters`, or by `plugin.env` in capitals with `_` (R2), as plugin.yaml announces them. */
export const authorOptions: readonly Option<unknown>[] = [
  delivery,
  timeout,
  stores,
  workloadChecksums,
  render,
  helmReleaseName,
  helmValues,
  helmValueFiles,
  helmIgnoreMissingValueFiles,
  helmParameters,
  helmStringParameters,
  helmSkipCrds,
  helmSkipTests,
  helmSkipSchemaValidation,
  kustomizeNamePrefix,
  kustomizeNameSuffix,
  kustomizeNamespace,
  kustomizeImages,
  kustomizeLabels,
  kustomizeAnnotations,
  directoryRecurse,
  directoryInclude,
  directoryExclude,
]
