import process from 'node:process'
import { systemClock } from '../model/clock.ts'

/** How long a line may wait for others, in milliseconds. */
const WAIT_MS = 50

/**
 * Writes lines of a log to standard error, those of one moment together: on a pipe every write stops the whole process until it is done, which for
 * thousands of lines is as long as all the rest. What still waits is written when the process ends.
 */
export function stderrLines(): (line: string) => void {
  let waiting = ''
  const flush = (): void => {
    const text = waiting
    waiting = ''
    if (text !== '') process.stderr.write(text)
  }
  process.on('exit', flush)
  return (line) => {
    if (waiting === '') void systemClock.sleep(WAIT_MS).then(flush)
    waiting += line
  }
}
