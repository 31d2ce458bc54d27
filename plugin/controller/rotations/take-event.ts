import '../../api/jitless.ts'
import * as z from 'zod'
import { awsNames, type RotatedNames } from './event-names.ts'

/** What whoever leads does with an event. Gives how many uses may be concerned. */
export interface RotationTarget {
  /** A key of a store, as reports name both. */
  rotated(store: string, key: string): number | Promise<number>
  /** Keys of whatever store of the provider that have one of these names. */
  rotatedNames(rotated: RotatedNames): number | Promise<number>
}

const plainEvent = z.object({ store: z.string().min(1).max(2_048), key: z.string().min(1).max(2_048) })

/** A key that is named plainly, or an event of EventBridge; what names no secret of ours is taken, too. Rejects with what the target throws. */
export async function takeEvent(event: object, target: RotationTarget): Promise<void> {
  const { data } = plainEvent.safeParse(event)
  const rotated = data ? undefined : awsNames(event)
  if (data) await target.rotated(data.store, data.key)
  if (rotated) await target.rotatedNames(rotated)
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
