import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { ErrorKind } from '../../plugin/model/secret-error.ts'
import type { Outcome, SecretReader } from '../../plugin/providers/secret-reader.ts'
import type { Fault } from '../support/call-control.ts'

/** What a backend must offer to be put through the contract: a way in for the test, and readers on it. */
export interface Subject {
  /** Writes a new version of a secret; gives the name by which {@link SecretReader} asks for exactly that version. */
  put(key: string, bytes: Uint8Array): Promise<string>
  /** Reads as any user: `refused` brings credentials that the backend does not know. `callTimeoutMs` is longer than any answer takes unless given. */
  open(options?: { refused?: true; callTimeoutMs?: number }): Promise<SecretReader>
  /** Data calls that the backend has seen; undefined where the real server does not tell. */
  calls?(): number
  /** Only where the backend can be disturbed. */
  inject?(fault: Fault, times?: number): void
  /** Forgets faults and counts between cases. */
  reset(): void | Promise<void>
  close(): Promise<void>
}

export interface SubjectLimits {
  /** Keys that one call reads. */
  readonly batchSize: number
  /** The backend stores arbitrary bytes; otherwise only text. */
  readonly binary: boolean
  /** The backend stores a secret without a byte. */
  readonly empty: boolean
  /** What a reader sees for a version that was never written. */
  readonly wrongVersion: 'NotFound' | 'InvalidSpec'
  /** The backend keeps no older versions. */
  readonly versions?: false
  /** The backend asks for no credentials. */
  readonly credentials?: false
  /** What a look at a store says whose credentials the backend does not know: `AccessDenied` unless given. */
  readonly refusedLook?: 'unknown' | 'ready'
  /** Gives what is stored for `text`; Vault can only hold JSON objects. */
  readonly wrap?: (text: string) => string
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const signal = (): AbortSignal => AbortSignal.timeout(60_000)
const value = (key: string, version?: string): { key: string; part: 'value'; version?: string } => ({
  key,
  part: 'value',
  ...(version && { version }),
})

function read(outcome: Outcome | undefined): string {
  assert.ok(outcome, 'an outcome a reference')
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.error.kind}: ${outcome.error.message}`)
  return new TextDecoder().decode(outcome.secret.value.reveal())
}

function kindOf(outcome: Outcome | undefined): ErrorKind | undefined {
  return outcome?.ok === false ? outcome.error.kind : undefined
}

/** A failure may come as the outcome of its reference or, when nothing can be read at all, as a rejection. */
async function failure(reader: SecretReader, key: string, stop: AbortSignal = signal()): Promise<ErrorKind | undefined> {
  try {
    const [outcome] = await reader.fetch([value(key)], stop)
    return kindOf(outcome)
  } catch (thrown) {
    return (thrown as { kind?: ErrorKind }).kind
  }
}

async function look(reader: SecretReader): Promise<string | undefined> {
  try {
    return ((await reader.validate?.(signal())) ?? { result: 'ready' }).result
  } catch (thrown) {
    return (thrown as { kind?: ErrorKind }).kind
  }
}

/** Every implementation of SecretReader passes this: each emulator in `npm test`, each real server in the e2e. */
export function secretReaderContract(name: string, start: () => Promise<Subject>, limits: SubjectLimits): void {
  describe(`${name}: the contract of a SecretReader`, () => {
    const wrap = limits.wrap ?? ((plain: string) => plain)
    let subject: Subject
    let reader: SecretReader

    before(async () => {
      subject = await start()
      await subject.put('present', text(wrap('v1')))
      reader = await subject.open()
    })
    beforeEach(() => subject.reset())
    after(async () => {
      await reader.close()
      await subject.close()
    })

    test('a key that exists is read', async () => {
      const [outcome] = await reader.fetch([value('present')], signal())
      assert.equal(read(outcome), wrap('v1'))
    })

    test('a missing key does not fail its neighbour', async () => {
      const [present, absent] = await reader.fetch([value('present'), value('absent')], signal())
      assert.equal(read(present), wrap('v1'))
      assert.equal(kindOf(absent), 'NotFound')
    })

    test('a look at the store says that it works', async () => {
      assert.equal(await look(reader), 'ready')
    })

    test('an empty list of references costs no call', async () => {
      assert.deepEqual(await reader.fetch([], signal()), [])
      if (subject.calls) assert.equal(subject.calls(), 0)
    })

    test('equal versions mean equal bytes, a new value has a new version', async () => {
      const versions: string[] = []
      for (const content of ['a', 'b']) {
        await subject.put('changing', text(wrap(content)))
        for (let i = 0; i < 2; i++) {
          const [outcome] = await reader.fetch([value('changing')], signal())
          assert.ok(outcome?.ok)
          versions.push(outcome.secret.version)
        }
      }
      assert.equal(versions[0], versions[1])
      assert.notEqual(versions[1], versions[2])
      assert.equal(versions[2], versions[3])
    })

    test('a rotated value is seen by a reader that is already open', async () => {
      await subject.put('rotated', text(wrap('before')))
      assert.equal(read((await reader.fetch([value('rotated')], signal()))[0]), wrap('before'))
      await subject.put('rotated', text(wrap('after')))
      assert.equal(read((await reader.fetch([value('rotated')], signal()))[0]), wrap('after'))
    })

    test('text beyond ASCII comes back as it was written', async () => {
      await subject.put('unicode', text(wrap('pässwörd ☃ 🔑')))
      assert.equal(read((await reader.fetch([value('unicode')], signal()))[0]), wrap('pässwörd ☃ 🔑'))
    })

    test('200 keys cost the least number of calls and come back in order', async () => {
      const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`)
      for (const key of keys) await subject.put(key, text(wrap(key)))
      await subject.reset()
      const outcomes = await reader.fetch(
        keys.map((key) => value(key)),
        signal(),
      )
      assert.deepEqual(outcomes.map(read), keys.map(wrap))
      if (subject.calls) assert.equal(subject.calls(), Math.ceil(200 / limits.batchSize))
    })

    test('fetches at the same time do not disturb each other', async () => {
      const refs = [[value('present')], [value('absent'), value('present')], [value('present')]]
      const [first, second, third] = await Promise.all(refs.map((some) => reader.fetch(some, signal())))
      assert.deepEqual(
        [first?.[0], second?.[1], third?.[0]].map(read),
        Array.from({ length: 3 }, () => wrap('v1')),
      )
      assert.equal(kindOf(second?.[0]), 'NotFound')
    })

    test('an aborted signal ends the fetch at once, as Deadline', async () => {
      const stop = new AbortController()
      stop.abort()
      assert.equal(await failure(reader, 'present', stop.signal), 'Deadline')
    })

    if (limits.versions !== false)
      versionCases(
        limits,
        () => subject,
        () => reader,
        wrap,
      )
    if (limits.credentials !== false) credentialsCase(limits, () => subject)
    if (limits.binary)
      binaryCase(
        () => subject,
        () => reader,
      )
    if (limits.empty)
      emptyCase(
        () => subject,
        () => reader,
      )
  })
}

