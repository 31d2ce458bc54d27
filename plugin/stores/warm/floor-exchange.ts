import '../../api/jitless.ts'
import * as z from 'zod'

/** Where a daemon asks for version floors: `GET /floors?after=CURSOR&daemon=NAME`. The answer waits until there is something new (R15, R20). */
export const FLOORS_PATH = '/floors'
export const REPORTS_PATH = '/reports'

/** How long an answer without news waits at most, in milliseconds. */
export const FLOORS_WAIT_MS = 25_000

/** Of one answer. */
export const MAX_FLOORS = 10_000

const name = z.string().max(2_048)

/**
 * What the controller answers. `cursor` is the `after` of the next question, which says that everything up to it is in force; a cursor that
 * the controller does not know is answered with all there is.
 */
export const floorsAnswer = z.object({
  cursor: z.string().max(200),
  /** Who leads: a name that no other leader has, nor the same process when it leads again. Reports that an earlier one took may be lost with it. */
  leader: z.string().max(200).default(''),
  /** Stores whose changes the controller tells: `ClusterSecretStore vault`. Values of these may be kept for longer. */
  watched: z.array(name).max(MAX_FLOORS),
  floors: z
    .array(
      z.object({
        /** `SecretStore default/aws` */
        store: name,
        key: name,
        /** Exactly this version passes as well. */
        version: name.optional(),
        /** How long ago it was set: clocks of two machines are never compared. */
        ageMs: z.number().nonnegative(),
      }),
    )
    .max(MAX_FLOORS),
})

export type FloorsAnswer = z.infer<typeof floorsAnswer>
