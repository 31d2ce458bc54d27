import type { ExternalSecret } from '../api/external-secret.ts'
import type { TypePermissions } from '../api/render-rules.ts'
import { ARGOCD_SECRET_TYPE } from '../api/rights-granting-secrets.ts'
import { fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { isAnnotationName, isDataKey, isDnsSubdomain, isLabel } from './kubernetes-names.ts'
import type { SecretManifest } from './secret-manifest.ts'

/** The API server's limit for the sum of all values of a Secret (core/v1 MaxSecretSize). */
const MAX_DATA_BYTES = 1024 * 1024
/** apimachinery, TotalAnnotationSizeLimitB. */
const MAX_ANNOTATION_BYTES = 256 * 1024

/** One sentence about a Secret; says what is wrong, with the field of the ExternalSecret `source` that decides it. */
type SecretCheck = (
  secret: SecretManifest,
  source: ExternalSecret,
  mayHaveArgoCdType: TypePermissions['mayHaveArgoCdType'],
) => SecretError | undefined

const nameIsADnsName: SecretCheck = ({ name }) =>
  isDnsSubdomain(name)
    ? undefined
    : invalid('spec.target.name', `${quoteName(name)} is not a DNS subdomain name of at most 253 characters`)

const keysAreAllowed: SecretCheck = ({ data }) => {
  const key = [...data.keys()].find((key) => !isDataKey(key))
  return key === undefined
    ? undefined
    : invalid(
        'spec',
        `${quoteName(key)} is no key of a Secret: letters, digits, '-', '_' and '.', at most 253`,
        'rename it, or see conversionStrategy',
      )
}

const labelsAreAllowed: SecretCheck = ({ labels }, source) => {
  const name = [...labels].find(([name, value]) => !isLabel(name, value))?.[0]
  return name === undefined
    ? undefined
    : invalid(metadataField(source, 'labels', name), `the label ${quoteName(name)} has a name or a value that Kubernetes refuses`)
}

const annotationsAreAllowed: SecretCheck = ({ annotations }, source) => {
  const name = [...annotations.keys()].find((name) => !isAnnotationName(name))
  if (name !== undefined)
    return invalid(metadataField(source, 'annotations', name), `${quoteName(name)} is no name of an annotation`)
  const bytes = [...annotations].reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0)
  return bytes > MAX_ANNOTATION_BYTES
    ? invalid(metadataField(source, 'annotations'), `annotations of ${bytes} bytes: Kubernetes takes ${MAX_ANNOTATION_BYTES}`)
    : undefined
}

/** R9: what the render rules cannot see, since a template of templateFrom gives the label. */
const argoCdKeepsItsOwn: SecretCheck = ({ labels }, _source, mayHaveArgoCdType) =>
  labels.has(ARGOCD_SECRET_TYPE) && !mayHaveArgoCdType(labels.get(ARGOCD_SECRET_TYPE) ?? '')
    ? invalid(
        TEMPLATE_FROM,
        `would give the label ${ARGOCD_SECRET_TYPE}, by which Argo CD takes the Secret for a part of its own configuration`,
      )
    : undefined

const TEMPLATE_FROM = 'spec.target.template.templateFrom'

/**
 * Where a label or annotation of the Secret is written: in the template, at the ExternalSecret, of which it is a copy (R8), or in the result of
 * templateFrom.
 */
function metadataField({ metadata, spec }: ExternalSecret, kind: 'labels' | 'annotations', name?: string): string {
  const { template } = spec.target
  const inTemplate = ['spec', 'target', 'template', 'metadata', kind]
  if (name === undefined) return fieldName(template?.metadata ? inTemplate : ['metadata', kind])
  if (Object.hasOwn(template?.metadata?.[kind] ?? {}, name)) return fieldName([...inTemplate, name])
  return template?.templateFrom?.length && !Object.hasOwn(metadata[kind] ?? {}, name)
    ? TEMPLATE_FROM
    : fieldName(['metadata', kind, name])
}

const sizeIsAllowed: SecretCheck = ({ data }) => {
  const bytes = [...data.values()].reduce((sum, value) => sum + value.byteLength, 0)
  return bytes > MAX_DATA_BYTES
    ? invalid('spec', `values of ${bytes} bytes: a Secret takes ${MAX_DATA_BYTES}`, 'split it into several')
    : undefined
}

/** Of each type what the API server asks for: one key of each list (core/v1, ValidateSecret). */
const KEYS_OF_TYPES: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['kubernetes.io/tls', [['tls.crt'], ['tls.key']]],
  ['kubernetes.io/dockerconfigjson', [['.dockerconfigjson']]],
  ['kubernetes.io/dockercfg', [['.dockercfg']]],
  ['kubernetes.io/basic-auth', [['username', 'password']]],
  ['kubernetes.io/ssh-auth', [['ssh-privatekey']]],
])

/** Of a Secret that is made whole: one that is merged into another has its keys there. */
const typeHasItsKeys: SecretCheck = ({ type, data }, { spec }) => {
  const { creationPolicy } = spec.target
  if (type === undefined || creationPolicy === 'Merge' || creationPolicy === 'CreateOrMerge') return undefined
  const missing = KEYS_OF_TYPES.get(type)?.find((keys) => !keys.some((key) => data.has(key)))
  return missing === undefined
    ? undefined
    : invalid(
        'spec.target.template.type',
        `a Secret of type ${quoteName(type)} needs the key ${missing.map(quoteName).join(' or ')}, which nothing gives`,
        'name the key in data, or make it in target.template.data',
      )
}

const checks: readonly SecretCheck[] = [
  nameIsADnsName,
  keysAreAllowed,
  typeHasItsKeys,
  labelsAreAllowed,
  argoCdKeepsItsOwn,
  annotationsAreAllowed,
  sizeIsAllowed,
]

/** What the API server would refuse of names, keys, types and sizes (R9). An invalid Secret is never printed: Argo CD would quote it in its error. */
export function secretProblems(
  secret: SecretManifest,
  source: ExternalSecret,
  mayHaveArgoCdType: TypePermissions['mayHaveArgoCdType'],
): readonly SecretError[] {
  return checks.flatMap((check) => check(secret, source, mayHaveArgoCdType) ?? [])
}

function invalid(field: string, message: string, remedy?: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field }, ...(remedy !== undefined && { remedy }) })
}
