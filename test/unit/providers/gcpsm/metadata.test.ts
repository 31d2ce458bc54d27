import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { gcpsm } from '../../../../plugin/providers/gcpsm/provider.ts'
import type { FetchedSecret, SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { openStore } from './open-store.ts'
import { readOnce } from './read.ts'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('labels and annotations of a secret in Secret Manager', () => {
  let gcp: GcpEmulator
  let reader: SecretReader

  before(async () => {
    gcp = await startGcpEmulator()
    gcp.putSecret('labelled', Uint8Array.of(1), {
      labels: { team: 'a', env: 'prod' },
      annotations: { 'example.com/owner': '<me>' },
    })
    gcp.putSecret('bare', Uint8Array.of(1))
    reader = await openStore(gcp, {}, { key: gcp.serviceAccountKey() })
  })
  beforeEach(() => gcp.control.reset())
  after(async () => {
    await reader.close()
    await gcp.close()
  })

  async function fetch(key: string): Promise<FetchedSecret> {
    const [outcome] = await reader.fetch([{ key, part: 'metadata' }], AbortSignal.timeout(5_000))
    assert.ok(outcome?.ok)
    return outcome.secret
  }

  async function select(key: string, property?: string): Promise<string> {
    const ref = { key, part: 'metadata' as const, ...(property !== undefined && { property }) }
    return text(gcpsm.select(await fetch(key), ref).reveal())
  }

  test('one call reads both and never the value', async () => {
    const whole = '{"annotations":{"example.com/owner":"\\u003cme\\u003e"},"labels":{"env":"prod","team":"a"}}'
    assert.equal(await select('labelled'), whole)
    assert.deepEqual(gcp.methodsCalled, ['GetSecret'])
  })

  test('a secret without any has two empty maps', async () => {
    assert.equal(await select('bare'), '{"annotations":{},"labels":{}}')
  })

  test('a property picks one of the maps, or one of its members, dots in its name and all', async () => {
    assert.equal(await select('labelled', 'labels'), '{"env":"prod","team":"a"}')
    assert.equal(await select('labelled', 'labels.team'), 'a')
    assert.equal(await select('labelled', 'annotations.example.com/owner'), '<me>')
  })

  test('a member that is not there is NotFound, another property InvalidSpec', async () => {
    await assert.rejects(select('labelled', 'labels.none'), { kind: 'NotFound' })
    await assert.rejects(select('labelled', 'labels.toString'), { kind: 'NotFound' })
    await assert.rejects(select('labelled', 'state'), { kind: 'InvalidSpec' })
  })

  test('extract gives the two maps, or the members of one', async () => {
    const secret = await fetch('labelled')
    const ref = { key: 'labelled', part: 'metadata' as const }
    assert.deepEqual([...gcpsm.extract(secret, ref).keys()].sort(), ['annotations', 'labels'])
    const labels = gcpsm.extract(secret, { ...ref, property: 'labels' })
    assert.deepEqual(Object.fromEntries(Array.from(labels, ([name, value]) => [name, text(value.reveal())])), {
      env: 'prod',
      team: 'a',
    })
  })

  test('equal versions mean equal labels', async () => {
    const first = await fetch('bare')
    assert.equal((await fetch('bare')).version, first.version)
    assert.notEqual((await fetch('labelled')).version, first.version)
  })

  test('a missing secret is NotFound, a missing right names the role', async () => {
    const [missing] = await reader.fetch([{ key: 'none', part: 'metadata' }], AbortSignal.timeout(5_000))
    assert.equal(missing?.ok === false && missing.error.kind, 'NotFound')
    const key = gcp.serviceAccountKey({ email: 'narrow@test.iam.gserviceaccount.com', roles: ['secretAccessor'] })
    const { error } = await readOnce(openStore(gcp, {}, { key }), { key: 'labelled', part: 'metadata' })
    assert.equal(error?.kind, 'AccessDenied')
    assert.match(error.remedy ?? '', /roles\/secretmanager\.viewer/)
  })
})
