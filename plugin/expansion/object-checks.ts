import { isJsonMap, type JsonLike, type JsonLikeMap } from '../../templates/go-yaml/json-like.ts'
import { groupKindOf } from '../api/group-kind.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { type ClosedObject, plainObject } from './closed-object.ts'
import { type ExternalSecretInput, targetName } from './external-secret-input.ts'
import { isAnnotationName, isDataKey, isDnsSubdomain, isLabel } from './kubernetes-names.ts'

/** The API server's limit for all values of a ConfigMap together (core/v1 MaxSecretSize holds for both). */
const MAX_DATA_BYTES = 1024 * 1024
/** Of any object: etcd takes no larger request by itself. */
const MAX_OBJECT_BYTES = 1536 * 1024

/**
 * What the API server would refuse of an object that is no Secret, as far as it can be known without its schema. No message holds a name that a template
 * may have computed (R18).
 */
export function objectProblems({ resource, place }: ExternalSecretInput, made: ClosedObject): readonly SecretError[] {
  const object = made.reveal()
  const { manifest, template } = resource.spec.target
  const metadata = object.get('metadata') ?? null
  const labels = isJsonMap(metadata) ? textsOf(metadata.get('labels')) : undefined
  const annotations = isJsonMap(metadata) ? textsOf(metadata.get('annotations')) : undefined
  const name = targetName({ resource, place, namespace: '' })
  const wheres = template ? 'spec.target.template' : 'metadata'
  return [
    isDnsSubdomain(name) ? undefined : invalid('spec.target.name', `${quoteName(name)} is not a DNS subdomain name`),
    labels && [...labels].every(([label, value]) => isLabel(label, value))
      ? undefined
      : invalid(wheres, 'gives a label with a name or a value that Kubernetes refuses', TAKEN_AS_THEY_ARE),
    annotations && [...annotations.keys()].every(isAnnotationName)
      ? undefined
      : invalid(wheres, 'gives an annotation with a name that Kubernetes refuses, or one that is no text'),
    manifest && groupKindOf(manifest) === 'ConfigMap' ? configMapProblem(object) : sizeProblem(object),
  ].flatMap((problem) => (problem ? [problem.at(place)] : []))
}

const TAKEN_AS_THEY_ARE =
  'template.metadata is no template for such an object: write a template in templateFrom, with the target Labels'

function configMapProblem(object: JsonLikeMap): SecretError | undefined {
  const data = textsOf(object.get('data'))
  if (!data) return invalid('spec.target.template', 'gives a ConfigMap with data that is no map of texts')
  if (![...data.keys()].every(isDataKey))
    return invalid('spec', "gives a key that no ConfigMap has: letters, digits, '-', '_' and '.', at most 253")
  const bytes = [...data].reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0)
  return bytes > MAX_DATA_BYTES
    ? invalid('spec', `values of ${bytes} bytes: a ConfigMap takes ${MAX_DATA_BYTES}`, 'split it into several')
    : undefined
}

function sizeProblem(object: JsonLikeMap): SecretError | undefined {
  const text = JSON.stringify(plainObject(object), (_key, value) => (typeof value === 'bigint' ? String(value) : value))
  const bytes = Buffer.byteLength(text)
  return bytes > MAX_OBJECT_BYTES
    ? invalid('spec', `an object of ${bytes} bytes: Kubernetes takes ${MAX_OBJECT_BYTES}`, 'split it into several')
    : undefined
}

/** Undefined when it is no map of texts. */
function textsOf(value: JsonLike | undefined): ReadonlyMap<string, string> | undefined {
  if (value === undefined || value === null) return new Map()
  if (!isJsonMap(value)) return undefined
  const texts = [...value].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return texts.length === value.size ? new Map(texts) : undefined
}

function invalid(field: string, message: string, remedy?: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field }, ...(remedy !== undefined && { remedy }) })
}
