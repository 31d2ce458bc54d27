import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { ADMINISTRATOR } from '../../../../plugin/stores/open-store.ts'
import { type GatedProvider, gatedProvider, someone, storeNamed, turns } from './gated-provider.ts'
import { openWarm, render } from './open-warm.ts'

const VALUES = { a: 'A', b: 'B', c: 'C' }

function withLogin(login: GatedProvider['login']): GatedProvider {
  const gated = gatedProvider(VALUES)
  gated.login = login
  return gated
}

describe('renders that come one after the other', () => {
  test('the reader stays open, and values serve until they are ten seconds old', async () => {
    const gated = gatedProvider(VALUES)
    const { stores, clock } = openWarm(gated)
    assert.deepEqual(await render(stores, { keys: ['a', 'b'] }), ['A', 'B'])
    gated.values.set('a', 'A2')
    clock.advance(9_999)
    assert.deepEqual(await render(stores, { keys: ['a', 'c'] }), ['A', 'C'])
    clock.advance(1)
    assert.deepEqual(await render(stores, { keys: ['a'] }), ['A2'])
    assert.deepEqual(gated.fetches, [['a', 'b'], ['c'], ['a']])
    assert.deepEqual([gated.opened, gated.closed], [1, 0])
  })

  test('a failure answers for a second', async () => {
    const gated = gatedProvider(VALUES)
    const { stores, clock } = openWarm(gated)
    assert.deepEqual(await render(stores, { keys: ['new', 'a'] }), ['NotFound', 'A'])
    gated.values.set('new', 'N')
    assert.deepEqual(await render(stores, { keys: ['new'] }), ['NotFound'])
    clock.advance(1_000)
    assert.deepEqual(await render(stores, { keys: ['new'] }), ['N'])
  })

  test('a store that could not be opened is opened by the next render', async () => {
    const gated = gatedProvider(VALUES)
    const { stores } = openWarm(gated)
    gated.openFailure = new SecretError('Unavailable', 'away')
    assert.deepEqual(await render(stores, { keys: ['a'] }), ['store: Unavailable'])
    gated.openFailure = undefined
    assert.deepEqual(await render(stores, { keys: ['a'] }), ['A'])
  })

  test('a store that cannot be read is a failure of the store', async () => {
    const gated = gatedProvider(VALUES)
    const { stores } = openWarm(gated)
    gated.readFailure = new SecretError('AccessDenied', 'login refused')
    assert.deepEqual(await render(stores, { keys: ['a', 'b'] }), ['store: AccessDenied'])
  })

  test('a value below a version floor is read again', async () => {
    const gated = gatedProvider(VALUES)
    let notBeforeMs = 0
    const { stores, clock } = openWarm(gated, {
      floors: { floorOf: (_store, _label, key) => (key === 'a' ? { notBeforeMs } : undefined), isWatched: () => false },
    })
    await render(stores, { keys: ['a', 'b'] })
    clock.advance(1)
    notBeforeMs = clock.now()
    await render(stores, { keys: ['a', 'b'] })
    await render(stores, { keys: ['a', 'b'] })
    assert.deepEqual(gated.fetches, [['a', 'b'], ['a']])
  })

  test('what was missing before a version floor was told is looked for again at once', async () => {
    const gated = gatedProvider(VALUES)
    let notBeforeMs = 0
    const { stores, clock } = openWarm(gated, {
      floors: { floorOf: () => ({ version: 'any', notBeforeMs }), isWatched: () => false },
    })
    assert.deepEqual(await render(stores, { keys: ['new'] }), ['NotFound'])
    gated.values.set('new', 'N')
    clock.advance(1)
    notBeforeMs = clock.now()
    assert.deepEqual(await render(stores, { keys: ['new'] }), ['N'])
  })

  test('no more bytes are kept than allowed, the longest unused goes', async () => {
    const gated = gatedProvider({ a: 'x'.repeat(2_000), b: 'y'.repeat(2_000), c: 'z'.repeat(2_000) })
    const { stores } = openWarm(gated, { cache: { ttlMs: 10_000, maxBytes: 6_000 } })
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await render(stores, { keys: [key] })
    assert.deepEqual(gated.fetches.flat(), ['a', 'b', 'c', 'b'])
    assert.ok(stores.stats().valueBytes <= 6_000)
  })
})

test('what is too old leaves the memory although nobody asks for it, and nothing is waited for then', async () => {
  const gated = gatedProvider(VALUES)
  const { stores, clock } = openWarm(gated, { readers: { idleMs: 1_000, maxReaders: 10 } })
  await render(stores, { keys: ['a', 'b'] })
  assert.equal(stores.stats().values, 2)
  for (let second = 0; second < 20; second++) {
    clock.advance(1_000)
    await turns()
  }
  assert.deepEqual([stores.stats(), clock.sleeping], [{ readers: 0, values: 0, valueBytes: 0 }, 0])
})

