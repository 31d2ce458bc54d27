import { quoteName } from '../model/quote-name.ts'
import { TEMPLATE, templateNameOf } from './annotations.ts'
import type { ExternalSecret } from './external-secret.ts'
import { groupKindOf } from './group-kind.ts'
import { neverTargeted } from './never-targeted.ts'
import { ARGOCD_SECRET_TYPE, RIGHTS_GRANTING_TYPES } from './rights-granting-secrets.ts'
import { NOTHING, type Rule } from './rule.ts'

type ExternalSecretRule = Rule<ExternalSecret>

/** R9: what of the types that grant rights somebody may make; a tenancy policy says so. */
export interface TypePermissions {
  readonly mayHaveType: (type: string) => boolean
  /** By the value of the label `argocd.argoproj.io/secret-type`. */
  readonly mayHaveArgoCdType: (value: string) => boolean
  /** Whether values may go into objects of this kind, which `group-kind.ts` spells. */
  readonly mayTarget: (groupKind: string) => boolean
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

/** R9: values go into Secrets only, and into what an administrator lists. */
const targetIsNoSecret =
  ({ mayTarget }: TypePermissions): ExternalSecretRule =>
  ({ spec: { target } }) => {
    if (!target.manifest) return NOTHING
    const kind = groupKindOf(target.manifest)
    const path = ['spec', 'target', 'manifest']
    const never = neverTargeted(kind)
    if (never !== undefined)
      return [{ path, message: `no render makes a ${quoteName(kind)} with values: it ${never}`, remedy: 'name another kind' }]
    if (mayTarget(kind)) return NOTHING
    const remedy = `have ${kind} listed in allow.genericTargets of a rule (on the command line in --generic-targets), or ${LEAVE_IT_TO_ESO}`
    const message = `asks for a ${quoteName(kind)} instead of a Secret, which shows its values to whoever may see the application: a render makes it only where that is allowed`
    return [{ path, message, remedy }]
  }

/** The shapes of the library are those of Secrets. */
const objectHasTheShapeOfASecret: ExternalSecretRule = (resource) =>
  resource.spec.target.manifest && templateNameOf(resource) !== undefined
    ? [
        {
          path: ['metadata', 'annotations', TEMPLATE],
          message: 'picks the shape of a Secret, and spec.target.manifest asks for another object',
          remedy: 'remove one of them',
        },
      ]
    : NOTHING

/** What a valid object may not ask of a render, as far as the object alone tells (R6 to R9): each is an InvalidSpec. */
export function renderRules(permissions: TypePermissions): readonly ExternalSecretRule[] {
  return [
    typeGrantsRights(permissions),
    labelGivesItToArgoCd(permissions),
    targetIsNoSecret(permissions),
    objectHasTheShapeOfASecret,
  ]
}
