const LARGEST = 2n ** 63n - 1n

/** To the nearest multiple of the unit, half of one away from zero, within 64 bits (Go, time.Duration.Round). */
export function roundDuration(nanoseconds: bigint, unit: bigint): bigint {
  if (unit <= 0n) return nanoseconds
  const rest = nanoseconds % unit
  const whole = nanoseconds - rest
  const isFar = 2n * (rest < 0n ? -rest : rest) >= unit
  const rounded = isFar ? whole + (nanoseconds < 0n ? -unit : unit) : whole
  if (rounded > LARGEST) return LARGEST
  return rounded < -LARGEST - 1n ? -LARGEST - 1n : rounded
}
