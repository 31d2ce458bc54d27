import { templateEngineOf } from '../../api/annotations.ts'
import type { ExternalSecret } from '../../api/external-secret.ts'
import type { ExternalSecretInput } from '../../expansion/external-secret-input.ts'
import type { Metadata } from '../../expansion/metadata.ts'
import { type RandomTools, randomnessOf } from '../../expansion/randomness.ts'
import type { RenderTools } from '../../expansion/render.ts'
import { type LongTemplates, TemplateRuns } from '../../expansion/template-runs.ts'
import type { TemplateSource } from '../../expansion/template-source.ts'

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

export interface ShapingTools {
  readonly renderTools: RenderTools
  readonly runs: TemplateRuns | undefined
}

/** What the templates of one ExternalSecret are rendered with. */
export async function shapingTools(
  input: ExternalSecretInput,
  templates: TemplateSource,
  tools: TemplatingTools,
  shapes: RenderTools['shapes'],
): Promise<ShapingTools> {
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
    shapes,
    templates,
    metadataOf: clusterMetadata,
    ...(runs && { runs }),
  }
  return { renderTools, runs }
}

/**
 * Without a template all labels and annotations of the ExternalSecret, with one the template's alone (external-secrets.md 4.7, 5): ESO leaves nothing
 * out, unlike a render (R8).
 */
export function clusterMetadata({ metadata, spec }: ExternalSecret): Metadata {
  const { template } = spec.target
  const source = template ? template.metadata : metadata
  return {
    labels: new Map(Object.entries(source?.labels ?? {})),
    annotations: new Map(Object.entries(source?.annotations ?? {})),
    finalizers: [...new Set(template?.metadata?.finalizers)],
  }
}
