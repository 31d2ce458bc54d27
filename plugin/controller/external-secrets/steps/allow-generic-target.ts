import type { PassStep, SpecRead } from '../pass-state.ts'
import { SyncFailure } from '../sync-failure.ts'

/** Throws SyncFailure `genericTarget` where nobody has allowed them, in ESO's words. */
export const allowGenericTarget: PassStep<SpecRead, SpecRead> = (state, { generic }) => {
  if (!generic)
    throw new SyncFailure('genericTarget', 'generic targets are disabled. Enable with --unsafe-allow-generic-targets flag')
  return { state }
}
