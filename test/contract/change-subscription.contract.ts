import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SecretError } from '../../plugin/model/secret-error.ts'
import type { ChangeDetector } from '../../plugin/providers/change-detector.ts'
import { eventually } from '../support/eventually.ts'

/** A backend that tells of changes by itself. */
export interface SubscriptionSubject {
  /** Writes a new version of a secret. */
  put(key: string, text: string): Promise<unknown>
  remove(key: string): Promise<unknown>
  /** `blind`: of an identity that may read single values, and be told nothing. `refused`: with credentials that the backend does not know. */
  detect(identity?: 'blind' | 'refused'): Promise<ChangeDetector>
  /** Ends the connections by which it tells, without a word. */
  cut(): void
  /** Calls to the backend so far; those by which it tells count once. */
  calls(): number | Promise<number>
  close(): Promise<void>
}

/** Who is subscribed: what was told, and since when nothing is to be asked for. */
export class Subscriber {
  readonly keys: string[] = []
  isLive = false
  wasLive = false
  readonly ended: Promise<unknown>
  readonly #stop = new AbortController()

  constructor(detector: ChangeDetector) {
    const listener = {
      onKeys: (keys: readonly string[]) => void this.keys.push(...keys),
      onLive: (isLive: boolean) => {
        this.isLive = isLive
        this.wasLive ||= isLive
      },
    }
    const subscribed = detector.subscribe?.(listener, this.#stop.signal)
    assert.ok(subscribed, 'it tells by itself')
    this.ended = subscribed.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  }

  /** Waits until it is live, or is not. */
  async lives(isLive = true): Promise<void> {
    await eventually(() => (this.isLive === isLive ? true : undefined))
  }

  /** Waits until the key is told, and forgets all that was. */
  async hears(key: string): Promise<void> {
    await eventually(
      () => (this.keys.includes(key) ? true : undefined),
      () => `told: ${this.keys.join(', ')}`,
    )
    this.keys.length = 0
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.ended
  }
}

/** Every implementation of {@link ChangeDetector.subscribe} passes this: emulators in `npm test`, real servers in the e2e. */
export function changeSubscriptionContract(name: string, start: () => Promise<SubscriptionSubject>): void {
  describe(`${name}: a subscription`, () => {
    let subject: SubscriptionSubject
    let detector: ChangeDetector
    let subscriber: Subscriber

    before(async () => {
      subject = await start()
      await subject.put('present', 'v1')
      detector = await subject.detect()
      subscriber = new Subscriber(detector)
      await subscriber.lives()
    })
    after(async () => {
      await subscriber.stop()
      await detector.close()
      await subject.close()
    })

    const seen = async (...keys: readonly string[]): Promise<readonly string[]> => {
      const queries = keys.map((key) => ({ key }))
      const outcomes = await detector.versions(queries, AbortSignal.timeout(30_000))
      return outcomes.map((outcome) => (outcome.state === 'version' ? outcome.version : outcome.state))
    }
    const asked = async (...keys: readonly string[]): Promise<readonly string[]> => {
      const other = await subject.detect()
      const queries = keys.map((key) => ({ key }))
      const outcomes = await other.versions(queries, AbortSignal.timeout(30_000))
      await other.close()
      return outcomes.map((outcome) => (outcome.state === 'version' ? outcome.version : outcome.state))
    }

    test('tells what is there at its start', async () => {
      await subscriber.hears('present')
    })

    test('has versions told without a call, and they are those that asking gives', async () => {
      const keys = ['present', 'absent', 'not a key, in any backend: \u0000']
      const before = await subject.calls()
      const told = await seen(...keys)
      assert.equal(await subject.calls(), before)
      assert.deepEqual(told, await asked(...keys))
    })

    test('tells of what is new, changes and goes, and whoever asks then learns it', async () => {
      for (const text of ['one', 'two']) {
        await subject.put('moving', text)
        await subscriber.hears('moving')
        assert.deepEqual(await seen('moving'), await asked('moving'))
      }
      await subject.remove('moving')
      await subscriber.hears('moving')
      assert.deepEqual(await seen('moving'), ['absent'])
    })

    test('misses nothing of what happens while its connection is cut', async () => {
      subject.cut()
      await subject.put('while-away', 'x')
      await subscriber.hears('while-away')
      await subscriber.lives()
      assert.deepEqual(await seen('while-away'), await asked('while-away'))
    })

    test('ends soon after it is told to, and versions are asked for again', async () => {
      const other = await subject.detect()
      const short = new Subscriber(other)
      await short.lives()
      await short.stop()
      assert.equal(short.isLive, false)
      await subject.put('present', 'v2')
      const before = await subject.calls()
      const [outcome] = await other.versions([{ key: 'present' }], AbortSignal.timeout(30_000))
      assert.equal(outcome?.state, 'version')
      assert.ok((await subject.calls()) > before)
      await other.close()
    })

    test('whoever may not be told learns which right is missing, and may ask as before', async () => {
      const blind = await subject.detect('blind')
      const blindOne = new Subscriber(blind)
      const refusal = await blindOne.ended
      assert.ok(refusal instanceof SecretError && refusal.kind === 'AccessDenied')
      assert.equal(blindOne.wasLive, false)
      assert.match(refusal.remedy ?? '', /verbs: \[/)
      const [outcome] = await blind.versions([{ key: 'present' }], AbortSignal.timeout(30_000))
      assert.equal(outcome?.state, 'version')
      await blind.close()
    })

    test('of somebody whom the backend does not know ends as AccessDenied', async () => {
      const refused = await subject.detect('refused')
      const refusal = await new Subscriber(refused).ended
      assert.ok(refusal instanceof SecretError && refusal.kind === 'AccessDenied')
      await refused.close()
    })
  })
}
