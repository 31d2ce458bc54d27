import '../../api/jitless.ts'
import * as z from 'zod'
import { awsNames, type RotatedNames } from './event-names.ts'

/** A key of a store, as reports name both, or as its provider names the key. */
export interface RotatedKey {
  readonly store: string
  readonly key: string
}

/** What an event says was rotated. */
export type Rotation = (RotatedKey | RotatedNames) & {
  /** When it was written down for whoever leads, in milliseconds since the epoch; where that was before, so that an earlier leader may have worked it off. */
  readonly writtenAtMs?: number
}

/** Who finds out whom rotations concern. */
export interface RotationTarget {
  /** A detector looks where there is one; else whoever uses it is read or rendered again. Gives how many uses may be concerned. */
  rotated(rotations: readonly Rotation[]): number | Promise<number>
}

export const rotatedKey = z.object({ store: z.string().min(1).max(2_048), key: z.string().min(1).max(2_048) })

/** A key that is named plainly, or what an event of EventBridge names; none of what names no secret of ours. */
export function rotationsIn(event: object): readonly Rotation[] {
  const rotation = rotatedKey.safeParse(event).data ?? awsNames(event)
  return rotation ? [rotation] : []
}

/** The JSON object that a text is; undefined for any other text. */
export function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
