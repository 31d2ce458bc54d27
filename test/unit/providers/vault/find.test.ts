import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { openVault, signal, textOf } from './open-vault.ts'

let emulator: VaultEmulator
before(async () => {
  emulator = await startVaultEmulator()
  const v2 = emulator.root.enableKv2('secret')
  for (const name of ['top', 'team/a', 'team/b', 'team/deep/c', 'secret/own', 'own']) v2.put(name, `{"is":"${name}"}`)
  emulator.root.enableKv1('kv').put('kv/own', '{"is":"kv/own"}')
})
after(() => emulator.close())

const ANY = { id: 'any', tags: new Map<string, string>() }

async function open(path: string | undefined, version: 'v1' | 'v2' = 'v2', token = emulator.rootToken) {
  return openVault(
    {
      server: emulator.url,
      ...(path !== undefined && { path }),
      version,
      auth: { tokenSecretRef: { name: 'vault', key: 'token' } },
    },
    { secrets: { 'vault/token': token } },
  )
}

async function namesOf(reader: Awaited<ReturnType<typeof open>>, path?: string): Promise<readonly string[] | undefined> {
  const secrets = await reader.list?.({ ...ANY, ...(path !== undefined && { path }) }, signal())
  return secrets?.map(({ name }) => name).toSorted()
}

test('without criteria all below the path is found, folders in folders, by the whole path', async () => {
  const reader = await open('secret')
  assert.deepEqual(await namesOf(reader, 'team'), ['team/a', 'team/b', 'team/deep/c'])
  assert.deepEqual(await namesOf(reader, '/team/deep/'), ['team/deep/c'])
  assert.equal((await namesOf(reader))?.length, 6)
})

test('a folder that has the name of the mount is read where it is', async () => {
  for (const [mount, version, name] of [
    ['secret', 'v2', 'secret/own'],
    ['kv', 'v1', 'kv/own'],
  ] as const) {
    const reader = await open(mount, version)
    const [found] = (await reader.list?.({ ...ANY, path: mount }, signal())) ?? []
    assert.equal(found?.name, name)
    const [outcome] = await reader.fetch(found ? [found.ref] : [], signal())
    assert.equal(textOf(outcome), `{"is":"${name}"}`)
  }
})

async function errorOf(listing: Promise<unknown> | undefined): Promise<string> {
  const thrown: unknown = await listing?.catch((error: unknown) => error)
  assert.ok(thrown instanceof SecretError)
  return `${thrown.kind}: ${thrown.message}`
}

test('a path with nothing below it is not found, and one with steps is refused', async () => {
  const reader = await open('secret')
  assert.match(await errorOf(reader.list?.({ ...ANY, path: 'nowhere' }, signal())), /^NotFound/)
  assert.match(await errorOf(reader.list?.({ ...ANY, path: 'team/../..' }, signal())), /^InvalidSpec/)
})

test('a store without a path finds below a path that begins with the mount, by names that do so too', async () => {
  for (const [version, path, names] of [
    ['v2', 'secret/data/team', ['secret/data/team/a', 'secret/data/team/b', 'secret/data/team/deep/c']],
    ['v1', 'kv/kv/', ['kv/kv/own']],
  ] as const) {
    const reader = await open(undefined, version)
    assert.deepEqual(await namesOf(reader, path), names)
    const [found] = (await reader.list?.({ ...ANY, path }, signal())) ?? []
    const [outcome] = await reader.fetch(found ? [found.ref] : [], signal())
    assert.match(textOf(outcome), /team\/a|kv\/own/)
  }
  assert.equal((await namesOf(await open(undefined), 'secret/data'))?.length, 6)
})

test('a store without a path finds by custom metadata', async () => {
  const tagged = emulator.root.enableKv2('tagged')
  for (const name of ['app/a', 'app/b']) tagged.put(name, '{}')
  tagged.setCustomMetadata('app/a', { team: 'x' })
  const search = { id: 'tags', path: 'tagged/data/app', tags: new Map([['team', 'x']]) }
  const found = await (await open(undefined)).list?.(search, signal())
  assert.deepEqual(
    found?.map(({ name }) => name),
    ['tagged/data/app/a'],
  )
})

test('a search without any mount, and tags of KV version 1, are refused', async () => {
  assert.match(await errorOf((await open(undefined)).list?.(ANY, signal())), /^InvalidSpec: find needs to know/)
  const byTags = { id: 'by tags', tags: new Map([['a', 'b']]) }
  assert.match(await errorOf((await open('kv', 'v1')).list?.(byTags, signal())), /^InvalidSpec: KV version 1/)
})

test('a folder that may not be listed fails the search, and the error quotes the line that is missing', async () => {
  emulator.root.setPolicy('half', { 'secret/metadata/team/': ['list'], 'secret/data/*': ['read'] })
  const { id } = emulator.tokens.issue('', { policies: ['half'] })
  const thrown: unknown = await (await open('secret', 'v2', id))
    .list?.({ ...ANY, path: 'team' }, signal())
    .catch((error: unknown) => error)
  assert.ok(thrown instanceof SecretError)
  assert.equal(thrown.kind, 'AccessDenied')
  assert.match(thrown.remedy ?? '', /path "secret\/metadata\/team\/deep\/" \{ capabilities = \["list"\] \}/)
})
