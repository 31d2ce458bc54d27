import { quoteName } from '../model/quote-name.ts'
import type { ExternalSecret } from './external-secret.ts'
import type { FieldProblem } from './reading.ts'
import { repeatedKeys } from './repeated-entries.ts'
import { NOTHING, type Rule } from './rule.ts'

type ExternalSecretRule = Rule<ExternalSecret>

const SERVICE_ACCOUNT_TOKEN = 'kubernetes.io/service-account-token'
const BOOTSTRAP_TOKEN = 'bootstrap.kubernetes.io/token'
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name'
const SECRET_TARGETS: ReadonlySet<string> = new Set(['', 'data', 'annotations', 'labels'])

const deletesWhatItDoesNotOwn: ExternalSecretRule = ({ spec: { target } }) =>
  target.deletionPolicy === 'Delete' && ['Merge', 'None', 'CreateOrMerge'].includes(target.creationPolicy)
    ? refusal(
        ['spec', 'target', 'deletionPolicy'],
        "deletionPolicy=Delete must not be used when the controller doesn't own the secret. Please set creationPolicy=Owner",
      )
    : NOTHING

const mergesIntoNothing: ExternalSecretRule = ({ spec: { target } }) =>
  target.deletionPolicy === 'Merge' && target.creationPolicy === 'None'
    ? refusal(
        ['spec', 'target', 'deletionPolicy'],
        'deletionPolicy=Merge must not be used with creationPolicy=None. There is no Secret to merge with',
      )
    : NOTHING

const readsNothing: ExternalSecretRule = ({ spec }) =>
  (spec.data?.length ?? 0) + (spec.dataFrom?.length ?? 0) === 0
    ? refusal(['spec'], 'either data or dataFrom should be specified')
    : NOTHING

const tokenNamesAServiceAccount: ExternalSecretRule = ({ spec: { target } }) =>
  target.template?.type === SERVICE_ACCOUNT_TOKEN &&
  Object.hasOwn(target.template.metadata?.annotations ?? {}, SERVICE_ACCOUNT_NAME)
    ? refusal(
        ['spec', 'target', 'template', 'type'],
        `template.type="${SERVICE_ACCOUNT_TOKEN}" with annotation "${SERVICE_ACCOUNT_NAME}" is not allowed`,
      )
    : NOTHING

const tokenHasTemplatedAnnotations: ExternalSecretRule = ({ spec: { target } }) =>
  target.template?.type === SERVICE_ACCOUNT_TOKEN &&
  target.template.templateFrom?.some((item) => item.target.toLowerCase() === 'annotations')
    ? refusal(
        ['spec', 'target', 'template', 'type'],
        `template.type="${SERVICE_ACCOUNT_TOKEN}" with templateFrom target="Annotations" is not allowed`,
      )
    : NOTHING

const typeIsABootstrapToken: ExternalSecretRule = ({ spec: { target } }) =>
  target.template?.type === BOOTSTRAP_TOKEN
    ? refusal(['spec', 'target', 'template', 'type'], `template.type="${BOOTSTRAP_TOKEN}" is not allowed`)
    : NOTHING

const templateGoesWhereNoSecretHasAField: ExternalSecretRule = ({ spec: { target } }) => {
  if (targetsAnotherKind(target.manifest)) return NOTHING
  return (target.template?.templateFrom ?? []).flatMap((item, index) =>
    SECRET_TARGETS.has(item.target.toLowerCase())
      ? []
      : refusal(
          ['spec', 'target', 'template', 'templateFrom', index, 'target'],
          `templateFrom target=${quoteName(item.target)} is not allowed when targeting a Secret, must be one of "Data", "Annotations" or "Labels"`,
        ),
  )
}

const dataFromHasSeveralSources: ExternalSecretRule = ({ spec }) =>
  (spec.dataFrom ?? []).flatMap(({ extract, find, sourceRef }, index) =>
    [extract, find, sourceRef?.generatorRef].filter(Boolean).length > 1
      ? refusal(['spec', 'dataFrom', index], 'extract, find, or generatorRef cannot be set at the same time')
      : [],
  )

const dataFromHasNoSource: ExternalSecretRule = ({ spec }) =>
  (spec.dataFrom ?? []).flatMap(({ extract, find, sourceRef }, index) =>
    extract || find || sourceRef
      ? []
      : refusal(['spec', 'dataFrom', index], 'either extract, find, or sourceRef must be set to dataFrom'),
  )

const keyIsWrittenTwice: ExternalSecretRule = ({ spec }) => {
  if (spec.target.deletionPolicy !== 'Retain') return NOTHING
  return repeatedKeys(spec).map(({ path, key, other }) => {
    const remedy = `remove one of the two, or give one another key: the value of ${other} is lost`
    return { path, message: `duplicate secretKey found: ${key}`, remedy, strict: true }
  })
}

/** What ESO's controller checks once more before it changes a Secret, so that it holds without the webhook (external-secrets.md 2.9). */
export const privilegeRules: readonly ExternalSecretRule[] = [
  tokenNamesAServiceAccount,
  tokenHasTemplatedAnnotations,
  typeIsABootstrapToken,
  templateGoesWhereNoSecretHasAField,
]

/**
 * What ESO's admission webhook refuses, in its order and its words (external-secrets.md 2.9), but for an empty `sourceRef`, which its CRD refuses before.
 * We warn, and refuse when asked to be strict.
 */
export const admissionRules: readonly ExternalSecretRule[] = [
  deletesWhatItDoesNotOwn,
  mergesIntoNothing,
  readsNothing,
  ...privilegeRules,
  dataFromHasSeveralSources,
  dataFromHasNoSource,
  keyIsWrittenTwice,
]

function targetsAnotherKind(manifest: ExternalSecret['spec']['target']['manifest']): boolean {
  return manifest !== undefined && !(manifest.apiVersion === 'v1' && manifest.kind === 'Secret')
}

function refusal(path: FieldProblem['path'], message: string): readonly FieldProblem[] {
  return [{ path, message, strict: true }]
}