function versionCases(
  limits: SubjectLimits,
  subject: () => Subject,
  reader: () => SecretReader,
  wrap: (plain: string) => string,
): void {
  test('the newest version is read without a version, an older one by its name', async () => {
    const first = await subject().put('versioned', text(wrap('old')))
    await subject().put('versioned', text(wrap('new')))
    const [current, older] = await reader().fetch([value('versioned'), value('versioned', first)], signal())
    assert.equal(read(current), wrap('new'))
    assert.equal(read(older), wrap('old'))
  })

  test(`a version that was never written is ${limits.wrongVersion}`, async () => {
    const known = await subject().put('one-version', text(wrap('v1')))
    const unknown = /^\d+$/.test(known) ? '987' : known.replace(/[0-9a-f](?=[^0-9a-f]*$)/, (digit) => (digit === '0' ? '1' : '0'))
    const [outcome] = await reader().fetch([value('one-version', unknown)], signal())
    assert.equal(kindOf(outcome), limits.wrongVersion)
  })
}

function credentialsCase(limits: SubjectLimits, subject: () => Subject): void {
  const refusedLook: string = limits.refusedLook ?? 'AccessDenied'

  async function asRefused<T>(use: (reader: SecretReader) => Promise<T>): Promise<T | ErrorKind | undefined> {
    let refused: SecretReader
    try {
      refused = await subject().open({ refused: true })
    } catch (thrown) {
      return (thrown as { kind?: ErrorKind }).kind
    }
    try {
      return await use(refused)
    } finally {
      await refused.close()
    }
  }

  test('credentials that the backend does not know are AccessDenied', async () => {
    assert.equal(await asRefused((reader) => failure(reader, 'present')), 'AccessDenied')
  })

  test(`a look at a store with credentials that the backend does not know says ${refusedLook}`, async () => {
    assert.equal(await asRefused(look), refusedLook)
  })
}

