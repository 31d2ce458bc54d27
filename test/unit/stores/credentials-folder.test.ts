import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { openCredentialsFolder } from '../../../plugin/stores/credentials-folder.ts'

let root = ''

before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'credentials-'))
  await mkdir(path.join(root, 'mounted', 'team', 'aws', '..data'), { recursive: true })
  await writeFile(path.join(root, 'mounted', 'team', 'aws', '..data', 'key'), 'inside')
  await writeFile(path.join(root, 'outside'), 'outside')
  await symlink(path.join('..data', 'key'), path.join(root, 'mounted', 'team', 'aws', 'key'))
  await symlink(path.join(root, 'outside'), path.join(root, 'mounted', 'team', 'aws', 'escape'))
  await mkdir(path.join(root, 'elsewhere'))
  await writeFile(path.join(root, 'elsewhere', 'key'), 'outside')
  await symlink(path.join(root, 'elsewhere'), path.join(root, 'mounted', 'team', 'linked'))
  await writeFile(path.join(root, 'mounted', 'team', 'file'), 'no folder')
  await mkdir(path.join(root, 'mounted', 'team', 'whole'))
  for (const key of ['b', 'a']) await writeFile(path.join(root, 'mounted', 'team', 'whole', key), key)
  await symlink(path.join(root, 'outside'), path.join(root, 'mounted', 'team', 'whole', 'c'))
  await symlink('loop', path.join(root, 'mounted', 'team', 'aws', 'loop'))
})
after(() => rm(root, { recursive: true }))

const read = (namespace: string, name: string, key: string) =>
  openCredentialsFolder(path.join(root, 'mounted')).read(namespace, name, key)

test('a key is read through the links that Kubernetes mounts', async () => {
  assert.equal(new TextDecoder().decode((await read('team', 'aws', 'key'))?.reveal()), 'inside')
})

for (const [what, namespace, name, key] of [
  ['a link out of the folder', 'team', 'aws', 'escape'],
  ['a key of dots', 'team', 'aws', '..'],
  ['a name of dots', 'team', '..', 'outside'],
  ['a namespace of dots', '..', '..', 'outside'],
  ['a key with a slash', 'team', 'aws', '../../../outside'],
  ['a folder', 'team', 'aws', '..data'],
  ['a file that is not there', 'team', 'aws', 'absent'],
  ['something below a file', 'team', 'aws', 'absent.key'],
] as const) {
  test(`${what} is no credential`, async () => {
    assert.equal(await read(namespace, name, key), undefined)
  })
}

test('a credential that cannot be looked at is an error that says so, not a missing one', async () => {
  await assert.rejects(read('team', 'aws', 'loop'), (thrown: unknown) => {
    assert.ok(thrown instanceof SecretError)
    assert.equal(thrown.kind, 'AccessDenied')
    assert.match(thrown.message, /ELOOP/)
    return true
  })
})

test('all keys of a Secret are read together, without what lies outside', async () => {
  const folder = openCredentialsFolder(path.join(root, 'mounted'))
  const keysOf = async (namespace: string, name: string): Promise<readonly string[] | undefined> => {
    const data = await folder.readAll(namespace, name)
    return data && [...data.keys()]
  }
  assert.deepEqual(await keysOf('team', 'whole'), ['a', 'b'])
  assert.deepEqual(await keysOf('team', 'linked'), [])
  for (const name of ['absent', 'file', '..', '../team']) assert.equal(await keysOf('team', name), undefined)
})
