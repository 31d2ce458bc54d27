import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mfa } from '../../../plugin/generators/mfa.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { generateTexts } from './ask-generator.ts'

/** The seed of RFC 6238, appendix B: `12345678901234567890`. */
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const secret = { name: 'mfa', key: 'seed' }
const secrets = { 'mfa/seed': SEED }

/** RFC 6238, appendix B, the rows of SHA1. */
const VECTORS = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
] as const

for (const [seconds, token] of VECTORS) {
  test(`the code of ${seconds} is that of RFC 6238`, async () => {
    const clock = new FakeClock(seconds * 1000)
    const { token: made } = await generateTexts(mfa, { secret, length: 8 }, { secrets, clock })
    assert.equal(made, token)
  })
}

test('six digits and thirty seconds unless the author says otherwise, and the seconds that are left', async () => {
  const clock = new FakeClock(59_999)
  assert.deepEqual(await generateTexts(mfa, { secret }, { secrets, clock }), { token: '287082', timeLeft: '1' })
  const at60 = await generateTexts(mfa, { secret, timePeriod: 60 }, { secrets, clock: new FakeClock(60_000) })
  assert.equal(at60['timeLeft'], '60')
})

test('a time that is pinned takes the place of now', async () => {
  const texts = await generateTexts(mfa, { secret, length: 8, when: '1970-01-01T01:00:59+01:00' }, { secrets })
  assert.deepEqual(texts, { token: '94287082', timeLeft: '1' })
})

test('a seed may have spaces, lower case and padding, as people copy it', async () => {
  const clock = new FakeClock(59_000)
  const copied = ` ${SEED.toLowerCase().replaceAll(/(.{4})/g, '$1 ')}\n======`
  const { token } = await generateTexts(mfa, { secret, length: 8 }, { secrets: { 'mfa/seed': copied }, clock })
  assert.equal(token, '94287082')
})

for (const bad of ['', 'GEZD-GNBV', '0189', 'ÄÖÜ']) {
  test(`a seed that is not base32 (${bad.length} letters) is InvalidSpec without a word of it`, async () => {
    await assert.rejects(generateTexts(mfa, { secret }, { secrets: { 'mfa/seed': bad } }), (thrown: Error) => {
      assert.equal((thrown as { kind?: string }).kind, 'InvalidSpec')
      assert.ok(bad === '' || !thrown.message.includes(bad))
      return true
    })
  })
}

test('a selector without a key is InvalidSpec at its field', async () => {
  await assert.rejects(generateTexts(mfa, { secret: { name: 'mfa' } }, { secrets }), {
    kind: 'InvalidSpec',
    place: { field: 'spec.secret.key' },
  })
})

test('another algorithm than SHA1 has no effect, and the log says so', async () => {
  const warnings: string[] = []
  const logger = { info() {}, warn: (message: string) => void warnings.push(message) }
  const clock = new FakeClock(59_000)
  const { token } = await generateTexts(mfa, { secret, length: 8, algorithm: 'SHA512' }, { secrets, clock, logger })
  assert.equal(token, '94287082')
  assert.equal(warnings.length, 1)
})