function binaryCase(subject: () => Subject, reader: () => SecretReader): void {
  test('bytes that are not text come back as they were written', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    await subject().put('binary', bytes)
    const [outcome] = await reader().fetch([value('binary')], signal())
    assert.ok(outcome?.ok)
    assert.deepEqual(new Uint8Array(outcome.secret.value.reveal()), bytes)
  })
}

function emptyCase(subject: () => Subject, reader: () => SecretReader): void {
  test('a secret without a byte is an empty value, not a missing one', async () => {
    await subject().put('empty', new Uint8Array())
    assert.equal(read((await reader().fetch([value('empty')], signal()))[0]), '')
  })
}

/** What hangs is given up so soon that a test need not wait for long; an answer that takes longer is asked for again. */
const IMPATIENT = { callTimeoutMs: 500 }

const LASTING: readonly (readonly [Fault, ErrorKind])[] = [
  ['denied', 'AccessDenied'],
  ['redirect', 'Unavailable'],
  ['garbage', 'Unavailable'],
  ['oversized', 'Unavailable'],
]

/** What a backend that can be disturbed must survive, beside {@link secretReaderContract}. */
export function secretReaderFaults(name: string, start: () => Promise<Subject>, limits: SubjectLimits): void {
  describe(`${name}: a SecretReader in trouble`, () => {
    const wrap = limits.wrap ?? ((plain: string) => plain)
    let subject: Subject

    before(async () => {
      subject = await start()
      await subject.put('present', text(wrap('v1')))
    })
    beforeEach(() => subject.reset())
    after(() => subject.close())

    async function withReader(options: { callTimeoutMs?: number }, use: (reader: SecretReader) => Promise<void>): Promise<void> {
      const reader = await subject.open(options)
      try {
        await use(reader)
      } finally {
        await reader.close()
      }
    }

    for (const fault of ['throttled', 'internalError', 'connectionReset'] as const) {
      test(`${fault} once, then fine: the value is read by a retry`, async () => {
        await withReader({}, async (reader) => {
          subject.inject?.(fault)
          assert.equal(read((await reader.fetch([value('present')], signal()))[0]), wrap('v1'))
          assert.equal(subject.calls?.(), 2)
        })
      })
    }

    test('hang once, then fine: the value is read by a retry', async () => {
      await withReader(IMPATIENT, async (reader) => {
        subject.inject?.('hang')
        assert.equal(read((await reader.fetch([value('present')], signal()))[0]), wrap('v1'))
        assert.ok((subject.calls?.() ?? 2) >= 2)
      })
    })

    for (const [fault, kind, patience] of [
      ['throttled', 'Throttled', {}],
      ['internalError', 'Unavailable', {}],
      ['connectionReset', 'Unavailable', {}],
      ['hang', 'Timeout', { callTimeoutMs: 100 }],
    ] as const) {
      test(`${fault} without end is ${kind}, after a bounded number of tries`, async () => {
        await withReader(patience, async (reader) => {
          subject.inject?.(fault, 50)
          assert.equal(await failure(reader, 'present'), kind)
          assert.ok((subject.calls?.() ?? 0) <= 6, `${subject.calls?.()} calls`)
        })
      })
    }

    for (const [fault, kind] of LASTING) {
      test(`${fault} is ${kind}, and not tried again`, async () => {
        await withReader({}, async (reader) => {
          subject.inject?.(fault, 50)
          assert.equal(await failure(reader, 'present'), kind)
          // Once more at most, by another way; who followed the redirect would find nobody there, and try again and again.
          assert.ok((subject.calls?.() ?? 0) <= 2, `${subject.calls?.()} calls`)
        })
      })
    }

    // Without it the call would end by its own limit, as Timeout.
    test('the deadline ends a call that hangs', async () => {
      await withReader({ callTimeoutMs: 10_000 }, async (reader) => {
        subject.inject?.('hang', 50)
        const stop = new AbortController()
        const pending = failure(reader, 'present', stop.signal)
        setTimeout(() => stop.abort(), 50)
        assert.equal(await pending, 'Deadline')
      })
    })
  })
}
