/** What happened, for an operator. Fields are names, counts and durations; never values. */
export interface Logger {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
}

export type LogFields = Readonly<Record<string, string | number | boolean>>

export const silentLogger: Logger = { info() {}, warn() {} }
