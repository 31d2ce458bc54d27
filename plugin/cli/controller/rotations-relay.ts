import { NoticeBoard, type NoticeBoardPorts } from '../../controller/rotations/notice-board.ts'
import type { RotationTarget } from '../../controller/rotations/rotation.ts'
import { directIntake, type RotationIntake } from '../../controller/rotations/rotation-intake.ts'
import type { ObjectKey } from '../../kube/kube-object.ts'
import type { RotationsQueue } from './rotations-queue.ts'

/** How events reach whoever leads the shards that they concern. */
export interface RotationsRelay {
  /** Where events go that come to this process; undefined where it works alone and does not work. */
  readonly intake: RotationIntake | undefined
  /** What the leader of a shard does with events beside its work, until `signal` is aborted. */
  lead(shard: number, target: RotationTarget, signal: AbortSignal): Promise<void>
}

export interface RotationsRelayTools {
  readonly ports: NoticeBoardPorts
  /** The ConfigMap of all processes; undefined where there is one. */
  readonly map: ObjectKey | undefined
  readonly queue: Pick<RotationsQueue, 'follow'>
}

/** Several processes watch a ConfigMap, and the leader of the first shard reads the queue for all. `ending` ends the watch. */
export function rotationsRelay({ ports, map, queue }: RotationsRelayTools, ending: AbortSignal): RotationsRelay {
  if (map) {
    const board = new NoticeBoard(ports, map, ending)
    return {
      intake: board,
      async lead(shard, target, signal) {
        await Promise.all([board.follow(target, signal), shard === 0 ? queue.follow(board, signal) : undefined])
      },
    }
  }
  let working: { readonly intake: RotationIntake; readonly signal: AbortSignal } | undefined
  return {
    get intake() {
      // What comes after its work has ended is to come again, to whoever works then.
      return working?.signal.aborted ? undefined : working?.intake
    },
    async lead(_shard, target, signal) {
      const intake = directIntake(target)
      working = { intake, signal }
      await queue.follow(intake, signal)
    },
  }
}
