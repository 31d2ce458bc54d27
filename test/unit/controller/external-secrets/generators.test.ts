import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generatorResource } from '../../../../plugin/controller/generators/usable-generators.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { memoryGenerator } from '../../../support/memory-generator.ts'
import { NAMESPACE, type ReconcileWorld, reconcileWorld } from '../../../support/reconcile-world.ts'

/** Puts a generator `gen` of that kind into the namespace, or the cluster. */
function put({ emulator }: ReconcileWorld, kind: string, spec: object, namespace = NAMESPACE): void {
  const metadata = { name: 'gen', ...(kind !== 'ClusterGenerator' && { namespace }) }
  const given: { metadata: typeof metadata; spec: object } = { metadata, spec }
  emulator.put(generatorResource(kind), given)
}

const asks = (kind: string, more: object = {}) => ({
  secretStoreRef: undefined,
  dataFrom: [{ sourceRef: { generatorRef: { kind, name: 'gen' } }, ...more }],
})

describe('a generator of the cluster', () => {
  test('gives its values to an ExternalSecret of its namespace', async () => {
    await using world = await reconcileWorld()
    put(world, 'Fake', { data: { a: 'b' } })
    world.want(asks('Fake'))
    await world.reconcile()
    assert.deepEqual(world.data(), { a: 'b' })
    assert.match(world.ready(), /^True SecretSynced/)
  })

  test('is found in a ClusterGenerator', async () => {
    await using world = await reconcileWorld()
    put(world, 'ClusterGenerator', { kind: 'Password', generator: { passwordSpec: { length: 30 } } })
    world.want(asks('ClusterGenerator', { rewrite: [{ regexp: { source: '^', target: 'my-' } }] }))
    await world.reconcile()
    assert.match(world.data()?.['my-password'] ?? '', /^\S{30}$/)
  })

  test('is asked again when the interval is over, and not before', async () => {
    await using world = await reconcileWorld()
    put(world, 'Password', {})
    world.want({ ...asks('Password'), refreshInterval: '1h' })
    await world.reconcile()
    const first = world.data()
    await world.reconcile()
    assert.deepEqual(world.data(), first)
    world.clock.advance(61 * 60_000)
    await world.reconcile()
    assert.notDeepEqual(world.data(), first)
  })

  test('is asked once under refreshInterval 0', async () => {
    await using world = await reconcileWorld()
    put(world, 'UUID', {})
    world.want({ ...asks('UUID'), refreshInterval: '0' })
    await world.reconcile()
    const first = world.data()
    world.clock.advance(48 * 3_600_000)
    await world.reconcile()
    assert.deepEqual(world.data(), first)
  })

  test('is looked for in the own namespace alone', async () => {
    await using world = await reconcileWorld()
    put(world, 'Fake', { data: { a: 'b' } }, 'other')
    world.want(asks('Fake'))
    await world.reconcile()
    assert.equal(world.data(), undefined)
    assert.match(world.events.join('\n'), /UpdateFailed .*unable to get generator: there is no Fake shop\/gen/)
  })

  test('of another controller class is left to that, without a word', async () => {
    await using world = await reconcileWorld()
    put(world, 'Fake', { controller: 'other', data: { a: 'b' } })
    world.want(asks('Fake'))
    await world.reconcile()
    assert.deepEqual([world.data(), world.ready(), world.events], [undefined, 'not said', []])
  })

  test('that does not fit its schema, or is not implemented, is said so', async () => {
    await using world = await reconcileWorld()
    put(world, 'Password', { length: 'x' })
    world.want(asks('Password'))
    await world.reconcile()
    assert.match(world.events.join('\n'), /Password shop\/gen cannot be used: spec\.length /)
    world.want(asks('BeyondtrustWorkloadCredentialsDynamicSecret'))
    await world.reconcile()
    assert.match(world.events.join('\n'), /known, but not implemented here/)
  })

  test('that fails leaves the Secret as it is', async () => {
    const memory = memoryGenerator()
    await using world = await reconcileWorld({ generators: new Map([['MFA', async () => memory.generator]]) })
    put(world, 'MFA', { secret: { name: 'made' } })
    world.want({ ...asks('MFA'), refreshInterval: '1h' })
    await world.reconcile()
    memory.failure = new SecretError('Unavailable', 'it is away', { place: { field: 'spec.secret' } })
    world.clock.advance(2 * 3_600_000)
    await world.reconcile()
    assert.deepEqual(world.data(), { made: 'made 1' })
    assert.match(world.events.at(-1) ?? '', /MFA shop\/gen \(spec\.secret\) could not generate: it is away/)
    assert.match(world.ready(), /^False/)
  })

  test('takes its credentials from the namespace of the ExternalSecret, whatever it says', async () => {
    const memory = memoryGenerator()
    await using world = await reconcileWorld({ generators: new Map([['MFA', async () => memory.generator]]) })
    put(world, 'ClusterGenerator', { kind: 'MFA', generator: { mfaSpec: { secret: { name: 'made', key: 'k' } } } })
    world.want(asks('ClusterGenerator'))
    await world.reconcile()
    assert.match(world.events.join('\n'), /cannot get Kubernetes secret "made" from namespace "shop"/)
  })
})
