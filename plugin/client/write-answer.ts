import type { ExpandAnswer } from '../argocd/wire/expand-exchange.ts'
import { writeAll } from './blocking-calls.ts'

const STDOUT = 1
const STDERR = 2

/**
 * Report to standard error, output to standard output; gives the exit code. A reader that goes away, or a full disk, is a failure: the exit code says
 * that what was taken is not all. Not through `process.stdout`: loading it takes a tenth of what Node needs to start.
 */
export function writeAnswer({ exitCode, report, output }: ExpandAnswer): number {
  try {
    if (report !== '') writeAll(STDERR, Buffer.from(report))
  } catch {
    // Nobody listens to the report: no reason to keep back the output.
  }
  try {
    writeAll(STDOUT, output)
    return exitCode
  } catch {
    return 1
  }
}
