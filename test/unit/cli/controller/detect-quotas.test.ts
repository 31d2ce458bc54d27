import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectQuotas } from '../../../../plugin/cli/controller/detect-quotas.ts'
import { UsageError } from '../../../../plugin/config/usage-error.ts'

test('a quota of a provider that there is not is refused, with those that there are', () => {
  const sources = (text: string) => ({ flags: { 'detect-quota': text }, environment: new Map<string, string>(), file: {} })
  assert.equal(detectQuotas(sources('vault=10')).get('vault'), 10)
  assert.throws(
    () => detectQuotas(sources('valut=10')),
    (thrown) => thrown instanceof UsageError && /"valut"/.test(thrown.message),
  )
})
