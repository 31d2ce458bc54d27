import { Buffer } from 'node:buffer'
import type { AccessRules } from './access-rules.ts'
import type { Principal } from './key-ring.ts'
import { addVersion, asOf, type Home, type Secret, type SecretVault, stagesOf, versionOf } from './secret-vault.ts'
import { ServiceFailure } from './service-failure.ts'

/** What an operation may use. */
export interface SecretsManagerCall {
  readonly input: SecretsManagerInput
  readonly home: Home
  readonly principal: Principal
  readonly vault: SecretVault
  readonly rules: AccessRules
  readonly nowMs: number
  /** Values in one answer of a batch before the rest comes by NextToken. */
  readonly pageSize: number
  readonly listingLagMs: number
}

/** The members of all requests together; which of them a request has is its operation's business. */
export interface SecretsManagerInput {
  readonly SecretId?: string
  readonly Name?: string
  readonly SecretIdList?: readonly string[]
  readonly Filters?: readonly { readonly Key: string; readonly Values: readonly string[] }[]
  readonly MaxResults?: number
  readonly NextToken?: string
  readonly VersionId?: string
  readonly VersionStage?: string
  readonly VersionStages?: readonly string[]
  readonly ClientRequestToken?: string
  readonly SecretString?: string
  readonly SecretBinary?: string
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
  readonly TagKeys?: readonly string[]
  readonly RecoveryWindowInDays?: number
  readonly ForceDeleteWithoutRecovery?: boolean
  readonly IncludePlannedDeletion?: boolean
}

/** SecretIdList (AWS API reference, BatchGetSecretValue). */
const BATCH_LIMIT = 20
const DAY_MS = 86_400_000

export const secretsManagerOperations: Readonly<Record<string, (call: SecretsManagerCall) => object>> = {
  GetSecretValue: (call) => readValue(call, required(call.input.SecretId, 'secretId'), call.input),
  BatchGetSecretValue: batchGet,
  DescribeSecret: (call) => describe(permitted(call, 'DescribeSecret')),
  ListSecrets: list,
  CreateSecret: create,
  PutSecretValue: put,
  TagResource(call) {
    const secret = permitted(call, 'TagResource')
    for (const { Key, Value } of call.input.Tags ?? []) secret.tags.set(Key, Value)
    return {}
  },
  UntagResource(call) {
    const secret = permitted(call, 'UntagResource')
    for (const key of call.input.TagKeys ?? []) secret.tags.delete(key)
    return {}
  },
  DeleteSecret: remove,
  RestoreSecret(call) {
    const secret = permitted(call, 'RestoreSecret')
    secret.deletionMs = undefined
    return { ARN: secret.arn, Name: secret.name }
  },
}

function readValue(
  call: SecretsManagerCall,
  secretId: string,
  wanted: { readonly VersionId?: string; readonly VersionStage?: string },
): object {
  const secret = call.vault.find(checkedId(secretId), call.home)
  permit(call, 'GetSecretValue', secret)
  const version = versionOf(secret, { id: wanted.VersionId, stage: wanted.VersionStage })
  if (call.rules.denies('kms:Decrypt', secret.name))
    throw new ServiceFailure('AccessDeniedException', 'Access to KMS is not allowed')
  if (call.rules.denies('kms:Key', secret.name)) {
    const why = "Secrets Manager can't decrypt the protected secret text using the provided KMS key."
    throw new ServiceFailure('DecryptionFailure', why)
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(version.text !== undefined && { SecretString: version.text }),
    ...(version.binary !== undefined && { SecretBinary: version.binary.toString('base64') }),
    VersionStages: stagesOf(secret, version),
    CreatedDate: version.createdMs / 1000,
  }
}

function batchGet(call: SecretsManagerCall): object {
  const { input, rules, principal, pageSize } = call
  rules.check(principal, 'secretsmanager:BatchGetSecretValue', '*')
  if (!input.SecretIdList === !input.Filters) {
    throw new ServiceFailure('InvalidParameterException', 'Either SecretIdList or Filters must be provided, but not both.')
  }
  if (input.MaxResults !== undefined && !input.Filters) {
    throw new ServiceFailure('InvalidParameterException', 'MaxResults can only be used with Filters.')
  }
  const ids = input.SecretIdList ?? filtered(call).map(({ arn }) => arn)
  if (input.SecretIdList) checkLength(ids, 'secretIdList', BATCH_LIMIT)
  ids.forEach(checkedId)
  const start = pageStart(input.NextToken)
  const size = Math.min(input.MaxResults ?? BATCH_LIMIT, pageSize)
  const values: object[] = []
  const errors: object[] = []
  for (const id of ids.slice(start, start + size)) {
    try {
      values.push(readValue(call, id, {}))
    } catch (thrown) {
      if (!(thrown instanceof ServiceFailure)) throw thrown
      errors.push({ SecretId: id, ErrorCode: thrown.code, Message: thrown.message })
    }
  }
  return { SecretValues: values, Errors: errors, ...nextPage(start + size, ids.length) }
}

function list(call: SecretsManagerCall): object {
  call.rules.check(call.principal, 'secretsmanager:ListSecrets', '*')
  const start = pageStart(call.input.NextToken)
  const size = Math.min(call.input.MaxResults ?? 100, 100)
  const secrets = filtered(call).flatMap((secret) => asOf(secret, call.nowMs - call.listingLagMs) ?? [])
  return { SecretList: secrets.slice(start, start + size).map(listEntry), ...nextPage(start + size, secrets.length) }
}

