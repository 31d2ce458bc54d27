import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import type { ExternalSecretInput } from '../../../plugin/expansion/external-secret-input.ts'
import { planSteps } from '../../../plugin/expansion/plan.ts'
import type { FoundStore } from '../../../plugin/expansion/store-source.ts'

const REFERENCES = 200

function inputOf(index: number): ExternalSecretInput {
  const data = Array.from({ length: REFERENCES }, (_, at) => ({ secretKey: `k${at}`, remoteRef: { key: `key-${at}` } }))
  const { value } = readExternalSecret({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: `app-${index}` },
    spec: { secretStoreRef: { name: 'store' }, data },
  })
  if (!value) throw new Error('not valid')
  return { resource: value, place: {}, namespace: 'shop' }
}

test('a plan asks for no more than one reference between two turns', () => {
  let asked = 0
  let largest = 0
  const store: FoundStore = {
    identity: 'store',
    name: 'store',
    place: {},
    refusal() {
      asked++
      return undefined
    },
    open: () => Promise.reject(new Error('a plan opens nothing')),
  }
  const templates = { secret: () => undefined, configMap: () => undefined }
  const steps = planSteps([inputOf(0), inputOf(1)], { find: () => store }, templates)
  for (let step = steps.next(); !step.done; step = steps.next()) {
    largest = Math.max(largest, asked)
    asked = 0
  }
  assert.equal(largest, 1)
})
