import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { readPodToken } from '../../../plugin/stores/pod-token.ts'

test("a pod's token is read from its file, and is not there outside of a pod", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pod-token-'))
  try {
    const file = path.join(folder, 'token')
    assert.equal(await readPodToken(file), undefined)
    await writeFile(file, 'header.claims.signature')
    assert.deepEqual((await readPodToken(file))?.reveal(), Buffer.from('header.claims.signature'))
  } finally {
    await rm(folder, { recursive: true })
  }
})
