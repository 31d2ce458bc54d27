import { existsSync, readFileSync } from 'node:fs'

/** A process that ended and that nobody asked for yet is no longer running. */
export function isRunning(pid: number): boolean {
  try {
    return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
