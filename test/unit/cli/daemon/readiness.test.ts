import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readinessChecks } from '../../../../plugin/cli/daemon/readiness.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { PolicyWatch } from '../../../../plugin/policy/policy-watch.ts'
import { processKeyRing } from '../../../../plugin/stores/keys/open-key-ring.ts'
import { policyOf } from '../../../support/policy.ts'

const MISTAKE = new SecretError('InvalidSpec', 'is an unknown field', { place: { file: 'a.yaml', line: 7 } })

function policyCheck(policy: PolicyWatch) {
  const [check] = readinessChecks(policy, processKeyRing(systemRandom))
  return { problem: check?.problem(), detail: check?.detail?.() }
}

test('a policy that cannot be read keeps the daemon from being ready only while there is none before it', async () => {
  const inForce = await policyOf({ rules: [] })
  const close = (): void => undefined
  const good = policyCheck({ current: () => inForce, problem: () => undefined, close })
  assert.deepEqual(good, { problem: undefined, detail: `${inForce.digest} (enforce)` })

  const kept = policyCheck({ current: () => inForce, problem: () => MISTAKE, close })
  assert.deepEqual(kept, {
    problem: undefined,
    detail: `${inForce.digest} (enforce) stays in force: a.yaml:7 is an unknown field`,
  })

  const none: PolicyWatch = {
    current() {
      throw MISTAKE
    },
    problem: () => MISTAKE,
    close,
  }
  assert.equal(policyCheck(none).problem, 'a.yaml:7 is an unknown field')
})
