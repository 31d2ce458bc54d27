import { TEMPLATE as TEMPLATE_ANNOTATION, templateEngineOf } from '../api/annotations.ts'
import type { ExternalSecret } from '../api/external-secret.ts'
import type { FieldPath } from '../model/field-path.ts'
import type { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import { applyTemplateFrom, type TemplatedName } from './apply-template-from.ts'
import type { CollectTools } from './collect.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { LibraryShapes } from './library-shape.ts'
import { type Metadata, metadataOf } from './metadata.ts'
import type { SecretManifest } from './secret-manifest.ts'
import { sourcedTemplates } from './template-from.ts'
import type { TemplateSource } from './template-source.ts'
import { type TemplateTexts, type TemplateTools, templateTexts } from './template-texts.ts'

/** What shapes the fetched values into a Secret. */
export interface RenderTools extends CollectTools, TemplateTools {
  readonly templates: TemplateSource
  /** Only there when an ExternalSecret of the render picks a shape of the library. */
  readonly shapes: LibraryShapes | undefined
  /** The metadata that the Secret starts with; without it by the rules of a render (R8). */
  readonly metadataOf?: (resource: ExternalSecret) => Metadata
}

const TEMPLATE: FieldPath = ['spec', 'target', 'template']

/** Name and namespace are the caller's: this is what the template decides. */
export type SecretContent = Pick<SecretManifest, 'labels' | 'annotations' | 'finalizers' | 'type' | 'data'>

export type RenderedContent =
  | { readonly ok: true; readonly content: SecretContent; readonly templated: Templated }
  /** All templates that failed, each with its field. */
  | { readonly ok: false; readonly problems: readonly [SecretError, ...SecretError[]] }

/** What templates made of a Secret. */
export interface Templated {
  /** Whether the fetched keys are in the Secret beside those of the templates. */
  readonly keepsFetched: boolean
  /** In the order in which they were applied; of equal names the last one is in the Secret. */
  readonly names: readonly TemplatedName[]
}

/**
 * Applies `spec.target.template` (templates.md 4), with the shape of the library that the annotation names in place of its `data`: fetched keys, then `templateFrom` over them, then `template.data`; metadata as it is written,
 * then `templateFrom`, then the rendered values of the template's labels and annotations. With mergePolicy Replace the fetched keys are left
 * out as soon as there is any template for keys. All templates see the fetched values, never each other's results.
 */
export function render(input: ExternalSecretInput, data: ReadonlyMap<string, SecretValue>, tools: RenderTools): RenderedContent {
  const template = input.resource.spec.target?.template
  const shape = tools.shapes?.shapeOf(input.resource)
  const metadata = (tools.metadataOf ?? metadataOf)(input.resource)
  if (!template && !shape) return { ok: true, content: { ...metadata, data }, templated: { keepsFetched: true, names: [] } }

  const texts = templateTexts(data, tools, templateEngineOf(input.resource))
  const { templates, problems } = sourcedTemplates(input, tools.templates)
  if (hasAny(problems)) return { ok: false, problems }
  const from = applyTemplateFrom(templates, texts)
  const own = tools.shapes && shape ? tools.shapes.shapeData(shape, data, texts) : templateData(template?.data, texts)
  const keepsFetched = template?.mergePolicy === 'Merge' || (own.length === 0 && !template?.templateFrom?.length)
  const type = template?.type ?? shape?.type
  const content = {
    labels: new Map([
      ...metadata.labels,
      ...Object.entries(shape?.labels ?? {}),
      ...from.labels,
      ...metadataTexts(texts, template?.metadata?.labels, 'labels'),
    ]),
    annotations: new Map([
      ...metadata.annotations,
      ...from.annotations,
      ...metadataTexts(texts, template?.metadata?.annotations, 'annotations'),
    ]),
    finalizers: metadata.finalizers,
    ...(type && { type }),
    data: new Map([...(keepsFetched ? data : []), ...from.data, ...own]),
  }
  if (hasAny(texts.problems)) return { ok: false, problems: texts.problems }
  const ownPath = (name: string): FieldPath =>
    shape ? ['metadata', 'annotations', TEMPLATE_ANNOTATION] : [...TEMPLATE, 'data', name]
  const ownNames = own.map(
    ([name]) => ({ target: 'data', name, path: ownPath(name), template: name, isComputed: false }) as const,
  )
  return { ok: true, content, templated: { keepsFetched, names: [...from.names, ...ownNames] } }
}

function hasAny(problems: readonly SecretError[]): problems is readonly [SecretError, ...SecretError[]] {
  return problems.length > 0
}

function templateData(
  entries: Readonly<Record<string, string>> | undefined,
  texts: TemplateTexts,
): readonly (readonly [string, SecretValue])[] {
  return Object.entries(entries ?? {}).flatMap(([key, text]) => {
    const rendered = texts.attempt(() => texts.rendered({ text, name: key, path: [...TEMPLATE, 'data', key] }))
    return rendered ? [[key, new SecretValue(rendered.bytes)] as const] : []
  })
}

/** The values are templates, the names are not. */
function metadataTexts(
  texts: TemplateTexts,
  entries: Readonly<Record<string, string>> | undefined,
  field: 'labels' | 'annotations',
): readonly (readonly [string, string])[] {
  return Object.entries(entries ?? {}).flatMap(([name, text]) => {
    const path = [...TEMPLATE, 'metadata', field, name]
    const shown = texts.attempt(() => {
      const rendered = texts.rendered({ text, name, path })
      texts.checkShown(rendered, path)
      return new TextDecoder().decode(rendered.bytes)
    })
    return shown === undefined ? [] : [[name, shown] as const]
  })
}
