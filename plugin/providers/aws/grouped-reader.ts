import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import type { Outcome, SecretReader } from '../secret-reader.ts'
import { AwsError, isUndecipherable } from './explain.ts'

/** How one service reads: current values in groups, everything else alone. */
export interface GroupedReads {
  readonly groupSize: number
  login(signal: AbortSignal): Promise<void>
  /** The policy has turned out not to allow the action that reads groups. */
  groupIsForbidden(): boolean
  /** Outcomes of what the call answered for; the rest is read alone. Throws SecretError when the call as a whole fails. */
  readGroup(refs: readonly RemoteRef[], signal: AbortSignal): Promise<ReadonlyMap<RemoteRef, Outcome>>
  /** Throws SecretError. */
  readOne(ref: RemoteRef, signal: AbortSignal): Promise<Outcome>
}

/** In every case one outcome a reference. A group of one is read alone: it costs the same and needs one permission less. */
export function groupedReader(reads: GroupedReads): Pick<SecretReader, 'fetch'> {
  async function fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]> {
    if (refs.length === 0) return []
    await reads.login(signal)
    const current = refs.filter(isCurrentValue)
    const others = refs.filter((ref) => !isCurrentValue(ref))
    const answers = await Promise.all([
      ...groupsOf(current, reads.groupSize).map((group) => readTogether(group, signal)),
      readAlone(others, signal),
    ])
    const outcomes = new Map(answers.flatMap((answer) => Array.from(answer)))
    return refs.map((ref) => outcomes.get(ref) ?? failed(new RangeError('no outcome')))
  }

  async function readTogether(group: readonly RemoteRef[], signal: AbortSignal): Promise<Answers> {
    if (group.length === 1 || reads.groupIsForbidden()) return await readAlone(group, signal)
    try {
      const answered = await reads.readGroup(group, signal)
      const rest = group.filter((ref) => !answered.has(ref))
      return new Map([...answered, ...(await readAlone(rest, signal))])
    } catch (thrown) {
      if (isOfSomeOnly(thrown)) return await readAlone(group, signal)
      return new Map(group.map((ref) => [ref, failed(thrown)]))
    }
  }

  async function readAlone(refs: readonly RemoteRef[], signal: AbortSignal): Promise<Answers> {
    return new Map(
      await Promise.all(
        refs.map(async (ref) => [ref, await reads.readOne(ref, signal).catch((thrown: unknown) => failed(thrown))] as const),
      ),
    )
  }

  return { fetch }
}

type Answers = ReadonlyMap<RemoteRef, Outcome>

function isCurrentValue({ part, version }: RemoteRef): boolean {
  return part === 'value' && !version
}

function groupsOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}

function failed(thrown: unknown): Outcome {
  return { ok: false, error: asSecretError(thrown) }
}

/**
 * One name that is malformed, missing, or may not be read or decrypted spoils the call for its neighbours: they are asked for again without it,
 * and nothing counts as missing that was not asked for alone (R7). Credentials that are refused would be refused again.
 */
function isOfSomeOnly(thrown: unknown): boolean {
  if (!(thrown instanceof SecretError)) return false
  return thrown.kind === 'InvalidSpec' || thrown.kind === 'NotFound' || isForbidden(thrown) || isUndecipherable(thrown)
}

/** The policy does not allow this very action on this very thing. */
export function isForbidden(thrown: unknown): boolean {
  return thrown instanceof AwsError && thrown.code === 'AccessDeniedException'
}
