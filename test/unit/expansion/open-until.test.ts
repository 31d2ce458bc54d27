import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openUntil } from '../../../plugin/expansion/open-until.ts'
import type { OpenStore } from '../../../plugin/expansion/store-source.ts'
import { memoryProvider } from '../../support/memory-provider.ts'

interface SlowStore {
  readonly open: () => Promise<OpenStore>
  readonly login: PromiseWithResolvers<void>
  closed: number
}

function slowStore(): SlowStore {
  const store: SlowStore = {
    login: Promise.withResolvers<void>(),
    closed: 0,
    async open() {
      await store.login.promise
      return { provider: memoryProvider().provider, reader: { fetch: async () => [], close: async () => void store.closed++ } }
    },
  }
  return store
}

describe('a store that is opened', () => {
  test('in time stays open', async () => {
    const store = slowStore()
    const opening = openUntil(store, new AbortController().signal)
    store.login.resolve()
    await opening
    assert.equal(store.closed, 0)
  })

  test('too slowly is waited for no longer than the render lasts, and closed when it comes', async () => {
    const store = slowStore()
    const ends = new AbortController()
    const opening = openUntil(store, ends.signal)
    ends.abort()
    await assert.rejects(opening, { kind: 'Deadline' })
    assert.equal(store.closed, 0)
    store.login.resolve()
    await setImmediate()
    assert.equal(store.closed, 1)
  })

  test('and refuses is a failure of its own, also when it comes late', async () => {
    const refused = slowStore()
    refused.login.reject(new RangeError('refused'))
    await assert.rejects(openUntil(refused, new AbortController().signal), RangeError)

    const late = slowStore()
    const ends = new AbortController()
    const opening = openUntil(late, ends.signal)
    ends.abort()
    await assert.rejects(opening, { kind: 'Deadline' })
    late.login.reject(new RangeError('refused'))
    await setImmediate()
    assert.equal(late.closed, 0)
  })

  test('after the render is over is not opened at all', async () => {
    let opened = 0
    const open = (): Promise<OpenStore> => Promise.reject(new Error(`opened ${++opened} times`))
    await assert.rejects(openUntil({ open }, AbortSignal.abort()), { kind: 'Deadline' })
    assert.equal(opened, 0)
  })
})
