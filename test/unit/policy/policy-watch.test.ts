import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { Clock } from '../../../plugin/model/clock.ts'
import type { LogFields } from '../../../plugin/model/logger.ts'
import { type PolicyWatch, watchPolicy } from '../../../plugin/policy/policy-watch.ts'
import { providers } from '../../../plugin/providers/registry.ts'
import { withFolder } from '../../support/policy.ts'

/** Time that goes on when the test says so; `passed` resolves once the watch waits again, so its reading is done. */
function steppedClock() {
  let wake = (): void => undefined
  let waiting = Promise.withResolvers<void>()
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        wake = resolve
        signal?.addEventListener('abort', () => reject(new Error('closed')))
        waiting.resolve()
      }),
  }
  return {
    clock,
    pass: async () => {
      await waiting.promise
      waiting = Promise.withResolvers()
      wake()
      await waiting.promise
    },
  }
}

function policyNamed(rule: string): string {
  return `apiVersion: argocd-external-secrets.io/v1
kind: TenancyPolicy
metadata: {name: a}
rules: [{name: ${rule}, projects: [p], namespaces: [a]}]
`
}

function ruleNames(watch: PolicyWatch): readonly string[] {
  return watch.current().rules.map(({ name }) => name)
}

test('a changed policy comes into force, a broken one leaves the last good one there and is reported once', async () => {
  await withFolder({ 'a.yaml': policyNamed('old') }, async (directory) => {
    const { clock, pass } = steppedClock()
    const said: [string, LogFields | undefined][] = []
    const note = (message: string, fields?: LogFields): void => void said.push([message, fields])
    const watch = await watchPolicy(directory, providers, { clock, logger: { info: note, warn: note } })
    try {
      assert.deepEqual(ruleNames(watch), ['old'])
      await writeFile(path.join(directory, 'a.yaml'), policyNamed('new'))
      await pass()
      assert.deepEqual(ruleNames(watch), ['new'])

      await writeFile(path.join(directory, 'a.yaml'), 'rules: [')
      await pass()
      await pass()
      assert.deepEqual(ruleNames(watch), ['new'])
      assert.equal(watch.problem()?.kind, 'InvalidSpec')
      assert.equal(watch.problem()?.place.file, 'a.yaml')

      await writeFile(path.join(directory, 'a.yaml'), policyNamed('fixed'))
      await pass()
      assert.deepEqual(ruleNames(watch), ['fixed'])
      assert.equal(watch.problem(), undefined)
      assert.deepEqual(
        said.map(([message]) => message),
        ['policy is in force', 'policy is in force', 'policy cannot be read', 'policy is in force'],
      )
      assert.deepEqual(said[0]?.[1], { digest: said[0]?.[1]?.['digest'], rules: 1, stores: 0, mode: 'enforce' })
    } finally {
      watch.close()
    }
  })
})

test('a policy that is broken from the start is none: there is nothing to render with until it is mended', async () => {
  await withFolder({ 'a.yaml': 'kind: TenancyPolicy' }, async (directory) => {
    const { clock, pass } = steppedClock()
    const watch = await watchPolicy(directory, providers, { clock, logger: { info() {}, warn() {} } })
    try {
      assert.throws(() => watch.current(), { kind: 'InvalidSpec' })
      await writeFile(path.join(directory, 'a.yaml'), policyNamed('first'))
      await pass()
      assert.deepEqual(ruleNames(watch), ['first'])
    } finally {
      watch.close()
    }
  })
})
