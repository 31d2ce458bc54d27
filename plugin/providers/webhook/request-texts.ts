import { type Budget, type Surroundings, TemplateError } from '../../../templates/engine.ts'
import type { RequestData, RequestTemplate } from '../../../templates/go-template/request-template.ts'
import type { Clock } from '../../model/clock.ts'
import type { Random } from '../../model/random.ts'
import { SecretError } from '../../model/secret-error.ts'

/** What one text of a request may cost. */
const BUDGET: Omit<Budget, 'now'> = { steps: 100_000, depth: 50, outputBytes: 1024 * 1024, wallTimeMs: 1_000, heavyCalls: 0 }

/** The templates of one request by their fields, compiled. */
export interface RequestTexts {
  /** Throws SecretError InvalidSpec with the field. */
  render(field: string, data: RequestData): Uint8Array
}

/**
 * Compiles the texts of a request by their fields, which are paths for errors. A time or random bytes in a request change nothing in what is read, so
 * nothing is refused for being another with every call (R13). Throws SecretError InvalidSpec with the field of a text that is no template.
 */
export async function requestTexts(
  texts: ReadonlyMap<string, string>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<RequestTexts> {
  const { compileRequestTemplate } = await import('../../../templates/go-template/request-template.ts')
  const templates = new Map<string, RequestTemplate>()
  for (const [field, text] of texts) {
    templates.set(
      field,
      explained(field, () => compileRequestTemplate(text, field)),
    )
  }
  const budget: Budget = { ...BUDGET, now: () => clock.monotonic() }
  const surroundings: Surroundings = { random: () => random, now: () => clock.now(), localZone: 'UTC' }
  return {
    render: (field, data) => explained(field, () => templates.get(field)?.render(data, budget, surroundings) ?? new Uint8Array()),
  }
}

/** R18: line, column and function are always said, the function's own words only where they cannot hold a value. */
function explained<T>(field: string, step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown
    const where = thrown.prefix ?? `template: ${thrown.line}:${thrown.column}: `
    throw new SecretError('InvalidSpec', `the request cannot be written: ${where}${thrown.redacted}`, {
      place: { field },
      remedy: thrown.remedy ?? 'templates see remoteRef and the keys of secrets: {{ .name.key }}',
    })
  }
}
