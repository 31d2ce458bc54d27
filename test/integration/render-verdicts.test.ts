import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { validateManifests } from '../../plugin/argocd/validate-manifests.ts'
import { generators } from '../../plugin/generators/registry.ts'
import type { SecretError } from '../../plugin/model/secret-error.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { LOCAL, renderText, STORE, templatePorts } from '../support/render.ts'
import { db, externalSecret, generates, generator, stream } from '../support/render-cases.ts'

const PASSTHROUGH = '  annotations: {argocd-external-secrets.io/delivery: passthrough}'

async function validated(text: string): Promise<{ problems: readonly SecretError[]; doubts: readonly SecretError[] }> {
  const schemas = objectSchemas(new Map([['fake', async () => db().provider]]), generators)
  return validateManifests([splitManifests('file-0.yaml', new TextEncoder().encode(text))], LOCAL, schemas, templatePorts)
}

function said(problems: readonly SecretError[]): readonly string[] {
  return problems.map(({ kind, message, place }) => `${kind} ${place.object} ${place.field}: ${message}`)
}

describe('a validation and a render say the same of', () => {
  for (const [what, text] of [
    ['another object than a Secret', externalSecret({ target: '{manifest: {apiVersion: v1, kind: ConfigMap}}' })],
    [
      'a label of Argo CD',
      externalSecret({ target: '{template: {metadata: {labels: {argocd.argoproj.io/secret-type: cluster}}}}' }),
    ],
    [
      'templates that are not there',
      externalSecret({ target: '{template: {templateFrom: [{configMap: {name: nope, items: []}}]}}' }),
    ],
    ['a Go template that is none', externalSecret({ target: '{template: {data: {a: "{{ .x", b: "{{ uper .x }}"}}}' })],
    [
      'a Handlebars template that is none',
      externalSecret({
        metadata: '  annotations: {argocd-external-secrets.io/template-engine: handlebars}',
        target: '{template: {metadata: {labels: {a: "{{#if x}}"}}, templateFrom: [{literal: "{{#x}}{{/y}}"}]}}',
      }),
    ],
    ['an expression that is none', externalSecret({ spec: '  dataFrom: [{find: {name: {regexp: "a(?=b)"}}}]' })],
    [
      'rewrites that cannot be done whatever is read',
      externalSecret({
        spec: '  dataFrom: [{extract: {key: db}, rewrite: [{regexp: {source: "(", target: x}}, {transform: {template: "{{ nope }}"}}, {merge: {strategy: JSON}}]}]',
      }),
    ],
    [
      'a shape that the library does not have',
      externalSecret({ metadata: '  annotations: {argocd-external-secrets.io/template: dockerconfig}' }),
    ],
    ['a generator that is not there', externalSecret({ spec: generates('Fake') })],
    [
      'a generator that is not implemented',
      stream(
        generator(
          'BeyondtrustWorkloadCredentialsDynamicSecret',
          '{provider: {auth: {apikey: {token: {name: t, key: k}}}, server: {apiUrl: https://b.example, siteId: s}}}',
        ),
        externalSecret({ spec: generates('BeyondtrustWorkloadCredentialsDynamicSecret') }),
      ),
    ],
    ['two generators of one name', stream(generator('Fake'), generator('Fake'), externalSecret())],
    ['a store that is not there', externalSecret().replace('{name: store}', '{name: absent}')],
    ['two owners', stream(externalSecret({ target: '{name: one}' }), externalSecret({ name: 'two', target: '{name: one}' }))],
    [
      'two owners of which a controller has one',
      stream(
        externalSecret({ name: 'two', metadata: PASSTHROUGH, target: '{name: one}' }),
        externalSecret({ target: '{name: one}' }),
      ),
    ],
    ['what makes nothing', externalSecret({ target: '{creationPolicy: None}' }).replace('{name: store}', '{name: absent}')],
    ['what passes through', externalSecret({ metadata: PASSTHROUGH, spec: '  dataFrom: [{find: {name: {regexp: x}}}]' })],
    [
      'a controller that merges into what is rendered',
      stream(
        externalSecret({ target: '{name: one}' }),
        externalSecret({ name: 'two', metadata: PASSTHROUGH, target: '{name: one, creationPolicy: Merge}' }),
      ),
    ],
  ] as const) {
    test(what, async () => {
      const memory = db()
      const whole = stream(STORE, text)
      const { problems, doubts } = await validated(whole)
      const render = await renderText(whole, memory)
      assert.deepEqual(said([...problems, ...doubts]), said(render.problems))
      if (render.problems.length > 0) assert.equal(memory.opened, 0, 'a store was opened for nothing')
    })
  }
})
