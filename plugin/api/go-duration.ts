/** Units of Go's time.ParseDuration, in milliseconds. The micro sign and the Greek letter mu both stand for micro. */
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** A Go duration is a count of nanoseconds in 64 bits. */
const MAX_MS = 2 ** 63 / 1e6

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y

/**
 * A Go duration (`1h30m`, `1.5s`, `-10ms`, `0`) in milliseconds, as ESO reads `refreshInterval` (external-secrets.md 2.1).
 * Undefined when Go would refuse it.
 */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  const start = /^[+-]/.test(text) ? 1 : 0
  if (text.slice(start) === '0') return 0
  let totalMs = 0
  PART.lastIndex = start
  do {
    const part = PART.exec(text)
    if (!part) return undefined
    totalMs += Number(part[1]) * (UNIT_MS[part[2] ?? ''] ?? Number.NaN)
  } while (PART.lastIndex < text.length)
  return totalMs < MAX_MS ? sign * totalMs : undefined
}
