import type { FieldPath } from '../../model/field-path.ts'
import { quoteName } from '../../model/quote-name.ts'
import { type AwsConfig, RESERVED_TAG_KEYS } from './config-schema.ts'

export interface ConfigProblem {
  /** Within `spec.provider.aws`. */
  readonly path: FieldPath
  readonly message: string
}

/** Of all partitions: eu-central-1, us-gov-west-1, us-iso-east-1. It becomes part of a host name, so nothing else may slip in (R5). */
const REGION = /^[a-z]{2,5}(-[a-z]+){1,3}-\d{1,2}$/
/** RecoveryWindowInDays (AWS API reference, DeleteSecret). */
const RECOVERY_DAYS = { min: 7, max: 30 }

/** What no schema of single fields can say (external-secrets.md 7.1). */
export function checkAwsConfig(config: AwsConfig): readonly ConfigProblem[] {
  return [...regionProblems(config.region), ...keyProblems(config), ...tagProblems(config), ...deletionProblems(config)]
}

function regionProblems(region: string): readonly ConfigProblem[] {
  if (REGION.test(region)) return []
  return [{ path: ['region'], message: `region not found: ${quoteName(region)}; write it as AWS does: eu-central-1` }]
}

function keyProblems({ auth }: AwsConfig): readonly ConfigProblem[] {
  const { accessKeyIDSecretRef, secretAccessKeySecretRef, sessionTokenSecretRef } = auth?.secretRef ?? {}
  if (!accessKeyIDSecretRef && !secretAccessKeySecretRef && !sessionTokenSecretRef) return []
  const path = ['auth', 'secretRef']
  const message = 'accessKeyIDSecretRef and secretAccessKeySecretRef must be given together'
  return accessKeyIDSecretRef && secretAccessKeySecretRef ? [] : [{ path, message }]
}

function tagProblems({ customSessionTags = {} }: AwsConfig): readonly ConfigProblem[] {
  return RESERVED_TAG_KEYS.filter((key) => Object.hasOwn(customSessionTags, key)).map((key) => ({
    path: ['customSessionTags', key],
    message: 'is set by sessionTagsPolicy and cannot be given',
  }))
}

function deletionProblems({ secretsManager }: AwsConfig): readonly ConfigProblem[] {
  const { forceDeleteWithoutRecovery, recoveryWindowInDays } = secretsManager ?? {}
  if (recoveryWindowInDays === undefined) return []
  const path = ['secretsManager', 'recoveryWindowInDays']
  if (forceDeleteWithoutRecovery) return [{ path, message: 'cannot be given together with forceDeleteWithoutRecovery' }]
  const { min, max } = RECOVERY_DAYS
  return recoveryWindowInDays < min || recoveryWindowInDays > max ? [{ path, message: `must be ${min} to ${max} days` }] : []
}
