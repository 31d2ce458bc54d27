import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { validateManifests } from '../../plugin/argocd/validate-manifests.ts'
import { generators } from '../../plugin/generators/registry.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { LOCAL, STORE, templatePorts } from '../support/render.ts'
import { externalSecret, stream } from '../support/render-cases.ts'

const annotations = (entries: Readonly<Record<string, string>>): string =>
  `  annotations: ${JSON.stringify(Object.fromEntries(Object.entries(entries).map(([name, value]) => [`argocd.argoproj.io/${name}`, value])))}`

function workload(kind: string, entries: Readonly<Record<string, string>> = {}): string {
  const podSpec = { containers: [{ name: 'a', envFrom: [{ secretRef: { name: 'app' } }] }] }
  return `apiVersion: batch/v1\nkind: ${kind}\nmetadata:\n  name: user\n${annotations(entries)}\nspec: ${JSON.stringify({ template: { spec: podSpec } })}\n`
}

async function doubtsOf(secret: Readonly<Record<string, string>>, user: string): Promise<readonly string[]> {
  const text = stream(STORE, externalSecret({ metadata: annotations(secret) }), user)
  const schemas = objectSchemas(new Map([['fake', async () => memoryProvider().provider]]), generators)
  const { doubts, problems } = await validateManifests(
    [splitManifests('app.yaml', new TextEncoder().encode(text))],
    LOCAL,
    schemas,
    templatePorts,
  )
  assert.deepEqual(problems, [])
  return doubts.map(({ message, remedy }) => `${message} -> ${remedy}`)
}

const PRE_SYNC = { hook: 'PreSync' }

describe('a Secret comes before who needs it', () => {
  for (const [what, secret, user] of [
    ['same wave', {}, workload('Deployment')],
    ['a lower wave', { 'sync-wave': '-1' }, workload('Deployment')],
    ['an ordinary Secret for a PostSync hook', {}, workload('Job', { hook: 'PostSync' })],
    ['a hook of the same phase and a lower wave', { ...PRE_SYNC, 'sync-wave': '-1' }, workload('Job', PRE_SYNC)],
    ['a PreDelete hook, which is another operation', {}, workload('Job', { hook: 'PreDelete' })],
    ['somebody that uses another Secret', { 'sync-wave': '5' }, workload('Deployment').replace('"name":"app"', '"name":"other"')],
  ] as const) {
    test(`${what}: nothing to say`, async () => {
      assert.deepEqual(await doubtsOf(secret, user), [])
    })
  }

  for (const [what, secret, user, said] of [
    [
      'a later wave',
      { 'sync-wave': '2' },
      workload('Deployment'),
      /applied \(Sync, wave 2\) after Deployment user \(app\.yaml:\d+\) needs it .*sync-wave 0/,
    ],
    [
      'an ordinary Secret for a PreSync hook',
      {},
      workload('Job', PRE_SYNC),
      /after Job user .*hook: PreSync and a sync-wave below 0/,
    ],
    [
      'a PostSync Secret for a Sync hook',
      { hook: 'PostSync' },
      workload('Job', { hook: 'Sync' }),
      /applied \(PostSync, wave 0\) after/,
    ],
  ] as const) {
    test(`${what}: said with the fix`, async () => {
      const [doubt, ...others] = await doubtsOf(secret, user)
      assert.match(doubt ?? '', said)
      assert.deepEqual(others, [])
    })
  }
})

describe('a Secret that a hook makes', () => {
  test('never rotates for an ordinary workload', async () => {
    assert.match((await doubtsOf(PRE_SYNC, workload('Deployment')))[0] ?? '', /never rotates, since self-heal runs no hooks/)
  })

  test('is gone after HookSucceeded while a later hook still uses it', async () => {
    const deleted = { ...PRE_SYNC, 'hook-delete-policy': 'HookSucceeded' }
    const doubts = await doubtsOf(deleted, workload('Job', { hook: 'PostSync' }))
    assert.match(doubts[0] ?? '', /deleted \(HookSucceeded\) while Job user .*BeforeHookCreation/)
    assert.deepEqual(await doubtsOf(deleted, workload('Job', PRE_SYNC)), [])
  })
})
