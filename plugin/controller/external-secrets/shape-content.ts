import { privilegeRules } from '../../api/admission-rules.ts'
import { templateEngineOf } from '../../api/annotations.ts'
import type { ExternalSecret } from '../../api/external-secret.ts'
import { applyRules } from '../../api/rule.ts'
import type { ExternalSecretInput } from '../../expansion/external-secret-input.ts'
import type { Metadata } from '../../expansion/metadata.ts'
import { type RandomTools, randomnessOf } from '../../expansion/randomness.ts'
import type { RenderTools } from '../../expansion/render.ts'
import { type LongTemplates, Suspension, TemplateRuns } from '../../expansion/template-runs.ts'
import type { TemplateSource } from '../../expansion/template-source.ts'
import { loadTemplating } from '../../expansion/templating.ts'
import { fieldName } from '../../model/field-path.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import type { MutationContent } from './mutate-secret.ts'
import { problemText } from './problem-text.ts'
import { SyncFailure } from './sync-failure.ts'

/** What templates are rendered with, loaded when one asks for it. */
export interface TemplatingTools {
  engine(
    name: ReturnType<typeof templateEngineOf>,
  ): Promise<NonNullable<RenderTools['engines'][ReturnType<typeof templateEngineOf>]>>
  keyRenaming(): Promise<NonNullable<RenderTools['keyRenaming']>>
  readonly budget: RenderTools['budget']
  readonly surroundings: RandomTools['surroundings']
  /** Where templates go that take long; without it they hold up everything else. */
  readonly long?: LongTemplates
}

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
  const language = templateEngineOf(input.resource)
  const { surroundingsOf } = randomnessOf(input, tools)
  const runs = tools.long && new TemplateRuns(tools.long, input, tools, surroundingsOf)
  const renderTools: RenderTools = {
    engines: { [language]: await tools.engine(language) },
    keyRenaming: undefined,
    rewrite: undefined,
    budget: tools.budget,
    surroundingsOf,
    // Nobody sees more of a Secret's labels than of the Secret: the cluster's RBAC decides about both.
    metadataFromValues: 'allowed',
    shapes: templating.shapes,
    templates,
    metadataOf: clusterMetadata,
    ...(runs && { runs }),
  }
  const rendered = await settled(() => templating.render(input, data, renderTools), runs, signal)
  if (!rendered.ok) throw failure(rendered.problems)
  return rendered.content
}

/**
 * Without a template all labels and annotations of the ExternalSecret, with one the template's alone (external-secrets.md 4.7, 5): ESO leaves nothing
 * out, unlike a render (R8).
 */
function clusterMetadata({ metadata, spec }: ExternalSecret): Metadata {
  const { template } = spec.target
  const source = template ? template.metadata : metadata
  return {
    labels: new Map(Object.entries(source?.labels ?? {})),
    annotations: new Map(Object.entries(source?.annotations ?? {})),
    finalizers: [...new Set(template?.metadata?.finalizers)],
  }
}

/** What `make` gives once no template of it is rendered elsewhere any more. */
async function settled<T>(make: () => T, runs: TemplateRuns | undefined, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return make()
    } catch (thrown) {
      if (!(thrown instanceof Suspension) || !runs) throw thrown
      await runs.settle(thrown, signal)
    }
  }
}

function failure(problems: readonly SecretError[]): SyncFailure {
  return new SyncFailure('update', `could not apply template: ${problemText(problems)}`)
}

function invalid(field: string, message: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field } })
}
