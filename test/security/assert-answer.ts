import assert from 'node:assert/strict'
import type { ExpandAnswer } from '../../plugin/argocd/wire/expand-exchange.ts'
import type { Attempt } from './attempt.ts'
import type { World } from './world.ts'

/** What became of the trick is what its row says. */
export function assertOutcome({ outcome, kind = 'AccessDenied' }: Attempt, answer: ExpandAnswer, world: World): void {
  assert.notEqual(answer.exitCode, 1, `a bug: ${answer.report}`)
  if (outcome === 'refused' || outcome === 'failed') {
    assert.notEqual(answer.exitCode, 0)
    assert.equal(answer.output.byteLength, 0)
    assert.match(answer.report, new RegExp(`(^|: )${kind}(:|$)`, 'm'))
  } else assert.equal(answer.exitCode, 0, answer.report)
  if (outcome === 'refused' || outcome === 'guarded') assert.equal(world.calls(), 0, 'a backend was asked')
  if (outcome === 'guarded') assert.ok(!has(answer, world.allowed), 'a value came out')
}

/** The twin works. */
export function assertGood(answer: ExpandAnswer, { allowed }: World): void {
  assert.equal(answer.exitCode, 0, `the twin is refused: ${answer.report}`)
  assert.ok(has(answer, allowed), 'the twin has no value')
}

/** Nothing forbidden came out, as it is or encoded, and nobody called at the attacker's. */
export function assertSilent(answer: ExpandAnswer, { forbidden, evil }: World): void {
  for (const [index, text] of forbidden.entries()) assert.ok(!has(answer, text), `forbidden text ${index} came out`)
  assert.equal(evil.connections, 0, "the attacker's server was connected to")
}

export function has({ output, report }: ExpandAnswer, value: string): boolean {
  const said = new TextDecoder().decode(output) + report
  return [value, ...(['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(value).toString(form))].some((form) =>
    said.includes(form),
  )
}
