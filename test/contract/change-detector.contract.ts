import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { ErrorKind } from '../../plugin/model/secret-error.ts'
import type { ChangeDetector, VersionOutcome } from '../../plugin/providers/change-detector.ts'
import type { SecretReader } from '../../plugin/providers/secret-reader.ts'
import type { Fault } from '../support/call-control.ts'

/** A backend whose detector is put through the contract. */
export interface DetectionSubject {
  /** Writes a new version of a secret. */
  put(key: string, text: string): Promise<unknown>
  remove(key: string): Promise<unknown>
  /** `refused`: with credentials that the backend does not know. `blind`: of an identity that may read values, but not look. */
  detect(identity?: 'refused' | 'blind'): Promise<ChangeDetector>
  /** Lets so much time pass that what was written last is not new any more; where dates are coarse. */
  settle?(): void
  /** As a render does; only where versions can be compared. */
  open?(): Promise<SecretReader>
  /** What was asked of the backend since the last reset; undefined where the real server does not tell. */
  asked?(): readonly string[]
  inject?(fault: Fault, times?: number): void
  reset(): void | Promise<void>
  close(): Promise<void>
}

export interface DetectionLimits {
  /** Calls that 1,000 keys need at most, when the store has no others. */
  readonly callsFor1000: number
  /** Calls that bring a value: never made. */
  readonly valueCall?: RegExp
  /** Nobody can be refused: values that stand in the store itself, or a server that takes every credential. */
  readonly rights?: false
  /** It does not tell when something was changed. */
  readonly times?: false
}

const signal = (): AbortSignal => AbortSignal.timeout(60_000)

function versionIn(outcome: VersionOutcome | undefined): string {
  assert.ok(outcome, 'an outcome a query')
  assert.equal(outcome.state, 'version', outcome.state === 'failed' ? `${outcome.error.kind}: ${outcome.error.message}` : '')
  return outcome.state === 'version' ? outcome.version : ''
}

/** A failure may come as the outcome of a query, or as a rejection when nothing can be asked. */
async function failure(
  detector: ChangeDetector,
  keys: readonly string[],
  stop = signal(),
): Promise<ErrorKind | VersionOutcome['state']> {
  try {
    const [outcome] = await detector.versions(
      keys.map((key) => ({ key })),
      stop,
    )
    return outcome?.state === 'failed' ? outcome.error.kind : (outcome?.state ?? 'Bug')
  } catch (thrown) {
    return (thrown as { kind: ErrorKind }).kind
  }
}

/** Every implementation of ChangeDetector passes this: each emulator in `npm test`, real servers in the e2e. */
export function changeDetectorContract(name: string, start: () => Promise<DetectionSubject>, limits: DetectionLimits): void {
  describe(`${name}: the contract of a ChangeDetector`, () => {
    let subject: DetectionSubject
    let detector: ChangeDetector
    const asked: string[] = []

    before(async () => {
      subject = await start()
      await subject.put('present', 'v1')
      subject.settle?.()
      detector = await subject.detect()
    })
    beforeEach(async () => {
      asked.push(...(subject.asked?.() ?? []))
      await subject.reset()
    })
    after(async () => {
      await detector.close()
      await subject.close()
    })

    const versions = (...keys: readonly string[]): Promise<readonly VersionOutcome[]> =>
      detector.versions(
        keys.map((key) => ({ key })),
        signal(),
      )

    test('what does not change keeps its version, also for another detector', async () => {
      const [first] = await versions('present')
      const [again] = await versions('present')
      const other = await subject.detect()
      const [elsewhere] = await other.versions([{ key: 'present' }], signal())
      await other.close()
      assert.equal(versionIn(again), versionIn(first))
      assert.equal(versionIn(elsewhere), versionIn(first))
    })

    test('what changes has another version, and keeps that', async () => {
      const seen: string[] = []
      for (const text of ['a', 'b', 'a']) {
        await subject.put('changing', text)
        subject.settle?.()
        for (let i = 0; i < 2; i++) seen.push(versionIn((await versions('changing'))[0]))
      }
      assert.equal(seen[0], seen[1])
      assert.notEqual(seen[1], seen[2])
      assert.equal(seen[2], seen[3])
      assert.equal(seen[4], seen[5])
      assert.notEqual(seen[3], seen[4])
    })

    test('a version that can be compared is the one that a read gives', async (t) => {
      if (!detector.comparable) return t.diagnostic('its versions are of its own kind')
      const reader = await subject.open?.()
      assert.ok(reader, 'a reader to compare with')
      for (const text of ['one', 'two']) {
        await subject.put('compared', text)
        const [read] = await reader.fetch([{ key: 'compared', part: 'value' }], signal())
        assert.ok(read?.ok)
        assert.equal(versionIn((await versions('compared'))[0]), read.secret.version)
        const [, among] = await versions('present', 'compared')
        assert.equal(versionIn(among), read.secret.version, 'asked for alone or together')
      }
      await reader.close()
      // Its reads were of values.
      await subject.reset()
    })

    if (limits.times !== false)
      test('a version comes with the time of its change', async () => {
        const times: number[] = []
        for (const text of ['one', 'two']) {
          await subject.put('timed', text)
          subject.settle?.()
          const [alone] = await versions('timed')
          const [, among] = await versions('present', 'timed')
          for (const outcome of [alone, among]) {
            versionIn(outcome)
            times.push((outcome?.state === 'version' && outcome.changedAtMs) || Number.NaN)
          }
        }
        // Emulators have years of their own.
        for (const time of times) assert.ok(time > Date.UTC(2020, 0, 1) && time < Date.now() + 600_000, times.join(', '))
        assert.deepEqual(
          times,
          times.toSorted((one, other) => one - other),
          'a later change has no earlier time',
        )
      })

    test('what is missing, or has been removed, is absent, and does not fail its neighbours', async () => {
      await subject.put('removed', 'x')
      versionIn((await versions('removed'))[0])
      await subject.remove('removed')
      const [absent, present, removed] = await versions('absent', 'present', 'removed')
      assert.equal(absent?.state, 'absent')
      assert.equal(removed?.state, 'absent')
      versionIn(present)
    })

    test('what was missing has a version once it is there, asked for alone or among others', async () => {
      for (const [key, others] of [
        ['late-alone', []],
        ['late-among-others', ['present', 'absent']],
      ] as const) {
        for (let look = 0; look < 2; look++) assert.equal((await versions(key, ...others))[0]?.state, 'absent')
        await subject.put(key, 'here at last')
        subject.settle?.()
        const version = versionIn((await versions(key, ...others))[0])
        assert.equal(versionIn((await versions(...others, key)).at(-1)), version)
      }
    })

    test('an empty list of queries costs no call', async () => {
      assert.deepEqual(await versions(), [])
      if (subject.asked) assert.equal(subject.asked().length, 0)
    })

    test('a key that cannot be one fails alone, or is unknown', async () => {
      const [odd, present] = await versions('not a key, in any backend: \u0000', 'present')
      assert.notEqual(odd?.state, 'version')
      versionIn(present)
    })

    if (limits.rights !== false) rightsCases(() => subject)
    if (limits.callsFor1000 < Number.POSITIVE_INFINITY) manyCase(() => subject, limits)

    test('no call has asked for a value', () => {
      asked.push(...(subject.asked?.() ?? []))
      const { valueCall } = limits
      assert.deepEqual(valueCall ? asked.filter((call) => valueCall.test(call)) : [], [])
    })
  })
}

