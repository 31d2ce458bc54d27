import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { gatedProvider, someone, turns } from './gated-provider.ts'
import { openWarm, renderFound } from './open-warm.ts'

describe('searches of a daemon', () => {
  test('nothing of them is kept: what was added a moment ago is found, what is gone is not', async () => {
    const gated = gatedProvider({ a: 'A', b: 'B' })
    const { stores } = openWarm(gated)
    assert.deepEqual(await renderFound(stores), ['A', 'B'])
    gated.values.set('c', 'C')
    gated.values.delete('a')
    assert.deepEqual(await renderFound(stores), ['B', 'C'])
    assert.deepEqual(gated.searches, ['all', 'all'])
  })

  test('the values that were found are kept like all others, so only those that are new are read', async () => {
    const gated = gatedProvider({ a: 'A' })
    const { stores } = openWarm(gated)
    await renderFound(stores)
    gated.values.set('c', 'C')
    await renderFound(stores)
    assert.deepEqual(gated.fetches, [['a'], ['c']])
  })

  test('a thousand renders that search for the same at the same moment make one listing, others their own', async () => {
    const gated = gatedProvider({ a: 'A' })
    const { stores } = openWarm(gated)
    gated.isOpen = false
    const renders = Array.from({ length: 1_000 }, () => renderFound(stores))
    const other = renderFound(stores, { id: 'other' })
    await turns()
    assert.deepEqual(gated.searches, ['all', 'other'])
    gated.isOpen = true
    gated.release()
    assert.deepEqual(new Set((await Promise.all([...renders, other])).flat()), new Set(['A']))
    assert.deepEqual(gated.searches, ['all', 'other'])
  })

  test('the time limit of one render ends its own waiting; the listing ends when nobody waits for it any more', async () => {
    const gated = gatedProvider({ a: 'A' })
    const { stores } = openWarm(gated)
    gated.isOpen = false
    const limits = [new AbortController(), new AbortController()]
    const [short, long] = limits.map(({ signal }) => renderFound(stores, { signal }))
    await turns()
    limits[0]?.abort()
    assert.deepEqual(await short, ['Deadline'])
    assert.deepEqual(gated.ended, [])
    limits[1]?.abort()
    assert.deepEqual(await long, ['Deadline'])
    await turns()
    assert.deepEqual(gated.ended, [['all']])
    gated.isOpen = true
    assert.deepEqual(await renderFound(stores), ['A'])
  })

  test('closing lets a listing that is under way finish before its reader is closed', async () => {
    const gated = gatedProvider({ a: 'A' })
    const { stores } = openWarm(gated)
    gated.isOpen = false
    const rendering = renderFound(stores)
    await turns()
    const closing = stores.close()
    await turns()
    assert.equal(gated.closed, 0)
    gated.isOpen = true
    gated.release()
    assert.deepEqual(await rendering, ['A'])
    await closing
    assert.equal(gated.closed, 1)
  })

  test('the names go to nobody without the credential that they were listed with, not even while somebody else lists', async () => {
    const gated = gatedProvider({ a: 'A' })
    const { stores } = openWarm(gated)
    gated.login = 'read'
    assert.deepEqual(await renderFound(stores, { source: someone('pw') }), ['A'])
    assert.deepEqual(await renderFound(stores, { source: someone() }), ['AccessDenied'])
    gated.isOpen = false
    const [owner, other] = [someone('pw'), someone()].map((source) => renderFound(stores, { source }))
    await turns()
    gated.isOpen = true
    gated.release()
    assert.deepEqual(await owner, ['A'])
    assert.deepEqual(await other, ['AccessDenied'])
  })

  test('who has the credential is not refused because somebody without it came first', async () => {
    const gated = gatedProvider({ a: 'A' })
    const { stores } = openWarm(gated)
    gated.login = 'read'
    const [stranger, owner] = [someone(), someone('pw')].map((source) => renderFound(stores, { source }))
    assert.deepEqual(await stranger, ['AccessDenied'])
    assert.deepEqual(await owner, ['A'])
  })

  test('without last good values a listing that fails is its failure', async () => {
    const gated = gatedProvider({ a: 'A' })
    const { stores } = openWarm(gated)
    await renderFound(stores)
    gated.listFailure = new SecretError('Unavailable', 'no')
    assert.deepEqual(await renderFound(stores), ['Unavailable'])
  })
})
