import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stringify } from 'yaml'
import { loadedGenerators } from '../../.ci/crds.ts'
import { generatorFacts, generatorPage } from '../../.ci/generators/generator-page.ts'
import { otherPages } from '../../.ci/generators/other-pages.ts'
import { DELIVERY } from '../../plugin/api/annotations.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, type Rendered, renderText } from '../support/render.ts'

interface ExternalSecretDocument {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: {
    readonly target?: { readonly template: { readonly type: string; readonly data: Readonly<Record<string, string>> } }
  }
}

/** A kind that asks another party, or for a Secret: one that gives the same keys stands in for it. */
const ASKS_NOBODY = new Set(['Fake', 'Password', 'SSHKey', 'UUID'])

async function secretOf(documents: readonly object[]): Promise<Rendered | undefined> {
  const text = documents.map((document) => stringify(document)).join('---\n')
  const render = await renderText(text, memoryProvider({}), { namespace: 'team-a' })
  return objectsOf(render).find(({ kind }) => kind === 'Secret')
}

function keysOf(kind: string): readonly string[] {
  return generatorFacts.get(kind)?.keys.flatMap(({ names }) => names) ?? []
}

const all = await loadedGenerators()

describe('an example of the reference gives the keys that its page tells:', () => {
  for (const generator of all.filter(({ kind }) => keysOf(kind).length > 0)) {
    const { kind } = generator
    test(`${kind}, what a Secret is made of them included`, async () => {
      const [own, externalSecret] = generatorPage(generator).examples as readonly [object, ExternalSecretDocument]
      const { metadata, spec } = externalSecret
      const data = Object.fromEntries(keysOf(kind).map((key) => [key, `value-of-${key}`]))
      const standIn = { ...own, kind: 'Fake', spec: { data } }
      const isItself = ASKS_NOBODY.has(kind)
      const sourceRef = { generatorRef: { kind: isItself ? kind : 'Fake', name: metadata.name } }
      const secret = await secretOf([
        isItself ? own : standIn,
        {
          ...externalSecret,
          metadata: { name: metadata.name, namespace: metadata.namespace },
          spec: { ...spec, dataFrom: [{ sourceRef }] },
        },
      ])
      assert.ok(secret)
      const template = spec.target?.template
      assert.deepEqual(Object.keys(secret.values).toSorted(), (template ? Object.keys(template.data) : keysOf(kind)).toSorted())
      if (template) assert.equal(secret.type, template.type)
      const pull = secret.values['.dockerconfigjson']
      if (pull !== undefined) assert.equal(Object.keys((JSON.parse(pull) as { auths: object }).auths).length, 1)
    })
  }

  test('ClusterGenerator, renamed as its ExternalSecret says', async () => {
    const secret = await secretOf(otherPages.get('ClusterGenerator')?.examples ?? [])
    assert.match(secret?.values['api-password'] ?? '', /^[A-Za-z0-9]{40}$/)
  })
})

test('a kind that knows its keys before it is asked knows those of its page, all but those that another party chooses', () => {
  for (const { kind, spec, ...generator } of all) {
    const example = spec.parse(generatorFacts.get(kind)?.example.spec)
    const known = generator.keysOf?.(example)
    assert.equal(known === undefined, kind === 'VaultDynamicSecret' || kind === 'Webhook', kind)
    if (known) assert.deepEqual(known.toSorted(), keysOf(kind).toSorted(), kind)
  }
})

test('the examples of kinds that a render in Argo CD refuses are left to a controller, those of others are not', () => {
  for (const generator of all) {
    const text = JSON.stringify(generatorPage(generator).examples)
    assert.equal(text.includes(`"${DELIVERY}":"passthrough"`), generator.stability === 'ephemeral', generator.kind)
  }
})