/** Filters are all to be met; the values of one are alternatives (AWS API reference, Filter). */
function filtered({ input, vault, home }: SecretsManagerCall): Secret[] {
  const meets = (secret: Secret): boolean =>
    (input.Filters ?? []).every(({ Key, Values }) =>
      Values.some((value) => {
        // "You can prefix your search value with an exclamation mark to perform negation filters" (AWS API reference, Filter).
        if (Key === 'name') return value.startsWith('!') ? !secret.name.startsWith(value.slice(1)) : secret.name.startsWith(value)
        const words = Key === 'tag-key' ? secret.tags.keys() : secret.tags.values()
        return [...words].some((word) => word.startsWith(value))
      }),
    )
  return vault.all(home).filter((secret) => (secret.deletionMs === undefined || input.IncludePlannedDeletion) && meets(secret))
}

function describe(secret: Secret): Record<string, unknown> {
  const versions = [...secret.versions.values()].map((version) => [version.id, stagesOf(secret, version)] as const)
  return {
    ARN: secret.arn,
    Name: secret.name,
    CreatedDate: secret.createdMs / 1000,
    LastChangedDate: secret.changedMs / 1000,
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    VersionIdsToStages: Object.fromEntries(versions.filter(([, stages]) => stages.length > 0)),
    ...(secret.deletionMs !== undefined && { DeletedDate: secret.deletionMs / 1000 }),
  }
}

/** The same facts as {@link describe}, under the name that they have in a listing (AWS API reference, SecretListEntry). */
function listEntry(secret: Secret): object {
  const { VersionIdsToStages: SecretVersionsToStages, ...rest } = describe(secret)
  return { ...rest, SecretVersionsToStages }
}

function create(call: SecretsManagerCall): object {
  const { input, vault, home, rules, principal, nowMs } = call
  const name = required(input.Name, 'name')
  rules.check(principal, 'secretsmanager:CreateSecret', name)
  const secret = vault.create(name, home, nowMs)
  for (const { Key, Value } of input.Tags ?? []) secret.tags.set(Key, Value)
  if (input.SecretString === undefined && input.SecretBinary === undefined) return { ARN: secret.arn, Name: secret.name }
  const version = addVersion(secret, contentOf(input), { ...tokenOf(input), nowMs })
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id }
}

function put(call: SecretsManagerCall): object {
  const { input, nowMs } = call
  const secret = permitted(call, 'PutSecretValue')
  const stages = input.VersionStages && { stages: input.VersionStages }
  const version = addVersion(secret, contentOf(input), { ...tokenOf(input), ...stages, nowMs })
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: stagesOf(secret, version) }
}

function remove(call: SecretsManagerCall): object {
  const { input, vault, nowMs } = call
  const secret = permitted(call, 'DeleteSecret')
  if (input.ForceDeleteWithoutRecovery && input.RecoveryWindowInDays !== undefined) {
    const why = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
    throw new ServiceFailure('InvalidParameterException', why)
  }
  secret.deletionMs = nowMs + (input.ForceDeleteWithoutRecovery ? 0 : (input.RecoveryWindowInDays ?? 30) * DAY_MS)
  if (input.ForceDeleteWithoutRecovery) vault.remove(secret)
  return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletionMs / 1000 }
}

function permitted(call: SecretsManagerCall, action: string): Secret {
  const id = required(call.input.SecretId, 'secretId')
  // Whoever may not, does not learn whether there is such a secret.
  call.rules.check(call.principal, `secretsmanager:${action}`, id)
  const secret = call.vault.find(id, call.home)
  permit(call, action, secret)
  return secret
}

function permit({ rules, principal }: SecretsManagerCall, action: string, secret: Secret): void {
  rules.check(principal, `secretsmanager:${action}`, secret.name)
}

function contentOf({ SecretString, SecretBinary }: SecretsManagerInput): { text?: string; binary?: Buffer } {
  if ((SecretString === undefined) === (SecretBinary === undefined)) {
    throw new ServiceFailure('InvalidParameterException', 'You must provide either SecretString or SecretBinary.')
  }
  if (SecretString === '' || SecretBinary === '') {
    const which = SecretString === '' ? 'secretString' : 'secretBinary'
    throw invalidLength(which, 'greater than or equal to 1')
  }
  return SecretString === undefined ? { binary: Buffer.from(SecretBinary ?? '', 'base64') } : { text: SecretString }
}

function tokenOf({ ClientRequestToken }: SecretsManagerInput): { id?: string } {
  if (ClientRequestToken === undefined)
    throw new ServiceFailure('InvalidRequestException', 'You must provide a ClientRequestToken value.')
  return { id: ClientRequestToken }
}

function required(value: string | undefined, member: string): string {
  if (value !== undefined) return value
  const why = `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`
  throw new ServiceFailure('ValidationException', why)
}

function checkedId(id: string): string {
  if (id.length < 1 || id.length > 2048) throw invalidLength('secretId', 'between 1 and 2048')
  return id
}

function checkLength(values: readonly unknown[], member: string, max: number): void {
  if (values.length < 1 || values.length > max) throw invalidLength(member, `less than or equal to ${max}`)
}

function invalidLength(member: string, constraint: string): ServiceFailure {
  const why = `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length ${constraint}`
  return new ServiceFailure('ValidationException', why)
}

function pageStart(token: string | undefined): number {
  if (token === undefined) return 0
  const start = Number(Buffer.from(token, 'base64').toString())
  if (!Number.isInteger(start)) throw new ServiceFailure('InvalidNextTokenException', 'The NextToken value is invalid.')
  return start
}

function nextPage(end: number, total: number): object {
  return end < total ? { NextToken: Buffer.from(String(end)).toString('base64') } : {}
}
