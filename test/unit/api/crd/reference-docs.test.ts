import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { providerConfigs } from '../../../../.ci/crds.ts'
import { kindPages } from '../../../../.ci/kind-pages.ts'
import { referenceFiles } from '../../../../.ci/reference-docs.ts'
import { clusterExternalSecretSchema } from '../../../../plugin/api/cluster-external-secret.ts'
import { customResources } from '../../../../plugin/api/crd/custom-resources.ts'
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

test('every page has the same headings, and leads only to pages that are there', () => {
  for (const [file, text] of files.slice(1)) {
    const headings = Array.from(text.matchAll(/^## (\w+)/gm), ([, word]) => word)
    const isOfGenerators = file.pathname.endsWith('/generators.md')
    const expected = [...[...generators.keys()].toSorted(), 'ClusterGenerator']
    assert.deepEqual(headings, isOfGenerators ? expected : ['Example', 'Writing', 'Working', 'Status'])
    for (const [, link = ''] of text.matchAll(/\]\(([^)#]+)/g)) assert.ok(existsSync(new URL(link, file)), link)
    for (const [, anchor = ''] of text.matchAll(/\]\(#([^)]+)\)/g))
      assert.match(text.toLowerCase().replaceAll(' ', '-'), new RegExp(`^###-${anchor}$`, 'm'))
  }
})

describe('the example of', () => {
  for (const { kind } of customResources) {
    test(`${kind} is valid, without a warning`, () => {
      const example = kindPages.get(kind)?.example
      const { problems, warnings } =
        kind === 'ExternalSecret'
          ? readExternalSecret(example)
          : kind === 'ClusterExternalSecret'
            ? readObject(clusterExternalSecretSchema, example)
            : readStore(example, configs)
      assert.deepEqual([...problems, ...warnings], [])
    })
  }
})
