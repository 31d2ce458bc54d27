import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { templatePool } from '../../../plugin/daemon/template-pool.ts'
import type { TemplateJob } from '../../../plugin/expansion/template-runs.ts'
import { systemClock } from '../../../plugin/model/clock.ts'

const pool = templatePool({
  entry: new URL('../../../plugin/cli/template-worker.ts', import.meta.url),
  size: 1,
  clock: systemClock,
})
after(() => pool.close())

const never = new AbortController().signal

function job(text: string, given: Partial<TemplateJob> = {}): TemplateJob {
  return {
    language: 'v2',
    text,
    name: 'key',
    field: 'spec.target.template.data.key',
    data: new Map([['password', Buffer.from('s3cret')]]),
    namespace: 'shop',
    object: 'app',
    seed: undefined,
    unstable: 'refused',
    wallTimeMs: 1_000,
    ...given,
  }
}

async function textOf(given: TemplateJob): Promise<string> {
  const outcome = await pool.render(given, never)
  return outcome.ok ? Buffer.from(outcome.rendered.bytes).toString() : `failed: ${outcome.failure.redacted}`
}

test('a thread renders in both languages, many one after the other', async () => {
  const texts = await Promise.all([
    textOf(job('{{ .password | upper }}')),
    textOf(job('{{password}}', { language: 'handlebars' })),
    textOf(job('{{ fail .password }}')),
  ])
  assert.deepEqual(texts.slice(0, 2), ['S3CRET', 's3cret'])
  assert.match(texts[2] ?? '', /^failed: .*withheld/)
})

test('a render whose time is over leaves the thread to the next', async () => {
  const ends = new AbortController()
  const long = pool.render(job('{{ range until 900 }}{{ range until 900 }}{{ end }}{{ end }}'), ends.signal)
  const next = textOf(job('{{ "next" }}'))
  ends.abort()
  const outcome = await long
  assert.match(outcome.ok ? '' : outcome.failure.redacted, /time of the whole render/)
  assert.equal(await next, 'next')
})

test('a seed gives what it gives, and the functions that drew are told', async () => {
  const seed = { project: 'team', value: Buffer.alloc(32, 7) }
  const [one, other] = await Promise.all([1, 2].map(() => pool.render(job('{{ randAlphaNum 8 }}', { seed }), never)))
  assert.deepEqual(one, other)
  assert.deepEqual(one?.random, [['randAlphaNum', 'seeded']])
})
