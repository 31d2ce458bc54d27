import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { validateManifests } from '../../plugin/argocd/validate-manifests.ts'
import { generators } from '../../plugin/generators/registry.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { LOCAL, renderText, STORE, templatePorts } from '../support/render.ts'

const GENERATORS = `---
apiVersion: generators.external-secrets.io/v1alpha1
kind: Password
metadata: {name: one, namespace: default}
---
apiVersion: generators.external-secrets.io/v1alpha1
kind: Password
metadata: {name: two, namespace: default}
spec: {secretKeys: [password, admin, reader, writer, auditor]}
---
apiVersion: generators.external-secrets.io/v1alpha1
kind: ClusterGenerator
metadata: {name: all}
spec: {kind: Password, generator: {passwordSpec: {secretKeys: [admin, reader, writer, auditor]}}}
`

const ask = (name: string, rest = '', kind = 'Password'): string =>
  `{sourceRef: {generatorRef: {kind: ${kind}, name: ${name}}}${rest}}`
const RENAMED = ', rewrite: [{regexp: {source: "^", target: "x_"}}]'
const DATA = 'data: [{secretKey: password, remoteRef: {key: a}}]'
const ONE =
  'as Password default/one of spec.dataFrom[0] does, whose value is lost (rename the keys of one by rewrite, or remove it)'

const CASES: readonly (readonly [name: string, spec: string, says: readonly string[]])[] = [
  ['two generators with one key', `dataFrom: [${ask('one')}, ${ask('one')}]`, [`spec.dataFrom[1] gives "password" ${ONE}`]],
  ['a generator, and data with its key', `dataFrom: [${ask('one')}], ${DATA}`, [`spec.data[0] gives "password" ${ONE}`]],
  [
    'many keys, some of them of one of a ClusterGenerator',
    `dataFrom: [${ask('two')}, ${ask('all', '', 'ClusterGenerator')}]`,
    [
      'spec.dataFrom[1] gives "admin", "reader", "writer" and 1 more as Password default/two of spec.dataFrom[0] does, whose values are lost (rename the keys of one by rewrite, or remove it)',
    ],
  ],
  ['one whose keys are rewritten', `dataFrom: [${ask('one')}, ${ask('one', RENAMED)}]`, []],
  ['data that may be missing', `target: {deletionPolicy: Merge}, dataFrom: [${ask('one')}], ${DATA}`, []],
  ['keys of a store, which are not known', `dataFrom: [${ask('one')}, {extract: {key: b}}]`, []],
]

describe('values of a generator that are certainly lost are told, by validate and with a render:', () => {
  for (const [name, spec, says] of CASES) {
    test(name, async () => {
      const text = `${STORE}---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app, namespace: default}
spec: {secretStoreRef: {name: store}, ${spec}}
${GENERATORS}`
      const streams = [splitManifests('app.yaml', new TextEncoder().encode(text))]
      const validation = await validateManifests(streams, LOCAL, objectSchemas(providers, generators), templatePorts)
      assert.deepEqual([...validation.problems, ...validation.doubts], [])
      const render = await renderText(text, memoryProvider({ a: 'canary', b: '{"password":"canary"}' }))
      assert.deepEqual(render.problems, [])
      for (const { warnings } of [validation, render]) {
        const said = warnings.filter(({ message }) => message.startsWith('gives "'))
        assert.deepEqual(
          said.map(({ place, message }) => `${place.field} ${message}`),
          says,
        )
      }
    })
  }
})
