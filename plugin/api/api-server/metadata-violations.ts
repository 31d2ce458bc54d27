import type { FieldPath } from '../../model/field-path.ts'
import { isPlainObject, type PlainObject, withoutNulls } from '../plain-object.ts'
import type { FieldProblem } from '../reading.ts'
import { found } from '../type-words.ts'
import { formats } from './formats.ts'

const METADATA: FieldPath = ['metadata']
/** Kubernetes, "Object Names and IDs" and "Labels and Selectors". */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const MOST_ANNOTATION_BYTES = 256 * 1024

/** What an API server refuses in the `metadata` of every object (Kubernetes, ObjectMeta). */
export function metadataViolations(metadata: unknown, isNamespaced: boolean): readonly FieldProblem[] {
  if (metadata === undefined || metadata === null) return [noName()]
  if (!isPlainObject(metadata)) return [{ path: METADATA, message: `${found(metadata)}; expected an object` }]
  const given = withoutNulls(metadata)
  if (!isPlainObject(given)) return []
  const types = Object.entries(FIELDS).flatMap(([name, hasType]) =>
    given[name] === undefined || hasType(given[name])
      ? []
      : [{ path: [...METADATA, name], message: `${found(given[name])}, which is no ${name}` }],
  )
  return types.length > 0
    ? types
    : [
        ...nameViolations(given, isNamespaced),
        ...labelViolations(given),
        ...annotationViolations(given),
        ...ownerViolations(given),
      ]
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isListOf =
  (isItem: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(isItem)
/** A null has been taken out, as Go reads it for an empty text. */
const isMapOfTexts = (value: unknown): boolean => isPlainObject(value) && Object.values(value).every(isText)

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  generateName: isText,
  namespace: isText,
  labels: isMapOfTexts,
  annotations: isMapOfTexts,
  finalizers: isListOf(isText),
  ownerReferences: isListOf(isPlainObject),
  generation: Number.isInteger,
  resourceVersion: isText,
  uid: isText,
  creationTimestamp: isTime,
  deletionTimestamp: isTime,
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && formats['date-time']?.fits(value) === true
}

function nameViolations(metadata: PlainObject, isNamespaced: boolean): readonly FieldProblem[] {
  const name = textOf(metadata, 'name')
  const start = textOf(metadata, 'generateName')
  const namespace = textOf(metadata, 'namespace')
  const isNoName = 'is no DNS name of at most 253 characters'
  return [
    ...(name === '' && start === '' ? [noName()] : []),
    ...(name !== '' && !isSubdomain(name) ? [{ path: [...METADATA, 'name'], message: isNoName }] : []),
    // It may end with "-", since letters follow.
    ...(start !== '' && !isSubdomain(start.replace(/-$/, 'a'))
      ? [{ path: [...METADATA, 'generateName'], message: isNoName }]
      : []),
    ...(isNamespaced && namespace !== '' && !(namespace.length <= 63 && DNS_LABEL.test(namespace))
      ? [{ path: [...METADATA, 'namespace'], message: 'is no DNS label of at most 63 characters' }]
      : []),
  ]
}

function labelViolations(metadata: PlainObject): readonly FieldProblem[] {
  return textsOf(metadata, 'labels').flatMap(([key, text]) => {
    const path = [...METADATA, 'labels', key]
    if (!isQualifiedName(key)) return [{ path, message: 'is no name of a label' }]
    if (text === '' || isName(text)) return []
    return [{ path, message: 'is no value of a label: at most 63 letters, digits, "-", "_" and ".", no others at either end' }]
  })
}

function annotationViolations(metadata: PlainObject): readonly FieldProblem[] {
  const annotations = textsOf(metadata, 'annotations')
  const bytes = annotations.reduce((sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(text), 0)
  return [
    ...annotations
      .filter(([key]) => !isQualifiedName(key.toLowerCase()))
      .map(([key]) => ({ path: [...METADATA, 'annotations', key], message: 'is no name of an annotation' })),
    ...(bytes > MOST_ANNOTATION_BYTES
      ? [
          {
            path: [...METADATA, 'annotations'],
            message: `are too long; expected at most ${MOST_ANNOTATION_BYTES} bytes together`,
          },
        ]
      : []),
  ]
}

function ownerViolations({ ownerReferences: owners }: PlainObject): readonly FieldProblem[] {
  if (!Array.isArray(owners)) return []
  return owners.flatMap((owner: unknown, index) =>
    OWNER_FIELDS.filter((field) => !isPlainObject(owner) || typeof owner[field] !== 'string' || owner[field] === '').map(
      (field) => ({
        path: [...METADATA, 'ownerReferences', index, field],
        message: 'is missing; expected a string',
      }),
    ),
  )
}

const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid'] as const

function noName(): FieldProblem {
  return { path: [...METADATA, 'name'], message: 'is missing; expected a name, or generateName' }
}

function textOf(metadata: PlainObject, field: string): string {
  const text = metadata[field]
  return typeof text === 'string' ? text : ''
}

function textsOf(metadata: PlainObject, field: string): readonly (readonly [key: string, text: string])[] {
  const map = metadata[field]
  return isPlainObject(map) ? Object.entries(map).map(([key, text]) => [key, String(text)] as const) : []
}

/** `name`, or `prefix/name` whose prefix is a DNS name. */
function isQualifiedName(key: string): boolean {
  const slash = key.indexOf('/')
  return slash < 0 ? isName(key) : isSubdomain(key.slice(0, slash)) && isName(key.slice(slash + 1))
}

function isName(text: string): boolean {
  return text.length <= 63 && QUALIFIED.test(text)
}

function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text)
}
