import { renderRules } from '../api/render-rules.ts'
import { applyRules } from '../api/rule.ts'
import { ownsTarget } from '../expansion/external-secret-input.ts'
import { targetConflicts, targetIdOf } from '../expansion/target-conflicts.ts'
import type { SecretError } from '../model/secret-error.ts'
import type { Steps } from '../model/turns.ts'
import { generatorConflicts } from '../stores/generator-lookup.ts'
import { storeConflicts } from '../stores/store-conflicts.ts'
import { immutableRefusals } from './argocd-refusals.ts'
import { asInvalidSpec } from './as-invalid-spec.ts'
import type { CoreObjects } from './core-objects.ts'
import type { Inventory, StreamExternalSecret } from './inventory.ts'
import { mergeRefusals } from './merge-refusals.ts'
import { namespaceRefusals } from './namespace-refusals.ts'
import { permissionsOf, type RenderRequest } from './render-request.ts'
import type { TargetObjects } from './target-objects.ts'

/** What no render makes of these objects, as far as the stream alone tells (R7, R9, conflicts). Passed-through ones count only as rivals of inline ones. */
export function* refusalSteps(
  inventory: Inventory,
  core: CoreObjects,
  others: TargetObjects,
  request: RenderRequest,
): Steps<readonly SecretError[]> {
  const { externalSecrets, stores, generators } = inventory
  const permissions = permissionsOf(request)
  const inputs = externalSecrets.filter(({ delivery }) => delivery === 'inline').map(({ input }) => input)
  const rules = renderRules(permissions)
  const problems = [...namespaceRefusals(inventory, request.namespace, permissions)]
  for (const { resource, place } of inputs) {
    for (const problem of applyRules(rules, resource)) problems.push(asInvalidSpec(problem, place))
    yield
  }
  return [
    ...problems,
    ...(permissions.immutable ? [] : immutableRefusals(inputs)),
    ...mergeRefusals(inputs, core),
    ...storeConflicts(stores),
    ...generatorConflicts(generators),
    ...targetConflicts(
      contenders(externalSecrets).map(({ input }) => input),
      [...core.secrets, ...others.targets],
    ),
  ]
}

/** A controller that owns the target of an inline ExternalSecret would write it against Argo CD; one that merges into it only adds. */
function contenders(externalSecrets: Inventory['externalSecrets']): Inventory['externalSecrets'] {
  const rendered = new Set(externalSecrets.filter(({ delivery }) => delivery === 'inline').map(targetOf))
  return externalSecrets.filter(
    (found) => found.delivery === 'inline' || (ownsTarget(found.input) && rendered.has(targetOf(found))),
  )
}

function targetOf({ input }: StreamExternalSecret): string {
  return targetIdOf(input)
}
