import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { Clock } from '../../model/clock.ts'
import { SecretError } from '../../model/secret-error.ts'
import { ownFolder } from './own-folder.ts'

/** How many tools may run at once. Nobody else limits it: Argo CD counts a render as over once the plugin has its files (argocd.md 1.9). */
export interface ToolSlots {
  /** Waits for a slot; what it gives takes it back. Throws SecretError Deadline when `remainingMs` is over first. */
  take(remainingMs: () => number): Promise<() => void>
}

/** No render lasts longer (option timeout): a slot that was taken earlier was left by one that was killed. */
const ABANDONED_AFTER_MS = 90_000
const POLL_MS = 25
const nothing = (): void => {}

/**
 * Slots as files of `folder`, for processes that come and go: who makes `slot-N` has it. A process that was killed keeps none: its slot is free once it
 * is gone. When two find that out at the same moment, one tool too many may run; without a usable folder there is no limit.
 */
export function folderSlots(folder: string, count: number, clock: Pick<Clock, 'now' | 'sleep'>): ToolSlots {
  const files = Array.from({ length: count }, (_, index) => path.join(folder, `slot-${index}`))
  return {
    async take(remainingMs) {
      if (!isUsable(folder)) return nothing
      for (;;) {
        const mine = files.find((file) => isTaken(file, clock))
        if (mine !== undefined) return () => rmSync(mine, { force: true })
        if (remainingMs() <= POLL_MS) throw tooLate(count)
        await clock.sleep(POLL_MS)
      }
    },
  }
}

function isUsable(folder: string): boolean {
  try {
    return ownFolder(folder)
  } catch {
    return false
  }
}

/** Taken by us, now. */
function isTaken(file: string, clock: Pick<Clock, 'now'>): boolean {
  if (isMade(file)) return true
  if (!isAbandoned(file, clock)) return false
  rmSync(file, { force: true })
  return isMade(file)
}

function isMade(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx', mode: 0o600 })
    return true
  } catch {
    return false
  }
}

function isAbandoned(file: string, clock: Pick<Clock, 'now'>): boolean {
  try {
    if (clock.now() - statSync(file).mtimeMs > ABANDONED_AFTER_MS) return true
    const pid = Number(readFileSync(file, 'utf8'))
    return pid > 0 && !isRunning(pid)
  } catch {
    return false
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function tooLate(count: number): SecretError {
  return new SecretError('Deadline', `${count} other renders ran helm or kustomize for as long as this one could wait`, {
    remedy: 'keep what they give (source-cache), give the container more processors, or raise source-concurrency',
  })
}
