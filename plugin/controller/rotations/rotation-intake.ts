import type { Rotation, RotationTarget } from './rotation.ts'

/** Where rotations go that an event tells of. */
export interface RotationIntake {
  /**
   * Resolves once they will not be lost; `known`: an event of this id was taken before, and nothing is done. Rejects with SecretError when the event
   * should come again.
   */
  take(rotations: readonly Rotation[], id?: string): Promise<'taken' | 'known'>
}

/** Of a process that finds out by itself whom they concern. */
export function directIntake(target: RotationTarget): RotationIntake {
  return {
    async take(rotations) {
      await target.rotated(rotations)
      return 'taken'
    },
  }
}