describe('readers are not shared', () => {
  const cases: readonly (readonly [string, Parameters<typeof render>[1], Parameters<typeof render>[1]])[] = [
    [
      'by stores of other configuration',
      { keys: ['a'], store: storeNamed('s', { x: 1 }) },
      { keys: ['a'], store: storeNamed('s', { x: 2 }) },
    ],
    ['by other owners', { keys: ['a'], scope: { owner: 'p' } }, { keys: ['a'], scope: { owner: 'q' } }],
    ['by stores of other names', { keys: ['a'], store: storeNamed('s') }, { keys: ['a'], store: storeNamed('t') }],
    [
      'by namespaces, where a selector leaves it open',
      { keys: ['a'], namespace: 'one', store: storeNamed('s', { auth: { name: 'login' } }) },
      { keys: ['a'], namespace: 'two', store: storeNamed('s', { auth: { name: 'login' } }) },
    ],
    [
      'with a render that brings its own credentials',
      { keys: ['a'], scope: { owner: 'p', isOfOneRender: true } },
      { keys: ['a'], scope: { owner: 'p', isOfOneRender: true } },
    ],
  ]
  for (const [name, one, other] of cases) {
    test(name, async () => {
      const gated = gatedProvider(VALUES)
      const { stores } = openWarm(gated)
      await render(stores, one)
      await render(stores, other)
      assert.deepEqual([gated.opened, gated.fetches], [2, [['a'], ['a']]])
    })
  }

  test('but by namespaces, where nothing depends on it', async () => {
    const gated = gatedProvider(VALUES)
    const { stores } = openWarm(gated)
    await render(stores, { keys: ['a'], namespace: 'one' })
    await render(stores, { keys: ['a'], namespace: 'two' })
    assert.equal(gated.opened, 1)
  })
})

for (const login of ['open', 'read'] as const) {
  describe(`a store that logs in at its ${login === 'open' ? 'opening' : 'first read'}`, () => {
    test('is shared by those who have its credential', async () => {
      const gated = withLogin(login)
      const { stores } = openWarm(gated)
      await render(stores, { keys: ['a'], source: someone('pw') })
      await render(stores, { keys: ['a'], source: someone('pw') })
      assert.equal(gated.opened, 1)
      assert.deepEqual(gated.fetches, [['a']])
    })

    test('gives nothing to somebody without the credential, not even while somebody else reads', async () => {
      const gated = withLogin(login)
      gated.isOpen = false
      const { stores } = openWarm(gated)
      const first = render(stores, { keys: ['a'], source: someone('pw') })
      const second = render(stores, { keys: ['a'], source: someone() })
      await turns()
      gated.isOpen = true
      gated.release()
      assert.deepEqual(await first, ['A'])
      assert.deepEqual(await second, ['store: AccessDenied'])
      assert.deepEqual(await render(stores, { keys: ['a'], source: someone() }), ['store: AccessDenied'])
    })

    test('has a reader for each credential', async () => {
      const gated = withLogin(login)
      const { stores } = openWarm(gated)
      await render(stores, { keys: ['a'], source: someone('one') })
      await render(stores, { keys: ['a'], source: someone('two') })
      await render(stores, { keys: ['a'], source: someone('one') })
      assert.equal(gated.opened, 2)
      assert.equal(stores.stats().readers, 2)
    })

    test('is opened anew with a rotated credential', async () => {
      const gated = withLogin(login)
      const { stores } = openWarm(gated)
      const scope = { owner: ADMINISTRATOR }
      await render(stores, { keys: ['a'], source: someone('old'), scope })
      gated.values.set('a', 'A2')
      assert.deepEqual(await render(stores, { keys: ['a'], source: someone('new'), scope }), ['A2'])
    })

    test('does not fail somebody with the credential because somebody without it came first', async () => {
      const gated = withLogin(login)
      const { stores } = openWarm(gated)
      const both = [render(stores, { keys: ['a'], source: someone() }), render(stores, { keys: ['a'], source: someone('pw') })]
      assert.deepEqual(await Promise.all(both), [['store: AccessDenied'], ['A']])
    })
  })
}

describe('closing', () => {
  test('readers that nobody uses are closed after a while', async () => {
    const gated = gatedProvider(VALUES)
    const { stores, clock } = openWarm(gated, { readers: { idleMs: 1_000, maxReaders: 10 } })
    await render(stores, { keys: ['a'] })
    await turns()
    clock.advance(999)
    await turns()
    assert.equal(gated.closed, 0)
    clock.advance(1_000)
    await turns()
    assert.deepEqual([gated.closed, stores.stats().readers], [1, 0])
  })

  test('no more readers stay open than allowed, the longest unused goes', async () => {
    const gated = gatedProvider(VALUES)
    const { stores, clock } = openWarm(gated, { readers: { idleMs: 60_000, maxReaders: 2 } })
    for (const name of ['one', 'two', 'three']) {
      await render(stores, { keys: ['a'], store: storeNamed(name) })
      clock.advance(1)
    }
    await turns()
    assert.deepEqual([gated.closed, stores.stats().readers], [1, 2])
    await render(stores, { keys: ['a'], store: storeNamed('three') })
    await render(stores, { keys: ['a'], store: storeNamed('two') })
    assert.equal(gated.opened, 3)
  })

  test('lets what is under way finish', async () => {
    const gated = gatedProvider(VALUES)
    gated.isOpen = false
    const { stores } = openWarm(gated)
    const rendering = render(stores, { keys: ['a'] })
    await turns()
    const closing = stores.close()
    await turns()
    assert.equal(gated.closed, 0)
    gated.release()
    await closing
    assert.deepEqual(await rendering, ['A'])
    assert.equal(gated.closed, 1)
  })
})
