import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { folderSlots, type ToolSlots } from '../../../../plugin/argocd/source/tool-slots.ts'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

async function inFolder(use: (folder: string, slots: ToolSlots) => Promise<void>): Promise<void> {
  const above = mkdtempSync(path.join(os.tmpdir(), 'slots-'))
  const folder = path.join(above, 'slots')
  try {
    await use(folder, folderSlots(folder, 2, systemClock))
  } finally {
    rmSync(above, { recursive: true })
  }
}

const aWhile = (): number => 10_000
const noTime = (): number => 0

test('as many as there are slots run at once; the next one waits until one is given back', async () => {
  await inFolder(async (folder, slots) => {
    const first = await slots.take(noTime)
    await slots.take(noTime)
    await assert.rejects(slots.take(noTime), (thrown) => thrown instanceof SecretError && thrown.kind === 'Deadline')
    const third = slots.take(aWhile)
    first()
    ;(await third)()
    assert.deepEqual(readdirSync(folder).length, 1)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
  })
})

test('other processes see the same slots', async () => {
  await inFolder(async (folder, slots) => {
    await slots.take(noTime)
    await slots.take(noTime)
    await assert.rejects(folderSlots(folder, 2, systemClock).take(noTime))
  })
})

test('what a killed process took is free', async () => {
  await inFolder(async (folder, slots) => {
    const { pid } = spawnSync('true')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'slot-0'), `${pid}`)
    await slots.take(noTime)
    await slots.take(noTime)
    await assert.rejects(slots.take(noTime))
  })
})

test('a slot that was taken longer ago than a render lasts is free', async () => {
  await inFolder(async (folder, slots) => {
    await slots.take(noTime)
    await slots.take(noTime)
    utimesSync(path.join(folder, 'slot-1'), 0, 0)
    await slots.take(noTime)
    await assert.rejects(slots.take(noTime))
  })
})

test('without a usable folder there is no limit', async () => {
  await inFolder(async (folder, slots) => {
    writeFileSync(folder, '')
    for (let count = 0; count < 5; count++) await slots.take(noTime)
  })
})
