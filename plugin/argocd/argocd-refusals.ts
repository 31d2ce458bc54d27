import type { Expansion } from '../expansion/expand.ts'
import type { ExternalSecretInput } from '../expansion/external-secret-input.ts'
import { SecretError } from '../model/secret-error.ts'

const LEAVE_IT_TO_ESO = 'set the annotation argocd-external-secrets.io/delivery: passthrough, so that ESO makes it'

/** R7: every rotation of an immutable Secret would fail the sync. Each is an InvalidSpec. */
export function immutableRefusals(inputs: readonly ExternalSecretInput[]): readonly SecretError[] {
  return inputs
    .filter(({ resource }) => resource.spec.target.immutable)
    .map(({ place }) => {
      return new SecretError('InvalidSpec', 'an immutable Secret cannot follow its values through a sync of Argo CD', {
        place: { ...place, field: 'spec.target.immutable' },
        remedy: LEAVE_IT_TO_ESO,
      })
    })
}

/** R7: without a policy that says so, what is gone at a provider deletes no Secret of an application. Each is a NotFound. */
export function deletionRefusals({ secrets }: Expansion): readonly SecretError[] {
  const emptied = [...secrets].filter(([, secret]) => !secret)
  return emptied.map(([{ place }]) => {
    return new SecretError(
      'NotFound',
      'nothing came back from the provider, and leaving the Secret out would let Argo CD prune it',
      {
        place: { ...place, field: 'spec.target.deletionPolicy' },
        remedy: LEAVE_IT_TO_ESO,
      },
    )
  })
}
