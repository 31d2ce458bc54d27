import { privilegeRules } from '../../api/admission-rules.ts'
import { applyRules } from '../../api/rule.ts'
import type { ExternalSecretInput } from '../../expansion/external-secret-input.ts'
import { settled } from '../../expansion/settled.ts'
import type { TemplateSource } from '../../expansion/template-source.ts'
import { loadTemplating } from '../../expansion/templating.ts'
import { fieldName } from '../../model/field-path.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import type { MutationContent } from './mutate-secret.ts'
import { problemText } from './problem-text.ts'
import { clusterMetadata, shapingTools, type TemplatingTools } from './shaping-tools.ts'
import { SyncFailure } from './sync-failure.ts'

/** The values in the form that `spec.target.template` gives them (external-secrets.md 2.3, 4.7). Throws SyncFailure `update`. */
export async function shapeContent(
  input: ExternalSecretInput,
  data: ReadonlyMap<string, SecretValue>,
  templates: TemplateSource,
  tools: TemplatingTools,
  signal: AbortSignal,
): Promise<MutationContent> {
  const refused = applyRules(privilegeRules, input.resource)
  if (refused.length > 0) throw failure(refused.map(({ path, message }) => invalid(fieldName(path), message)))
  const templating = await loadTemplating([input])
  if (!templating) return { ...clusterMetadata(input.resource), data }
  const picked = templating.shapes?.shapeProblems(input) ?? []
  if (picked.length > 0) throw failure(picked)
  const { renderTools, runs } = await shapingTools(input, templates, tools, templating.shapes)
  const rendered = await settled(() => templating.render(input, data, renderTools), runs, signal)
  if (!rendered.ok) throw failure(rendered.problems)
  return rendered.content
}

function failure(problems: readonly SecretError[]): SyncFailure {
  return new SyncFailure('update', `could not apply template: ${problemText(problems)}`)
}

function invalid(field: string, message: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field } })
}
