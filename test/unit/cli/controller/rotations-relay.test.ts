import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rotationsRelay } from '../../../../plugin/cli/controller/rotations-relay.ts'
import type { RotationIntake } from '../../../../plugin/controller/rotations/rotation-intake.ts'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'

test('a process that works alone takes events while it works, and none once it has been told to end', async (t) => {
  const emulator = await startKubeEmulator()
  t.after(() => emulator.close())
  const never = new AbortController().signal
  const ports = { client: emulator.localClient(), clock: systemClock, random: systemRandom, logger: silentLogger }
  const relay = rotationsRelay({ ports, map: undefined, queue: { follow: async () => undefined } }, never)
  const intake = (): RotationIntake | undefined => relay.intake
  assert.equal(intake(), undefined)
  for (const expected of [1, 2]) {
    const ending = new AbortController()
    const told: number[] = []
    await relay.lead(0, { rotated: (rotations) => told.push(rotations.length) }, ending.signal)
    for (let take = 0; take < expected; take++) await intake()?.take([{ store: 'SecretStore shop/vault', key: 'db' }])
    assert.equal(told.length, expected)
    ending.abort()
    assert.equal(intake(), undefined)
  }
})
