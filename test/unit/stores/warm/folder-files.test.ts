import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { type FolderFiles, openFolderFiles } from '../../../../plugin/stores/warm/folder-files.ts'

let parent: string
let directory: string
let files: FolderFiles

before(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'state-'))
  directory = path.join(parent, 'last', 'good')
  files = await openFolderFiles(directory)
})
after(() => rm(parent, { recursive: true }))

test('the folder and its files are for this user alone', async () => {
  await files.write('one', Uint8Array.of(1, 2, 3))
  const modes = await Promise.all([stat(directory), stat(path.join(directory, 'one'))])
  assert.deepEqual(
    modes.map(({ mode }) => (mode & 0o777).toString(8)),
    ['700', '600'],
  )
})

test('a file that is renamed takes the place of the other', async () => {
  await files.write('old', Uint8Array.of(1))
  await files.write('new', Uint8Array.of(2, 2))
  await files.rename('new', 'old')
  assert.deepEqual(await files.read('old'), Buffer.of(2, 2))
  assert.equal(await files.read('new'), undefined)
  const facts = (await files.list()).find(({ name }) => name === 'old')
  assert.equal(facts?.bytes, 2)
  assert.ok((facts?.changedAtMs ?? 0) > 0)
})

test('a file that is not there is removed without a word, and its rename fails', async () => {
  await files.remove('absent')
  await assert.rejects(files.rename('absent', 'one'))
  for (const name of await readdir(directory)) await files.remove(name)
  assert.deepEqual(await files.list(), [])
})
