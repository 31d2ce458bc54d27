import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'

const LARGEST = 2n ** 64n

/** The identifiers behind `-` or `+`, unchanged. Throws FunctionError unless each is made of letters, digits and hyphens. */
export function checkIdentifiers(identifiers: ByteText, kind: 'prerelease' | 'metadata'): ByteText {
  if (identifiers === '') return identifiers
  for (const identifier of identifiers.split('.')) {
    if (!/^[0-9A-Za-z-]+$/.test(identifier)) throw new FunctionError(`invalid ${kind} string`, true)
    if (kind === 'prerelease' && /^0\d+$/.test(identifier)) throw new FunctionError('version segment starts with 0', true)
  }
  return identifiers
}

/** Identifier by identifier: a missing one first, then numbers by size, then texts by their bytes (Masterminds/semver 3.4). */
export function comparePrereleases(a: ByteText, b: ByteText): -1 | 0 | 1 {
  const [ours, theirs] = [a.split('.'), b.split('.')]
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const order = compareIdentifiers(ours[index] ?? '', theirs[index] ?? '')
    if (order !== 0) return order
  }
  return 0
}

function compareIdentifiers(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0
  if (a === '') return -1
  if (b === '') return 1
  const [ours, theirs] = [numberOf(a), numberOf(b)]
  if (ours === undefined && theirs === undefined) return a > b ? 1 : -1
  if (theirs === undefined) return -1
  return ours === undefined || ours > theirs ? 1 : -1
}

/** Digits that 64 bits hold. */
function numberOf(identifier: string): bigint | undefined {
  if (!/^\d+$/.test(identifier)) return undefined
  const value = BigInt(identifier)
  return value < LARGEST ? value : undefined
}
