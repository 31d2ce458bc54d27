import { ARGOCD_SECRET_TYPE, RIGHTS_GRANTING_TYPES } from '../api/rights-granting-secrets.ts'
import { type ExternalSecretInput, mergesIntoTarget, targetName } from '../expansion/external-secret-input.ts'
import { SecretError } from '../model/secret-error.ts'
import type { ManifestMapping } from '../stream/manifest-document.ts'
import { type CoreObjects, mapping } from './core-objects.ts'

/** R9 for targets that the stream itself brings: no value is merged into a Secret that grants rights, as none is rendered. Each is an InvalidSpec. */
export function mergeRefusals(inputs: readonly ExternalSecretInput[], core: CoreObjects): readonly SecretError[] {
  return inputs.flatMap((input) => {
    if (!mergesIntoTarget(input) || input.resource.spec.target.manifest) return []
    const existing = core.secretObject(input.namespace, targetName(input))
    if (!existing || !grantsRights(existing.value)) return []
    return new SecretError(
      'InvalidSpec',
      'the target is a Secret of the stream that grants rights, into which a render writes no values',
      {
        place: { ...input.place, field: 'spec.target.name' },
        remedy: `name another target, or take the type or the label ${ARGOCD_SECRET_TYPE} from that Secret`,
      },
    )
  })
}

function grantsRights({ type, metadata }: ManifestMapping): boolean {
  const labels = mapping(mapping(metadata)?.['labels']) ?? {}
  return (typeof type === 'string' && RIGHTS_GRANTING_TYPES.has(type)) || Object.hasOwn(labels, ARGOCD_SECRET_TYPE)
}
