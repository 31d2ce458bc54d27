import { type TemplateEngineName, templateEngineOf } from '../api/annotations.ts'
import type { FieldPath } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import type { Steps } from '../model/turns.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import { sourcedTemplates } from './template-from.ts'
import type { TemplateSource } from './template-source.ts'
import { holdsTemplate, type TemplateText, withTemplateFailure } from './template-text.ts'
import type { TemplateTools } from './template-texts.ts'

const TEMPLATE: FieldPath = ['spec', 'target', 'template']

/**
 * Every template that cannot be read, before anything is fetched for it: each is compiled and none is run. What is not there is not told of.
 * A step an ExternalSecret.
 */
export function* templateProblemSteps(
  inputs: readonly ExternalSecretInput[],
  source: TemplateSource,
  engines: TemplateTools['engines'],
): Steps<readonly SecretError[]> {
  const problems: SecretError[] = []
  for (const input of inputs) {
    const language = templateEngineOf(input.resource)
    const templates = [...sourcedTemplates(input, source).templates, ...ownTemplates(input)]
    for (const template of templates.filter(holdsTemplate)) problems.push(...problemsOf(template, language, engines, input))
    yield
  }
  return problems
}

function ownTemplates({ resource }: ExternalSecretInput): readonly TemplateText[] {
  const template = resource.spec.target?.template
  const texts = (entries: Readonly<Record<string, string>> | undefined, path: FieldPath): readonly TemplateText[] =>
    Object.entries(entries ?? {}).map(([name, text]) => ({ text, name, path: [...path, name] }))
  return [
    ...texts(template?.data, [...TEMPLATE, 'data']),
    ...texts(template?.metadata?.labels, [...TEMPLATE, 'metadata', 'labels']),
    ...texts(template?.metadata?.annotations, [...TEMPLATE, 'metadata', 'annotations']),
  ]
}

function problemsOf(
  template: TemplateText,
  language: TemplateEngineName,
  engines: TemplateTools['engines'],
  { place }: ExternalSecretInput,
): readonly SecretError[] {
  try {
    withTemplateFailure(template, () => engines[language]?.compile(template.text, template.name))
    return []
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown
    return [thrown.at(place)]
  }
}
