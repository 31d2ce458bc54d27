import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApplicationRef } from '../../../../plugin/controller/applications/application-view.ts'
import { UnidentifiedEvents } from '../../../../plugin/controller/applications/unidentified-events.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { MemoryArgo } from './memory-argo.ts'

const names = Array.from({ length: 50 }, (_, index) => `app-${index}`)

/** A read takes a second. */
function start() {
  const clock = new VirtualClock()
  const argo = new MemoryArgo(clock)
  for (const name of names) argo.add(name)
  const reads: string[] = []
  const atOnce = { now: 0, most: 0 }
  const read = async (application: ApplicationRef, signal: AbortSignal) => {
    reads.push(application.name)
    atOnce.most = Math.max(atOnce.most, ++atOnce.now)
    await clock.sleep(1_000, signal).finally(() => atOnce.now--)
    return await argo.read(application)
  }
  const told: string[] = []
  const stopping = new AbortController()
  const events = new UnidentifiedEvents(
    { applications: { read }, tell: ({ name, uid }, { message }) => void told.push(`${name} ${uid} ${message}`) },
    stopping.signal,
  )
  const add = (name: string, message: string): void =>
    events.add({ namespace: 'argocd', name, project: 'team' }, { type: 'Warning', reason: 'SecretMissing', message })
  return { clock, argo, reads, atOnce, told, stopping, add }
}

test('each Application is read once for all its events, a few at a time', async () => {
  const { clock, reads, atOnce, told, add } = start()
  for (const key of ['a', 'b', 'c']) for (const name of names) add(name, key)
  await clock.run(60_000)
  assert.deepEqual([reads.toSorted(), atOnce.most], [names.toSorted(), 4])
  assert.deepEqual(
    told.toSorted(),
    names.flatMap((name) => ['a', 'b', 'c'].map((key) => `${name} uid-${name} ${key}`)).toSorted(),
  )
  add('app-0', 'd')
  await clock.run(2_000)
  assert.equal(told.at(-1), 'app-0 uid-app-0 d')
})

test('what cannot be read is told without its UID, and nothing once the leadership is over', async () => {
  const { clock, argo, reads, told, stopping, add } = start()
  argo.read = async () => {
    throw new SecretError('Unavailable', 'away')
  }
  add('app-0', 'a')
  await clock.run(2_000)
  assert.deepEqual(told, ['app-0  a'])
  for (const name of names) add(name, 'b')
  await clock.run(500)
  stopping.abort()
  await clock.run(60_000)
  assert.deepEqual([told.length, reads.length], [1, 5])
})
