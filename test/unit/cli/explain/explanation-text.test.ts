import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explanationText } from '../../../../plugin/cli/explain/explanation-text.ts'
import { treeLines } from '../../../../plugin/cli/explain/tree-lines.ts'
import { explainText } from '../../../support/explain.ts'
import { memoryProvider } from '../../../support/memory-provider.ts'
import { STORE } from '../../../support/render.ts'

const leaf = (text: string): { readonly text: string; readonly children: readonly [] } => ({ text, children: [] })

test('a tree has a branch a child, and a bar beside what is under one that is not the last', () => {
  const tree = { text: 'root', children: [{ text: 'a', children: [leaf('b')] }, leaf('c')] }
  assert.deepEqual(treeLines(tree), ['root', '├─ a', '│  └─ b', '└─ c'])
})

test('a Secret is told with its ExternalSecret, the way of each key and no value', async () => {
  const text = `${STORE}---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app}
spec:
  secretStoreRef: {name: store}
  refreshInterval: 10m
  data: [{secretKey: k, remoteRef: {key: "a\\u001b[31m", version: "2"}}]
`
  const printed = explanationText(await explainText(text, memoryProvider({ 'a\u001b[31m@2': 'canary' })))
  assert.match(printed, /^Secret default\/app \(Opaque\)\n├─ from ExternalSecret default\/app \(app\.yaml:\d+\)\n/)
  assert.match(printed, /refresh: with every render; a controller reads it every 10m/)
  assert.match(printed, /└─ spec\.data\[0\] of default\/app: key "a\\u001b\[31m", version "2"/)
  assert.doesNotMatch(printed, /canary/)
  assert.ok(!printed.includes('\u001b'))
})

test('one that makes no Secret is told with the reason', async () => {
  const one = (name: string, extra: string, annotations = '{}'): string => `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${name}, annotations: ${annotations}}
spec: {secretStoreRef: {name: store}, ${extra}data: [{secretKey: k, remoteRef: {key: a}}]}
`
  const passed = one('passed', '', '{argocd-external-secrets.io/delivery: passthrough}')
  const text = STORE + one('none', 'target: {creationPolicy: None}, ') + passed
  const explanation = await explainText(text, memoryProvider())
  assert.equal(
    explanationText(explanation),
    'ExternalSecret none: no Secret (creationPolicy None)\nExternalSecret passed: no Secret (passed through)\n',
  )
})
