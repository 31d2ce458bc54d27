import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { crc32c } from '../support/emulators/gcp/crc32c.ts'
import { type GcpEmulator, startGcpEmulator } from '../support/emulators/gcp/gcp-emulator.ts'

/** The official client as Google ships it, with its own transport and login: if it is content, the emulator speaks the API. */
describe('the GCP emulator under the official client', () => {
  let gcp: GcpEmulator
  let client: SecretManagerServiceClient
  const parent = 'projects/test-project'

  before(async () => {
    gcp = await startGcpEmulator()
    client = connect('admin')
  })
  after(async () => {
    await client.close()
    await gcp.close()
  })

  function connect(...roles: readonly ('admin' | 'viewer')[]): SecretManagerServiceClient {
    const url = new URL(gcp.url)
    const credentials = gcp.serviceAccountKey({ email: `${roles.join('-') || 'nobody'}@test.iam.gserviceaccount.com`, roles })
    const options = {
      fallback: true,
      protocol: 'http',
      apiEndpoint: url.hostname,
      port: Number(url.port),
      credentials,
      projectId: gcp.project,
    }
    return new SecretManagerServiceClient(options)
  }

  const data = Buffer.from([0, 255, 10, 13, 128])
  const status = (expected: number) => (thrown: unknown) => Number((thrown as { code?: unknown }).code) === expected

  test('a secret is made, filled, read, disabled, enabled, destroyed and removed', async () => {
    const [secret] = await client.createSecret({
      parent,
      secretId: 'life',
      secret: { replication: { automatic: {} }, labels: { a: 'b' } },
    })
    const name = secret.name ?? ''
    const [version] = await client.addSecretVersion({ parent: name, payload: { data, dataCrc32c: crc32c(data) } })
    const [read] = await client.accessSecretVersion({ name: `${name}/versions/latest` })
    assert.deepEqual(Buffer.from(read.payload?.data ?? ''), data)
    assert.equal(Number(read.payload?.dataCrc32c), crc32c(data))
    assert.equal(read.name, version.name)
    assert.equal((await client.disableSecretVersion({ name: version.name ?? '' }))[0].state, 'DISABLED')
    await assert.rejects(client.accessSecretVersion({ name: `${name}/versions/latest` }), status(400))
    assert.equal((await client.enableSecretVersion({ name: version.name ?? '' }))[0].state, 'ENABLED')
    assert.equal((await client.destroySecretVersion({ name: version.name ?? '' }))[0].state, 'DESTROYED')
    await assert.rejects(client.enableSecretVersion({ name: version.name ?? '' }), status(400))
    await client.deleteSecret({ name })
    await assert.rejects(client.getSecret({ name }), status(404))
  })

  test('pages are joined by the client', async () => {
    for (let i = 0; i < 5; i++) gcp.putSecret(`page-${i}`, Uint8Array.of(1), { labels: { paged: 'yes' } })
    gcp.control.reset()
    const seen: unknown[] = []
    for await (const secret of client.listSecretsAsync(
      { parent, filter: 'labels.paged=yes', pageSize: 2 },
      { autoPaginate: false },
    )) {
      seen.unshift(secret.name?.split('/').at(-1))
    }
    assert.deepEqual(seen, ['page-0', 'page-1', 'page-2', 'page-3', 'page-4'])
    assert.equal(gcp.control.calls, 3)
  })

  test('a regional secret has names of its own', async () => {
    const place = `${parent}/locations/europe-west3`
    await client.createSecret({ parent: place, secretId: 'regional', secret: {} })
    await client.addSecretVersion({ parent: `${place}/secrets/regional`, payload: { data } })
    const [read] = await client.accessSecretVersion({ name: `${place}/secrets/regional/versions/1` })
    assert.match(read.name ?? '', /^projects\/\d+\/locations\/europe-west3\/secrets\/regional\/versions\/1$/)
    await assert.rejects(client.getSecret({ name: `${parent}/secrets/regional` }), status(404))
  })

  test('labels are changed by an update mask, an alias names a version', async () => {
    gcp.putSecret('updated', data)
    const name = `${parent}/secrets/updated`
    const secret = { name, labels: { new: 'label' }, versionAliases: { good: 1 } }
    await client.updateSecret({ secret, updateMask: { paths: ['labels', 'version_aliases'] } })
    assert.deepEqual((await client.getSecret({ name }))[0].labels, { new: 'label' })
    assert.match((await client.accessSecretVersion({ name: `${name}/versions/good` }))[0].name ?? '', /versions\/1$/)
  })

  test('an empty payload, one with a wrong checksum and one beyond 64 KiB are refused', async () => {
    gcp.putSecret('strict', data)
    const add = (payload: { data: Buffer; dataCrc32c?: number }): Promise<unknown> =>
      client.addSecretVersion({ parent: `${parent}/secrets/strict`, payload })
    await assert.rejects(add({ data: Buffer.alloc(0) }), status(400))
    await assert.rejects(add({ data, dataCrc32c: 1 }), status(400))
    await assert.rejects(add({ data: Buffer.alloc(65_537) }), status(400))
  })

  test('roles are separate: a viewer reads no payload, nobody reads nothing', async () => {
    gcp.putSecret('guarded', data)
    const name = `${parent}/secrets/guarded`
    const [viewer, nobody] = [connect('viewer'), connect()]
    await viewer.getSecret({ name })
    await assert.rejects(viewer.accessSecretVersion({ name: `${name}/versions/1` }), status(403))
    await assert.rejects(nobody.getSecret({ name }), status(403))
    await Promise.all([viewer.close(), nobody.close()])
  })
})
