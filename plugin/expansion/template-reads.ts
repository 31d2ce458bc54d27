import { templateEngineOf } from '../api/annotations.ts'
import type { FieldPath } from '../model/field-path.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { LibraryShapes } from './library-shape.ts'
import { ownTemplates } from './own-templates.ts'
import { targetTemplates } from './template-from.ts'
import type { TemplateSource } from './template-source.ts'
import { holdsTemplate, type TemplateText } from './template-text.ts'
import type { TemplateTools } from './template-texts.ts'

/** Which of the fetched keys a template reads, by its text alone. */
export interface TemplateReads {
  /** The field that holds or names the template. */
  readonly path: FieldPath
  /** What {@link TemplateText} is called. */
  readonly template: string
  /** In the order of `fetched`. Other names that it holds are not told: a text from a Secret may be no template. */
  readonly keys: readonly string[]
  /** It takes all keys together, or computes the name of one: it may read every key. */
  readonly mayReadAll: boolean
}

export interface TemplateReadsTools extends Pick<TemplateTools, 'engines'> {
  readonly templates: TemplateSource
  readonly shapes: LibraryShapes | undefined
}

/**
 * What each template of an ExternalSecret reads, those of labels and annotations too. Of templates that compile: others are problems of the
 * render. Throws TemplateError for them.
 */
export function templateReads(
  input: ExternalSecretInput,
  fetched: readonly string[],
  tools: TemplateReadsTools,
): readonly TemplateReads[] {
  const engine = tools.engines[templateEngineOf(input.resource)]
  return templatesOf(input, fetched, tools).map((template) => {
    const { path, name } = template
    const reads = engine && holdsTemplate(template) ? engine.compile(template.text, name).reads() : undefined
    const keys = fetched.filter((key) => reads?.names.has(key))
    return { path, template: name, keys, mayReadAll: reads?.mayReadAll ?? false }
  })
}

function templatesOf(
  input: ExternalSecretInput,
  fetched: readonly string[],
  { templates, shapes }: TemplateReadsTools,
): readonly TemplateText[] {
  const shape = shapes?.shapeOf(input.resource)
  const ofShape = shape ? (shapes?.shapeTemplates(shape, (key) => fetched.includes(key)) ?? []) : []
  return [...targetTemplates(input, templates).templates, ...ofShape, ...ownTemplates(input)]
}
