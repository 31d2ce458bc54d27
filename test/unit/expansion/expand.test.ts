import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { type Expansion, expand } from '../../../plugin/expansion/expand.ts'
import type { ExternalSecretInput } from '../../../plugin/expansion/external-secret-input.ts'
import type { RandomTools } from '../../../plugin/expansion/randomness.ts'
import type { RenderTools } from '../../../plugin/expansion/render.ts'
import { memoryProvider } from '../../support/memory-provider.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const BUDGET = { wallTimeMs: 1_000, outputBytes: 100 }

function input(name: string, templates: number): ExternalSecretInput {
  const data = Object.fromEntries(Array.from({ length: templates }, (_, index) => [`key-${index}`, '{{a}}']))
  const { value } = readExternalSecret({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, annotations: { 'argocd-external-secrets.io/template-engine': 'handlebars' } },
    spec: {
      secretStoreRef: { name: 'store' },
      target: { template: { data } },
      data: [{ secretKey: 'a', remoteRef: { key: 'db' } }],
    },
  })
  assert.ok(value)
  return { resource: value, place: { object: name }, namespace: 'default' }
}

/** Expands with an engine whose every render takes `costMs` and gives `bytes`; `onRender` is told how many there were. */
function expanded(
  inputs: readonly ExternalSecretInput[],
  cost: { readonly costMs: number; readonly bytes: number },
  signal = new AbortController().signal,
  onRender: (count: number) => void = () => {},
): Promise<Expansion> {
  const { provider } = memoryProvider({ db: 'value' })
  let now = 0
  let renders = 0
  const render = () => {
    now += cost.costMs
    onRender(++renders)
    return { bytes: new Uint8Array(cost.bytes), usesData: true }
  }
  const budget: RenderTools['budget'] = { steps: 1, depth: 1, heavyCalls: 1, ...BUDGET, now: () => now }
  const surroundings: RandomTools['surroundings'] = { random: () => seededRandom('expand'), now: () => now, localZone: 'UTC' }
  const open = async () => ({ provider, reader: await provider.open(undefined, undefined as never) })
  const stores = { find: () => ({ identity: 'store', name: 'store', place: {}, open }) }
  const engines: RenderTools['engines'] = {
    handlebars: { compile: () => ({ render, reads: () => ({ names: new Set<string>(), mayReadAll: false }) }) },
  }
  const tools = {
    engines,
    keyRenaming: undefined,
    templates: { configMap: () => undefined, secret: () => undefined },
    metadataFromValues: 'allowed',
    mayHaveArgoCdType: () => false,
    budget,
    surroundings,
  } as const
  return expand(inputs, { ...tools, stores }, signal)
}

test('the templates of one ExternalSecret have one time and one size together', async () => {
  const slow = await expanded([input('slow', 11)], { costMs: 100, bytes: 1 })
  assert.match(slow.problems[0]?.message ?? '', /take longer than 1000 ms together/)
  const large = await expanded([input('large', 3)], { costMs: 1, bytes: 40 })
  assert.match(large.problems[0]?.message ?? '', /give more than 100 bytes together/)
  assert.equal(large.problems[0]?.place.field, 'spec.target.template.data.key-2')
})

test('another ExternalSecret has its own', async () => {
  const { secrets, problems } = await expanded([input('one', 2), input('two', 2)], { costMs: 400, bytes: 40 })
  assert.deepEqual([secrets.size, problems], [2, []])
})

test('a deadline that ends between two ExternalSecrets ends the render', async () => {
  const deadline = new AbortController()
  const onRender = (count: number): void => {
    if (count !== 2) return
    setImmediate(() => deadline.abort())
    // Longer than a turn of the event loop lasts, so that the next ExternalSecret waits for its own.
    const end = performance.now() + 20
    while (performance.now() < end);
  }
  const inputs = ['one', 'two', 'three', 'four'].map((name) => input(name, 1))
  const { secrets, problems } = await expanded(inputs, { costMs: 100, bytes: 1 }, deadline.signal, onRender)
  assert.equal(secrets.size, 0)
  assert.deepEqual(
    problems.map(({ kind, place }) => [kind, place.object]),
    [['Deadline', 'three']],
  )
})
