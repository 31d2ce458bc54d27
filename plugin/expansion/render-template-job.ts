import { type Budget, type RandomKind, type Surroundings, type TemplateEngine, TemplateError } from '../../templates/engine.ts'
import { SecretValue } from '../model/secret-value.ts'
import { digestOf, seededStream } from './seeded-stream.ts'
import type { TemplateFailure, TemplateJob, TemplateOutcome } from './template-runs.ts'

/** What a thread renders the templates of others with. */
export interface TemplateJobTools {
  readonly engine: TemplateEngine
  readonly budget: Budget
  readonly surroundings: Surroundings
}

/** Renders a template from its plain data: the same result as `randomnessOf` and `templateTexts` give in the thread that asks. Throws nothing of the template's. */
export function renderTemplateJob(job: TemplateJob, { engine, budget, surroundings }: TemplateJobTools): TemplateOutcome {
  const random: (readonly [string, RandomKind])[] = []
  const onRandom: Surroundings['onRandom'] = (functionName, kind) => random.push([functionName, kind])
  const own: Surroundings = {
    ...surroundings,
    ...(job.unstable && { unstable: job.unstable }),
    ...(job.seed && { random: seededRandom(job, job.seed, surroundings) }),
    onRandom,
  }
  try {
    const rendered = engine.compile(job.text, job.name).render(job.data, { ...budget, wallTimeMs: job.wallTimeMs }, own)
    return { ok: true, rendered, random }
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown
    return { ok: false, failure: failureOf(thrown), random }
  }
}

function seededRandom(
  { namespace, object, field, data }: TemplateJob,
  { project, value }: NonNullable<TemplateJob['seed']>,
  surroundings: Surroundings,
): Surroundings['random'] {
  const seed = new SecretValue(value)
  const inputs = digestOf(new Map([...data].map(([name, bytes]) => [name, new SecretValue(bytes)])))
  const streams = new Map<string, ReturnType<typeof seededStream>>()
  return (position, kind) => {
    if (kind === 'unstable') return surroundings.random(position, kind)
    const stream = streams.get(position) ?? seededStream(seed, { project, namespace, object, field, position, inputs })
    streams.set(position, stream)
    return stream
  }
}

function failureOf({ line, column, functionName, safe, prefix, redacted, remedy }: TemplateError): TemplateFailure {
  return { line, column, functionName, safe, prefix, redacted, remedy }
}
