import { byteText, textOf } from '../../templates/byte-text.ts'
import { isJsonMap, type JsonLike, type JsonLikeMap } from '../../templates/go-yaml/json-like.ts'
import { templateEngineOf } from '../api/annotations.ts'
import { fieldName } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { ClosedObject } from './closed-object.ts'
import { type ExternalSecretInput, fetchedField, targetName } from './external-secret-input.ts'
import { type Metadata, metadataOf } from './metadata.ts'
import { type AppliedTemplates, applyObjectTemplates } from './object-templates.ts'
import type { RenderTools, Templated } from './render.ts'
import { objectTemplates } from './template-from.ts'
import { templateTexts } from './template-texts.ts'

export type RenderedObject =
  | { readonly ok: true; readonly object: ClosedObject; readonly templated: Templated }
  /** All templates that failed, each with its field. */
  | { readonly ok: false; readonly problems: readonly [SecretError, ...SecretError[]] }

/**
 * The object that `spec.target.manifest` asks for (external-secrets.md 2.5): without a template the fetched keys as texts, in `data` of a ConfigMap and
 * in `spec.data` of anything else; with one what its templates write, and nothing that was fetched beside it. `base` is what it starts from,
 * {@link freshObject} where there is nothing to merge into.
 */
export function renderObject(
  input: ExternalSecretInput,
  data: ReadonlyMap<string, SecretValue>,
  base: JsonLikeMap,
  tools: RenderTools,
): RenderedObject {
  const { template } = input.resource.spec.target
  if (!template) return withFetched(base, data, fetchedField(input))
  const { templates, problems } = objectTemplates(input, tools.templates)
  if (hasAny(problems)) return { ok: false, problems }
  const texts = templateTexts(data, tools, templateEngineOf(input.resource))
  const applied = applyObjectTemplates(base, templates, template.data ?? {}, texts)
  return hasAny(texts.problems) ? { ok: false, problems: texts.problems } : made(applied, false)
}

function hasAny(problems: readonly SecretError[]): problems is readonly [SecretError, ...SecretError[]] {
  return problems.length > 0
}

function made({ object, names }: AppliedTemplates, keepsFetched: boolean): RenderedObject {
  return { ok: true, object: new ClosedObject(object), templated: { keepsFetched, names } }
}

/** In the order of their names. What is no UTF-8 loses what is none: a text is all that such a field holds. */
function withFetched(
  base: JsonLikeMap,
  data: ReadonlyMap<string, SecretValue>,
  [part = '', member]: readonly string[],
): RenderedObject {
  const sorted = [...data].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const texts = new Map(sorted.map(([key, value]) => [key, textOf(byteText(value.reveal()))]))
  if (member === undefined) return made({ object: new Map([...base, [part, texts]]), names: [] }, true)
  const existing = base.get(part) ?? new Map()
  if (!isJsonMap(existing)) return { ok: false, problems: [specIsNoMap()] }
  return made({ object: new Map([...base, [part, new Map([...existing, [member, texts]])]]), names: [] }, true)
}

function specIsNoMap(): SecretError {
  return new SecretError('InvalidSpec', 'the spec of the object that it merges into is no map, which takes no data', {
    place: { field: fieldName(['spec', 'target', 'manifest']) },
  })
}

/** Kind, name, labels and annotations, and the part that such an object has, empty (external-secrets.md 4.12). */
export function freshObject(input: ExternalSecretInput, metadata: Metadata = metadataOf(input.resource)): JsonLikeMap {
  const { apiVersion, kind } = manifestOf(input)
  const { namespace } = input.resource.metadata
  return new Map<string, string | JsonLikeMap>([
    ['apiVersion', apiVersion],
    ['kind', kind],
    [
      'metadata',
      new Map<string, string | JsonLikeMap>([
        ['name', targetName(input)],
        ...(namespace === undefined ? [] : [['namespace', namespace] as const]),
        ...(metadata.labels.size > 0 ? [['labels', metadata.labels] as const] : []),
        ...(metadata.annotations.size > 0 ? [['annotations', metadata.annotations] as const] : []),
      ]),
    ],
    [kind === 'ConfigMap' || kind === 'Secret' ? 'data' : 'spec', new Map()],
  ])
}

/** The object, with labels and annotations under those that it has: what it says of them itself stays (R6). */
export function withMetadataUnder(object: JsonLikeMap, under: Metadata): JsonLikeMap {
  const metadata = mapOf(object.get('metadata'))
  const members = (['labels', 'annotations'] as const).map((name): readonly [string, JsonLikeMap] => [
    name,
    new Map([...under[name], ...mapOf(metadata.get(name))]),
  ])
  const given = members.filter(([, texts]) => texts.size > 0)
  return new Map([...object, ['metadata', new Map([...metadata, ...given])]])
}

function mapOf(value: JsonLike | undefined): JsonLikeMap {
  return value !== undefined && isJsonMap(value) ? value : new Map()
}

/** Only called for what asks for another object than a Secret. */
function manifestOf({ resource }: ExternalSecretInput): { readonly apiVersion: string; readonly kind: string } {
  const { manifest } = resource.spec.target
  if (!manifest) throw new TypeError('the target is a Secret')
  return manifest
}
