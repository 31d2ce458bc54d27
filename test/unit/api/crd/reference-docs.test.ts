import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { providerConfigs } from '../../../../.ci/crds.ts'
import { otherPages } from '../../../../.ci/generators/other-pages.ts'
import { kindPages } from '../../../../.ci/kind-pages.ts'
import { referenceFiles } from '../../../../.ci/reference-docs.ts'
import { clusterExternalSecretSchema } from '../../../../plugin/api/cluster-external-secret.ts'
import { customResources } from '../../../../plugin/api/crd/custom-resources.ts'
import { generatorStateSpecSchema } from '../../../../plugin/api/generator-state.ts'
import { clusterPushSecretSchema, pushSecretSchema } from '../../../../plugin/api/push-secret.ts'
import { readExternalSecret } from '../../../../plugin/api/read-external-secret.ts'
import { readObject } from '../../../../plugin/api/read-object.ts'
import { readStore } from '../../../../plugin/api/read-store.ts'
import { generators } from '../../../../plugin/generators/registry.ts'

const files = await referenceFiles()
const configs = await providerConfigs()

test('the pages of docs/reference are those that the schemas make (npm run generate), and there are no others', () => {
  for (const [file, text] of files) assert.equal(readFileSync(file, 'utf8'), text, fileURLToPath(file))
  const names = files.map(([file]) => file.pathname.slice(file.pathname.lastIndexOf('/') + 1))
  assert.deepEqual(globSync('*', { cwd: 'docs/reference' }).toSorted(), names.toSorted())
})

test('every page has the same headings, says what each field means, and leads only to pages that are there', () => {
  for (const [file, text] of files.slice(1)) {
    const headings = Array.from(text.matchAll(/^## (\w+)/gm), ([, word]) => word)
    assert.deepEqual(headings, ['Example', 'Writing', 'Working', 'Status'], file.pathname)
    assert.doesNotMatch(text, /^\| \**`[^`]*`\** \| [^|]* \| +\|$/m, file.pathname)
    assert.doesNotMatch(text, /\|---\|\n\n/, `${file.pathname} has an empty table`)
  }
  for (const [file, text] of files) {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#]+)/g)) assert.ok(existsSync(new URL(link, file)), link)
    for (const [, anchor = ''] of text.matchAll(/\]\(#([^)]+)\)/g))
      assert.match(text.toLowerCase().replaceAll(' ', '-'), new RegExp(`^###-${anchor}$`, 'm'))
  }
})

test('the index leads to the page of every kind', () => {
  const [[, index] = [undefined, '']] = files
  const kinds = [...customResources.map(({ kind }) => kind), ...generators.keys(), 'ClusterGenerator', 'GeneratorState']
  for (const kind of [...kinds, 'PushSecret', 'ClusterPushSecret'])
    assert.ok(index.includes(`| [${kind}](${kind.toLowerCase()}.md) |`), kind)
})

test('the page of a store tells the fields of every provider, those of a kind of a cluster lead to what they hold', () => {
  const textOf = (kind: string): string => files.find(([file]) => file.pathname.endsWith(`/${kind}.md`))?.[1] ?? ''
  for (const id of configs.keys()) assert.match(textOf('clustersecretstore'), new RegExp(`\`spec\\.provider\\.${id}\\.`))
  assert.match(textOf('clusterexternalsecret'), /`spec.externalSecretSpec`\*\* \| \[spec of an ExternalSecret\]/)
  assert.match(
    textOf('clustergenerator'),
    /`spec.generator.passwordSpec` \| \[spec of a Password\]\(password.md#writing-a-spec\)/,
  )
})

const READERS: Readonly<Record<string, (example: unknown) => { readonly problems: object; readonly warnings: object }>> = {
  ExternalSecret: (example) => readExternalSecret(example),
  ClusterExternalSecret: (example) => readObject(clusterExternalSecretSchema, example),
  PushSecret: (example) => readObject(pushSecretSchema, example),
  ClusterPushSecret: (example) => readObject(clusterPushSecretSchema, example),
}

describe('the example of', () => {
  for (const [kind, { examples }] of kindPages) {
    test(`${kind} is valid, without a warning`, () => {
      const read = READERS[kind] ?? ((example) => readStore(example, configs))
      const { problems, warnings } = read(examples[0])
      assert.deepEqual([problems, warnings], [[], []])
    })
  }

  test('a GeneratorState is one that a controller could have written', () => {
    const [example] = otherPages.get('GeneratorState')?.examples ?? []
    assert.ok(generatorStateSpecSchema.parse((example as { spec: unknown }).spec).garbageCollectionDeadline)
  })
})
