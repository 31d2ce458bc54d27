import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { generatorResource } from '../../../../plugin/controller/generators/usable-generators.ts'
import { generators } from '../../../../plugin/generators/registry.ts'

interface Rights {
  readonly rules?: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
}

for (const [installation, more] of [
  ['cluster', ['ClusterGenerator']],
  ['namespaced', []],
] as const) {
  test(`the ${installation} installation lets the controller read every kind of generator, and no other`, () => {
    const text = readFileSync(`manifests/install/external-secrets/${installation}/rights.yaml`, 'utf8')
    const objects = parseAllDocuments(text).map((document): Rights => document.toJS())
    const rules = objects.flatMap(({ rules: all = [] }) => all)
    const granted = rules.filter(({ apiGroups }) => apiGroups.includes('generators.external-secrets.io'))
    const kinds = [...generators.keys(), ...more].map((kind) => generatorResource(kind).plural)
    assert.deepEqual(
      granted.map(({ resources, verbs }) => [resources, verbs]),
      [
        [kinds.toSorted(), ['get']],
        [['generatorstates'], ['list', 'create', 'patch', 'delete']],
      ],
    )
  })
}
