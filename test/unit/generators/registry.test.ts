import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generators } from '../../../plugin/generators/registry.ts'

for (const [kind, load] of generators) {
  test(`the registry's line for ${kind} loads the generator of that kind`, async () => {
    assert.equal((await load()).kind, kind)
  })
}
