import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RenderPorts } from '../../plugin/argocd/render-manifests.ts'
import { templateBudget } from '../../plugin/cli/template-tools.ts'
import { renderTemplateJob } from '../../plugin/expansion/render-template-job.ts'
import type { LongTemplates, TemplateJob } from '../../plugin/expansion/template-runs.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { engineOf, renderText, STORE } from '../support/render.ts'
import { db, externalSecret, stream } from '../support/render-cases.ts'
import { seededRandom } from '../support/seeded-random.ts'

const SEED: RenderPorts['seed'] = { project: 'team-a', value: SecretValue.fromText('a seed for tests, 32 bytes long.') }

/** Sends every template away that does anything, as if over a thread's wire. */
async function elsewhere(): Promise<LongTemplates & { readonly jobs: TemplateJob[] }> {
  const engines = { v2: await engineOf('v2'), handlebars: await engineOf('handlebars') }
  const jobs: TemplateJob[] = []
  return {
    jobs,
    quick: { steps: 1, heavyCalls: 0, wallTimeMs: 1_000 },
    async render(given) {
      const job = structuredClone(given)
      jobs.push(job)
      const surroundings = { random: () => seededRandom('template'), now: () => 0, localZone: 'UTC' }
      const budget = { ...templateBudget, steps: 100_000, outputBytes: 100_000, now: () => 0 }
      return structuredClone(renderTemplateJob(job, { engine: engines[job.language], budget, surroundings }))
    },
  }
}

function templated(entries: Readonly<Record<string, string>>, metadata = ''): string {
  return stream(STORE, externalSecret({ metadata, target: `{template: {data: ${JSON.stringify(entries)}}}` }))
}

const HANDLEBARS = '  annotations: {argocd-external-secrets.io/template-engine: handlebars}'

describe('templates that are rendered in another thread', () => {
  for (const [name, text] of [
    [
      'give the same Secret',
      templated({ one: 'x{{ .password }}', two: '{{ range $i := until 50 }}{{ $i }}{{ end }}', plain: 'text' }),
    ],
    ['draw the same random values', templated({ one: '{{ randAlphaNum 20 }}', two: '{{ randAlphaNum 20 }}{{ uuidv4 }}' })],
    ['of Handlebars give the same Secret', templated({ one: '{{password}}{{randAlphaNum 20}}' }, HANDLEBARS)],
    [
      'fail with the same words',
      templated({ one: '{{ fail .password }}', two: '{{ atoi .password }}', three: '{{ fail "no" }}' }),
    ],
    [
      'that take too many steps fail with the same words',
      templated({ one: '{{ range until 900 }}{{ range until 900 }}{{ end }}{{ end }}' }),
    ],
  ] as const) {
    test(name, async () => {
      const long = await elsewhere()
      const here = await renderText(text, db(), {}, SEED)
      const there = await renderText(text, db(), {}, SEED, { long })
      assert.ok(long.jobs.length > 0)
      assert.equal(Buffer.from(there.output ?? []).toString(), Buffer.from(here.output ?? []).toString())
      assert.deepEqual(there.warnings, here.warnings)
      assert.deepEqual(
        there.problems.map(({ kind, message, place }) => [kind, message, place]),
        here.problems.map(({ kind, message, place }) => [kind, message, place]),
      )
    })
  }

  test('are refused for the same random functions, although another thread called them', async () => {
    const text = templated({ one: '{{ randAlphaNum 20 }}' })
    const allowed = { mode: 'local' } as const
    const { warnings } = await renderText(text, db(), allowed, undefined, { long: await elsewhere() })
    assert.match(warnings[0]?.message ?? '', /randAlphaNum/)
  })

  test('each cross once, with what is left of the time of them all', async () => {
    const long = await elsewhere()
    await renderText(templated({ one: '{{ .password }}{{ upper "a" }}', two: '{{ upper "b" }}' }), db(), {}, SEED, { long })
    assert.deepEqual(
      long.jobs.map(({ name }) => name),
      ['one', 'two'],
    )
    for (const { wallTimeMs } of long.jobs) assert.ok(wallTimeMs > 0 && wallTimeMs <= 1_000)
  })

  test('stay here when they fail quickly, and are rendered once', async () => {
    const long = { ...(await elsewhere()), quick: { steps: 1_000, heavyCalls: 0, wallTimeMs: 1_000 } }
    let renders = 0
    const counting: RenderPorts['engine'] = async (name) => {
      const engine = await engineOf(name)
      return {
        compile(text, given) {
          const compiled = engine.compile(text, given)
          return {
            ...compiled,
            render(...words) {
              if (text.includes('fail')) renders++
              return compiled.render(...words)
            },
          }
        },
      }
    }
    const loops = '{{ range until 900 }}{{ range until 10 }}{{ end }}{{ end }}'
    const text = templated({ one: '{{ fail "no" }}', two: loops, three: '{{ fail .password }}' })
    const { problems } = await renderText(text, db(), {}, SEED, { long, engine: counting })
    assert.deepEqual(
      long.jobs.map(({ name }) => name),
      ['two'],
    )
    assert.equal(problems.length, 2)
    assert.equal(renders, 2)
  })
})
