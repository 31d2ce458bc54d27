import { type TemplateEngineName, templateEngineOf } from '../api/annotations.ts'
import { SecretError } from '../model/secret-error.ts'
import type { Steps } from '../model/turns.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import { ownTemplates } from './own-templates.ts'
import { targetTemplates } from './template-from.ts'
import type { TemplateSource } from './template-source.ts'
import { holdsTemplate, type TemplateText, withTemplateFailure } from './template-text.ts'
import type { TemplateTools } from './template-texts.ts'

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
    const templates = [...targetTemplates(input, source).templates, ...ownTemplates(input)]
    for (const template of templates.filter(holdsTemplate)) problems.push(...problemsOf(template, language, engines, input))
    yield
  }
  return problems
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
