import { pino } from 'pino'
import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'

type Level = 'info' | 'warn'

/** One JSON object a line: `level`, `time` (RFC 3339), the fields, `message`. Nothing but names, counts and durations can be given to it. */
export function jsonLogger(least: Level, clock: Pick<Clock, 'now'>, write: (line: string) => void): Logger {
  const log = pino(
    {
      level: least,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    { write },
  )
  return {
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
  }
}
