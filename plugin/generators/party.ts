import type * as z from 'zod'
import { type CallRunner, createCallRunner, DEFAULT_MAX_RETRIES } from '../providers/call-runner.ts'
import { createHttpClient, type HttpAnswer, type HttpRequest } from '../providers/http-client.ts'
import type { GeneratorContext } from './generator.ts'
import { jsonIn, notTheirs, partyFailure, type Remedies } from './party-failure.ts'

/** One call of another party's HTTP API. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** A form is sent as one, an object as JSON. */
  readonly body?: URLSearchParams | object
  /** A verb phrase for errors: `make an access token`. */
  readonly doing: string
  readonly remedies: Remedies
  /** What makes a new thing is asked once: that an answer was lost does not mean that nothing was made. Everything else is tried again. */
  readonly makesSomething?: true
}

/** Another party, as one generator asks it. Each throws SecretError, which names the party and the step, never what was sent or answered. */
export interface Party {
  /** The JSON of a good answer, which must be what `answer` says. */
  ask<Answer>(question: Question, answer: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer>
  /** Nothing of a good answer is read. */
  tell(question: Question, signal: AbortSignal): Promise<void>
}

/** Calls `use` with the party called `name`, and ends the connections behind it. */
export async function withParty<T>(name: string, context: GeneratorContext, use: (party: Party) => Promise<T>): Promise<T> {
  const { environment, extraCa, mayConnect } = context
  const http = createHttpClient({ environment, mayConnect, ...(extraCa !== undefined && { extraCa }) })
  const [often, once] = [runnerOf(DEFAULT_MAX_RETRIES, context), runnerOf(0, context)]

  async function exchange(question: Question, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await http.send({ method: question.method, url: question.url, ...contentOf(question), signal })
    if (answer.status >= 200 && answer.status < 300) return answer
    throw partyFailure(name, question, answer)
  }

  const asked = <T>(question: Question, call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> =>
    (question.makesSomething ? once : often).run(call, signal)

  const party: Party = {
    ask: (question, schema, signal) =>
      asked(
        question,
        async (attempt) => {
          const { success, data } = schema.safeParse(jsonIn(await exchange(question, attempt)))
          if (success) return data
          throw notTheirs(name, question)
        },
        signal,
      ),
    tell: (question, signal) => asked(question, async (attempt) => void (await exchange(question, attempt)), signal),
  }
  try {
    return await use(party)
  } finally {
    http.close()
  }
}

function runnerOf(maxRetries: number, { callTimeoutMs, clock, random }: GeneratorContext): CallRunner {
  return createCallRunner({ concurrency: 1, callTimeoutMs, maxRetries }, clock, random)
}

function contentOf({ headers, body }: Question): Pick<HttpRequest, 'headers' | 'body'> {
  const common = { accept: 'application/json', ...headers }
  if (body === undefined) return { headers: common }
  if (body instanceof URLSearchParams)
    return { headers: { 'content-type': 'application/x-www-form-urlencoded', ...common }, body: body.toString() }
  return { headers: { 'content-type': 'application/json', ...common }, body: JSON.stringify(body) }
}