function rightsCases(subject: () => DetectionSubject): void {
  test('credentials that the backend does not know are AccessDenied', async () => {
    const kind = await subject()
      .detect('refused')
      .then(
        async (refused) => {
          const seen = await failure(refused, ['present', 'absent'])
          await refused.close()
          return seen
        },
        (thrown: { kind: ErrorKind }) => thrown.kind,
      )
    assert.equal(kind, 'AccessDenied')
  })

  test('who may read but not look learns that it has to read, and does not ask again and again', async () => {
    const blind = await subject().detect('blind')
    const queries = ['present', 'absent'].map((key) => ({ key }))
    for (let i = 0; i < 2; i++) {
      const outcomes = await blind.versions(queries, signal())
      assert.deepEqual(
        outcomes.map(({ state }) => state),
        ['unknown', 'unknown'],
      )
      if (i === 0) await subject().reset()
      else if (subject().asked) assert.equal(subject().asked?.().length, 0)
    }
    await blind.close()
  })
}

function manyCase(subject: () => DetectionSubject, { callsFor1000 }: DetectionLimits): void {
  test(`1,000 keys need at most ${callsFor1000} calls, one key needs one, and all come in order`, async () => {
    const keys = Array.from({ length: 1_000 }, (_, number) => `many-${number}`)
    for (const key of keys) await subject().put(key, key)
    subject().settle?.()
    const detector = await subject().detect()
    await subject().reset()
    const queries = keys.map((key) => ({ key }))
    const outcomes = await detector.versions(queries, signal())
    assert.equal(new Set(outcomes.map(versionIn)).size > 0, true)
    if (subject().asked) assert.ok((subject().asked?.().length ?? 0) <= callsFor1000, `${subject().asked?.().length} calls`)
    const backwards = await detector.versions(queries.toReversed(), signal())
    assert.deepEqual(backwards.toReversed().map(versionIn), outcomes.map(versionIn))
    await subject().reset()
    versionIn((await detector.versions([{ key: 'many-7' }], signal()))[0])
    if (subject().asked) assert.ok((subject().asked?.().length ?? 0) <= 1)
    await detector.close()
  })
}

/** What a backend that can be disturbed must survive, beside {@link changeDetectorContract}. */
export function changeDetectorFaults(name: string, start: () => Promise<DetectionSubject>): void {
  describe(`${name}: a ChangeDetector in trouble`, () => {
    let subject: DetectionSubject
    let detector: ChangeDetector

    before(async () => {
      subject = await start()
      for (const key of ['present', 'other']) await subject.put(key, 'v1')
      subject.settle?.()
      detector = await subject.detect()
    })
    beforeEach(() => subject.reset())
    after(async () => {
      await detector.close()
      await subject.close()
    })

    for (const keys of [['present'], ['present', 'other']]) {
      for (const fault of ['throttled', 'internalError', 'connectionReset'] as const) {
        test(`${fault} once, then fine: ${keys.length} are told after another try`, async () => {
          subject.inject?.(fault)
          assert.equal(await failure(detector, keys), 'version')
        })
      }

      for (const [fault, kind] of [
        ['throttled', 'Throttled'],
        ['internalError', 'Unavailable'],
        ['garbage', 'Unavailable'],
        ['redirect', 'Unavailable'],
        ['oversized', 'Unavailable'],
      ] as const) {
        test(`${fault} without end is ${kind} for ${keys.length}, never absent`, async () => {
          subject.inject?.(fault, 200)
          assert.equal(await failure(detector, keys), kind)
        })
      }
    }

    // Without it the call would end by its own limit, as Timeout.
    test('an aborted signal ends a call that hangs', async () => {
      subject.inject?.('hang', 50)
      const stop = new AbortController()
      const pending = failure(detector, ['present', 'other'], stop.signal)
      setTimeout(() => stop.abort(), 50)
      assert.equal(await pending, 'Deadline')
    })
  })
}
