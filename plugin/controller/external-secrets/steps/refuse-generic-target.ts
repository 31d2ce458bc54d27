import type { PassStep, SpecRead } from '../pass-state.ts'
import { SyncFailure } from '../sync-failure.ts'

/** Off in ESO unless a flag says otherwise, and not implemented here (external-secrets.md 4.12). Throws SyncFailure. */
export const refuseGenericTarget: PassStep<SpecRead, SpecRead> = (state) => {
  if (state.input.resource.spec.target.manifest)
    throw new SyncFailure('genericTarget', 'generic targets are disabled: spec.target.manifest is known, but not implemented')
  return { state }
}
