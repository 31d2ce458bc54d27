import { type ByteText, byteTextOf } from '../byte-text.ts'

const SECOND = 1_000_000_000n

/** `1h0m0s`, `1.5ms`, `0s` of nanoseconds (Go, time.Duration.String). */
export function durationText(nanoseconds: bigint): ByteText {
  const sign = nanoseconds < 0n ? '-' : ''
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (size === 0n) return '0s'
  if (size < SECOND) return sign + small(size)
  const seconds = size / SECOND
  const [hours, minutes] = [seconds / 3600n, (seconds / 60n) % 60n]
  const front = hours > 0n ? `${hours}h${minutes}m` : minutes > 0n ? `${minutes}m` : ''
  return `${sign}${front}${withFraction(seconds % 60n, size % SECOND, 9)}s`
}

/** Below a second the unit is the largest that gives a whole number before the point. */
function small(size: bigint): ByteText {
  if (size < 1_000n) return `${size}ns`
  if (size < 1_000_000n) return byteTextOf(`${withFraction(size / 1_000n, size % 1_000n, 3)}µs`)
  return `${withFraction(size / 1_000_000n, size % 1_000_000n, 6)}ms`
}

function withFraction(whole: bigint, part: bigint, digits: number): string {
  const fraction = String(part).padStart(digits, '0').replace(/0+$/, '')
  return fraction === '' ? String(whole) : `${whole}.${fraction}`
}
