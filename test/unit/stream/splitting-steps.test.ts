import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Steps } from '../../../plugin/model/turns.ts'
import { jsonObjectSteps } from '../../../plugin/stream/split-json-objects.ts'
import { splittingSteps } from '../../../plugin/stream/split-manifests.ts'

function counted<Result>(steps: Steps<Result>): { readonly result: Result; readonly steps: number } {
  for (let count = 0; ; count++) {
    const { done, value } = steps.next()
    if (done) return { result: value, steps: count }
  }
}

test('a stream is split in a step a document', () => {
  const { result, steps } = counted(splittingSteps('f', Buffer.from('---\na: 1\n'.repeat(10_000))))
  assert.equal(result.documents.length, 10_000)
  assert.ok(steps >= 10_000, `${steps} steps`)
})

test('one long run of JSON objects is cut in many steps', () => {
  const object = `{"text":"${'x'.repeat(90)}"}\n`
  const { result, steps } = counted(jsonObjectSteps(object.repeat(20_000)))
  assert.equal(result.length, 20_000)
  // Two megabytes, of which a step looks at a quarter of one.
  assert.ok(steps >= 7, `${steps} steps`)
})
