import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { gatedProvider, turns } from './gated-provider.ts'
import { openWarm, render } from './open-warm.ts'

const VALUES = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, `v${index}`]))

describe('concurrent renders', () => {
  test('a thousand of one application cost the reads of one', async () => {
    const gated = gatedProvider(VALUES)
    const { stores } = openWarm(gated)
    const renders = await Promise.all(Array.from({ length: 1_000 }, () => render(stores, { keys: ['k1', 'k2', 'k3'] })))
    assert.ok(renders.every((values) => values.join() === 'v1,v2,v3'))
    assert.deepEqual([gated.opened, gated.fetches], [1, [['k1', 'k2', 'k3']]])
  })

  test('wants of one moment are one fetch', async () => {
    const gated = gatedProvider(VALUES)
    const { stores } = openWarm(gated)
    await Promise.all([0, 1, 2, 3].map((one) => render(stores, { keys: [`k${one}`, `k${one + 1}`] })))
    assert.deepEqual(gated.fetches, [['k0', 'k1', 'k2', 'k3', 'k4']])
  })

  test('what is wanted while a fetch is under way waits for its end, and is one fetch then', async () => {
    const gated = gatedProvider(VALUES)
    gated.isOpen = false
    const { stores } = openWarm(gated)
    const renders = [render(stores, { keys: ['k0'] })]
    await turns()
    for (const key of ['k1', 'k2', 'k0']) {
      renders.push(render(stores, { keys: [key] }))
      await turns()
    }
    assert.deepEqual(gated.fetches, [['k0']])
    gated.isOpen = true
    gated.release()
    assert.deepEqual(await Promise.all(renders), [['v0'], ['v1'], ['v2'], ['v0']])
    assert.deepEqual(gated.fetches, [['k0'], ['k1', 'k2']])
  })

  test('but not for long: a slow fetch does not hold up others', async () => {
    const gated = gatedProvider(VALUES)
    gated.isOpen = false
    const { stores, clock } = openWarm(gated)
    const slow = render(stores, { keys: ['k0'] })
    await turns()
    gated.isOpen = true
    const quick = render(stores, { keys: ['k1'] })
    await turns()
    clock.advance(20)
    assert.deepEqual(await quick, ['v1'])
    gated.release()
    assert.deepEqual(await slow, ['v0'])
  })

  test('and a full batch waits for nothing', async () => {
    const gated = gatedProvider(VALUES)
    gated.isOpen = false
    const { stores } = openWarm(gated)
    const slow = render(stores, { keys: ['k0'] })
    await turns()
    gated.isOpen = true
    const full = await render(stores, { keys: Array.from({ length: 100 }, (_, index) => `k${index + 1}`) })
    assert.equal(full.length, 100)
    gated.release()
    await slow
  })

  test('a failure of one reference is told to all who wait for it, and to nobody else', async () => {
    const gated = gatedProvider(VALUES)
    gated.keyFailures.set('k1', new SecretError('AccessDenied', 'not for you'))
    const { stores } = openWarm(gated)
    assert.deepEqual(await Promise.all([render(stores, { keys: ['k0', 'k1'] }), render(stores, { keys: ['k1', 'k2'] })]), [
      ['v0', 'AccessDenied'],
      ['AccessDenied', 'v2'],
    ])
    assert.equal(gated.fetches.length, 1)
  })
})

describe('a render whose time is over', () => {
  test('leaves, and the others get their values', async () => {
    const gated = gatedProvider(VALUES)
    gated.isOpen = false
    const { stores } = openWarm(gated)
    const over = new AbortController()
    const first = render(stores, { keys: ['k0', 'k1'], signal: over.signal })
    const second = render(stores, { keys: ['k1'] })
    await turns()
    over.abort()
    assert.deepEqual(await first, ['store: Deadline'])
    gated.release()
    assert.deepEqual(await second, ['v1'])
    assert.deepEqual(gated.ended, [])
  })

  test('ends the fetch when nobody else waits, and the next render begins anew', async () => {
    const gated = gatedProvider(VALUES)
    gated.isOpen = false
    const { stores } = openWarm(gated)
    const over = new AbortController()
    const renders = [0, 1].map(() => render(stores, { keys: ['k0'], signal: over.signal }))
    await turns()
    over.abort()
    assert.deepEqual(await Promise.all(renders), [['store: Deadline'], ['store: Deadline']])
    await turns()
    assert.deepEqual(gated.ended, [['k0']])
    gated.isOpen = true
    assert.deepEqual(await render(stores, { keys: ['k0'] }), ['v0'])
    assert.deepEqual(gated.fetches, [['k0'], ['k0']])
  })

  test('before the fetch began takes its references with it', async () => {
    const gated = gatedProvider(VALUES)
    gated.isOpen = false
    const { stores } = openWarm(gated)
    const first = render(stores, { keys: ['k0'] })
    await turns()
    const over = new AbortController()
    const second = render(stores, { keys: ['k1'], signal: over.signal })
    await turns()
    over.abort()
    assert.deepEqual(await second, ['store: Deadline'])
    gated.isOpen = true
    gated.release()
    assert.deepEqual(await first, ['v0'])
    await turns()
    assert.deepEqual(gated.fetches, [['k0']])
  })
})
