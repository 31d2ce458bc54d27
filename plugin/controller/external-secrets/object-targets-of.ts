import type { VersionedKind } from '../../kube/find-resource.ts'
import type { GenericObject } from './generic-object.ts'
import type { ManagedTargets } from './managed-targets.ts'
import type { SpecRead } from './pass-state.ts'
import type { PassTools } from './pass-tools.ts'
import { SyncFailure } from './sync-failure.ts'

/** The kind that an ExternalSecret makes. Throws SyncFailure `genericTarget` where it is a Secret. */
export function targetKindOf({ input }: Pick<SpecRead, 'input'>): VersionedKind {
  const { manifest } = input.resource.spec.target
  if (!manifest) throw new SyncFailure('genericTarget', 'the target is a Secret')
  return manifest
}

/** All objects of the kind that it makes. Throws SyncFailure. */
export async function objectTargetsOf(
  state: Pick<SpecRead, 'input'>,
  { generic }: Pick<PassTools, 'generic'>,
  signal: AbortSignal,
): Promise<ManagedTargets<GenericObject>> {
  if (!generic) throw new SyncFailure('genericTarget', 'generic targets are disabled')
  return generic.of(targetKindOf(state), signal)
}
