import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SecretError } from '../../plugin/model/secret-error.ts'
import type { SecretSearch } from '../../plugin/providers/secret-lister.ts'
import type { SecretReader } from '../../plugin/providers/secret-reader.ts'

/** A backend with a reader that lists. */
export interface ListingSubject {
  put(name: string, tags?: Readonly<Record<string, string>>): void | Promise<void>
  open(): Promise<SecretReader>
  /** Calls that the backend has seen since it was asked last. */
  callsSince?(): number
  close(): Promise<void>
}

export interface ListingLimits {
  /** Searches by tags. */
  readonly tags: boolean
  /** A tag without a value cannot be searched for there. Without it: such a search finds what has that tag, and no value. */
  readonly emptyTags?: 'refused'
  /** `n` secrets in so many calls of listing, logins left out; absent where nothing is called. */
  readonly pagesOf?: (secrets: number) => number
  /** Prefix of every name that the test makes. */
  readonly folder: string
}

const signal = (): AbortSignal => AbortSignal.timeout(60_000)
const MANY = 5_000

export async function found(reader: SecretReader, search: Partial<SecretSearch>, stop = signal()): Promise<readonly string[]> {
  assert.ok(reader.list, 'the reader lists')
  const secrets = await reader.list({ id: 'test', tags: new Map(), ...search }, stop)
  return secrets.map(({ name }) => name).toSorted()
}

/** Every reader that lists passes this. */
export function secretListerContract(name: string, start: () => Promise<ListingSubject>, limits: ListingLimits): void {
  describe(`${name}: the contract of a SecretLister`, () => {
    const { folder } = limits
    const under = (...names: string[]): string[] => names.map((one) => folder + one)
    let subject: ListingSubject
    let reader: SecretReader

    before(async () => {
      subject = await start()
      await subject.put(`${folder}red`, { team: 'a', stage: 'test' })
      await subject.put(`${folder}redder`, { team: 'a' })
      await subject.put(`${folder}green`, { team: 'ab', a: 'team' })
      reader = await subject.open()
    })
    after(async () => {
      await reader.close()
      await subject.close()
    })

    test('finds by name, each once, and what it found can be read', async () => {
      assert.deepEqual(await found(reader, { matchesName: (one) => one.includes('red') }), under('red', 'redder'))
      const secrets =
        (await reader.list?.({ id: 'green', matchesName: (one) => one.endsWith('green'), tags: new Map() }, signal())) ?? []
      const outcomes = await reader.fetch(
        secrets.map(({ ref }) => ref),
        signal(),
      )
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true],
      )
    })

    test('finds nothing where nothing matches', async () => {
      assert.deepEqual(await found(reader, { matchesName: () => false }), [])
    })

    if (limits.tags) {
      test('finds what has every tag with exactly its value', async () => {
        assert.deepEqual(await found(reader, { tags: new Map([['team', 'a']]) }), under('red', 'redder'))
        const both = new Map([
          ['team', 'a'],
          ['stage', 'test'],
        ])
        assert.deepEqual(await found(reader, { tags: both }), under('red'))
        assert.deepEqual(await found(reader, { tags: new Map([['a', 'team']]) }), under('green'))
        const empty = found(reader, { tags: new Map([['team', '']]) })
        if (limits.emptyTags === 'refused') await assert.rejects(empty, { kind: 'InvalidSpec' })
        else assert.deepEqual(await empty, [])
      })
    }

    test('ends when it is told to', async () => {
      await assert.rejects(found(reader, { matchesName: () => true }, AbortSignal.abort()), (thrown: SecretError) => {
        return thrown.kind === 'Deadline'
      })
    })

    const { pagesOf } = limits
    if (pagesOf) {
      test(`asks for no more pages than ${MANY} secrets fill, and for no value`, async () => {
        for (let index = 0; index < MANY; index++) await subject.put(`${folder}many-${index}`)
        subject.callsSince?.()
        const names = await found(reader, { matchesName: (one) => one.endsWith('many-7') })
        assert.deepEqual(names, under('many-7'))
        assert.equal(subject.callsSince?.(), pagesOf(MANY + 3))
      })
    }
  })
}
