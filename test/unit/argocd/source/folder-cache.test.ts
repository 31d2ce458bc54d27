import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { folderCache } from '../../../../plugin/argocd/source/folder-cache.ts'

const [FIRST, SECOND, THIRD] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string]

function inFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cache-'))
  try {
    use(path.join(folder, 'cache'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A clock on which every look is one second later. */
function ticking(from = 1_000_000): { now(): number } {
  let now = from * 1000
  return { now: () => (now += 1000) }
}

test('what was put is found, also by another process', () => {
  inFolder((folder) => {
    folderCache(folder, ticking()).put(FIRST, Buffer.from('x'))
    assert.equal(Buffer.from(folderCache(folder, ticking()).get(FIRST) ?? []).toString(), 'x')
    assert.equal(folderCache(folder, ticking()).get(SECOND), undefined)
  })
})

test('the folder and its files are for their owner alone', () => {
  inFolder((folder) => {
    folderCache(folder, ticking()).put(FIRST, Buffer.from('x'))
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(path.join(folder, FIRST)).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), [FIRST])
  })
})

test('a folder that is open to others is closed', () => {
  inFolder((folder) => {
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    folderCache(folder, ticking()).put(FIRST, Buffer.from('x'))
    assert.equal(statSync(folder).mode & 0o777, 0o700)
  })
})

test('over its size, what was used longest ago goes', () => {
  inFolder((folder) => {
    const clock = ticking(Date.parse('2100-01-01') / 1000)
    const cache = folderCache(folder, clock, 25)
    cache.put(FIRST, Buffer.alloc(10))
    cache.put(SECOND, Buffer.alloc(10))
    cache.get(FIRST)
    cache.put(THIRD, Buffer.alloc(10))
    assert.equal(cache.get(SECOND), undefined)
    assert.equal(cache.get(FIRST)?.byteLength, 10)
  })
})

test('an entry larger than the cache is not kept', () => {
  inFolder((folder) => {
    const cache = folderCache(folder, ticking(), 5)
    cache.put(FIRST, Buffer.alloc(6))
    assert.equal(cache.get(FIRST), undefined)
  })
})

test('only a digest is a key', () => {
  inFolder((folder) => {
    const cache = folderCache(folder, ticking())
    for (const key of ['../../etc/passwd', '', 'A'.repeat(64), `${FIRST}x`]) {
      cache.put(key, Buffer.from('x'))
      assert.equal(cache.get(key), undefined)
    }
  })
})

test('a folder that cannot be used keeps nothing, and nothing fails', () => {
  inFolder((folder) => {
    writeFileSync(folder, '')
    const onFile = folderCache(folder, ticking())
    onFile.put(FIRST, Buffer.from('x'))
    assert.equal(onFile.get(FIRST), undefined)
    symlinkSync(os.tmpdir(), `${folder}-link`)
    const onLink = folderCache(`${folder}-link`, ticking())
    onLink.put(FIRST, Buffer.from('x'))
    assert.equal(onLink.get(FIRST), undefined)
  })
})
