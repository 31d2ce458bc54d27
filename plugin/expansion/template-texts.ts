import type { Budget, Rendered, TemplateEngine } from '../../templates/engine.ts'
import type { TemplateEngineName } from '../api/annotations.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { SurroundingsOf } from './randomness.ts'
import type { TemplateRuns } from './template-runs.ts'
import { holdsTemplate, type TemplateText, withTemplateFailure } from './template-text.ts'

/** What templates are rendered with. */
export interface TemplateTools {
  /** The languages that the ExternalSecrets of this render ask for (R10). */
  readonly engines: Readonly<Partial<Record<TemplateEngineName, TemplateEngine>>>
  /** Of each template; time and output also of all templates of one ExternalSecret together. */
  readonly budget: Budget
  readonly surroundingsOf: SurroundingsOf
  /** Whether labels, annotations and keys may be computed from values: Argo CD shows them to whoever may see the application (R8). */
  readonly metadataFromValues: 'allowed' | 'refused'
  /** Of the one ExternalSecret, where templates that take long are rendered elsewhere. */
  readonly runs?: TemplateRuns
}

/** Renders the templates of one ExternalSecret with the values that were fetched for it. */
export interface TemplateTexts {
  /** Throws SecretError InvalidSpec at the template's path. */
  rendered(template: TemplateText): Rendered
  /** For what Argo CD shows to whoever may see the application: metadata and keys (R8). Throws SecretError where it tells of values and may not. */
  checkShown(rendered: Rendered, path: FieldPath): void
  /**
   * Goes on behind a SecretError of `step`, which is kept in {@link problems}, so that all templates that fail are reported. Once the time or
   * size of all of them is used up, no step is begun.
   */
  attempt<T>(step: () => T): T | undefined
  readonly problems: readonly SecretError[]
}

/** All templates that it renders have one time and one size together. */
export function templateTexts(
  data: ReadonlyMap<string, SecretValue>,
  tools: TemplateTools,
  language: TemplateEngineName,
): TemplateTexts {
  const { budget } = tools
  const endsAt = budget.now() + budget.wallTimeMs
  let written = 0
  const problems: SecretError[] = []
  const revealed = new Map([...data].map(([key, value]) => [key, value.reveal()]))

  function rendered(template: TemplateText): Rendered {
    const { text, name, path } = template
    if (!holdsTemplate(template)) return { bytes: new TextEncoder().encode(text), usesData: false }
    const engine = tools.engines[language]
    if (!engine) throw new SecretError('Bug', 'a template without an engine', { place: { field: fieldName(path) } })
    const here = (granted: Budget): Rendered =>
      engine.compile(text, name).render(revealed, granted, tools.surroundingsOf(path, data))
    const output = withTemplateFailure(template, () =>
      tools.runs ? tools.runs.rendered({ text, name, path, language }, revealed, budget, here) : here(budget),
    )
    written += output.bytes.byteLength
    if (written > budget.outputBytes) throw tooMuch(`give more than ${budget.outputBytes} bytes`, path)
    if (budget.now() > endsAt) throw tooMuch(`take longer than ${budget.wallTimeMs} ms`, path)
    return output
  }

  function checkShown({ usesData }: Rendered, path: FieldPath): void {
    if (usesData && tools.metadataFromValues === 'refused') throw shownByArgoCd(path)
  }

  function isUsedUp(): boolean {
    return written > budget.outputBytes || budget.now() > endsAt
  }

  function attempt<T>(step: () => T): T | undefined {
    if (problems.length > 0 && isUsedUp()) return undefined
    try {
      return step()
    } catch (thrown) {
      if (!(thrown instanceof SecretError)) throw thrown
      problems.push(thrown)
      return undefined
    }
  }

  return { rendered, checkShown, attempt, problems }
}

function tooMuch(what: string, path: FieldPath): SecretError {
  return new SecretError('InvalidSpec', `the templates of this ExternalSecret ${what} together`, {
    place: { field: fieldName(path) },
    remedy: 'split it into several ExternalSecrets',
  })
}

function shownByArgoCd(path: FieldPath): SecretError {
  return new SecretError('InvalidSpec', 'labels, annotations and keys computed from values would be shown by Argo CD', {
    place: { field: fieldName(path) },
    remedy: 'write it without values, or keep the value in a key of the Secret',
  })
}
