import { quoteName } from '../model/quote-name.ts'
import type { ExternalSecret } from './external-secret.ts'
import { ARGOCD_SECRET_TYPE, RIGHTS_GRANTING_TYPES } from './rights-granting-secrets.ts'
import { NOTHING, type Rule } from './rule.ts'

type ExternalSecretRule = Rule<ExternalSecret>

/** R9: what of the types that grant rights somebody may make; a tenancy policy says so. */
export interface TypePermissions {
  readonly mayHaveType: (type: string) => boolean
  /** By the value of the label `argocd.argoproj.io/secret-type`. */
  readonly mayHaveArgoCdType: (value: string) => boolean
}

const LEAVE_IT_TO_ESO = 'set the annotation argocd-external-secrets.io/delivery: passthrough, so that ESO makes it'

/** R9 */
const typeGrantsRights =
  ({ mayHaveType }: TypePermissions): ExternalSecretRule =>
  ({ spec: { target } }) => {
    const type = target.template?.type
    if (type === undefined || !RIGHTS_GRANTING_TYPES.has(type) || mayHaveType(type)) return NOTHING
    const message = `is ${quoteName(type)}, which grants rights and which a render makes only where a policy rule allows it`
    return [
      {
        path: ['spec', 'target', 'template', 'type'],
        message,
        remedy: `list it in allow.secretTypes of a rule, or ${LEAVE_IT_TO_ESO}`,
      },
    ]
  }

/** R9; the ExternalSecret's own label reaches the Secret as well (R8). */
const labelGivesItToArgoCd =
  ({ mayHaveArgoCdType }: TypePermissions): ExternalSecretRule =>
  ({ metadata, spec: { target } }) => {
    const places = [
      { path: ['metadata', 'labels'], labels: metadata.labels },
      { path: ['spec', 'target', 'template', 'metadata', 'labels'], labels: target.template?.metadata?.labels },
    ]
    const message = 'would make Argo CD take the Secret for a part of its own configuration, which only a policy rule may allow'
    return places
      .filter(
        ({ labels }) =>
          labels && Object.hasOwn(labels, ARGOCD_SECRET_TYPE) && !mayHaveArgoCdType(labels[ARGOCD_SECRET_TYPE] ?? ''),
      )
      .map(({ path }) => ({ path: [...path, ARGOCD_SECRET_TYPE], message, remedy: LEAVE_IT_TO_ESO }))
  }

/** R9: values go into Secrets only. */
const targetIsNoSecret: ExternalSecretRule = ({ spec: { target } }) =>
  target.manifest
    ? [
        {
          path: ['spec', 'target', 'manifest'],
          message: 'asks for another object than a Secret, which is known, but not implemented',
          remedy: LEAVE_IT_TO_ESO,
        },
      ]
    : NOTHING

/** What a valid object may not ask of a render, as far as the object alone tells (R6 to R9): each is an InvalidSpec. */
export function renderRules(permissions: TypePermissions): readonly ExternalSecretRule[] {
  return [typeGrantsRights(permissions), labelGivesItToArgoCd(permissions), targetIsNoSecret]
}
