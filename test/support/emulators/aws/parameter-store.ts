import type { AccessRules } from './access-rules.ts'
import type { Principal } from './key-ring.ts'
import { type ParameterFilter, parameterFilter } from './parameter-filters.ts'
import type { Parameter, ParameterShelf, ParameterType, SelectedParameter } from './parameter-shelf.ts'
import type { Home } from './secret-vault.ts'
import { ServiceFailure } from './service-failure.ts'

export interface ParameterStoreCall {
  readonly input: ParameterStoreInput
  readonly home: Home
  readonly principal: Principal
  readonly shelf: ParameterShelf
  readonly rules: AccessRules
  readonly nowMs: number
}

/** The members of all requests together; which of them a request has is its operation's business. */
export interface ParameterStoreInput {
  readonly Name?: string
  readonly Names?: readonly string[]
  readonly WithDecryption?: boolean
  readonly Value?: string
  readonly Type?: ParameterType
  readonly Overwrite?: boolean
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
  readonly ResourceType?: string
  readonly ResourceId?: string
  readonly ParameterVersion?: number
  readonly Labels?: readonly string[]
  readonly ParameterFilters?: readonly ParameterFilter[]
  readonly MaxResults?: number
  readonly NextToken?: string
}

/** Names (AWS API reference, GetParameters). */
const BATCH_LIMIT = 10

export const parameterStoreOperations: Readonly<Record<string, (call: ParameterStoreCall) => object>> = {
  GetParameter(call) {
    const name = call.input.Name ?? ''
    permit(call, 'GetParameter', [name])
    return { Parameter: shown(call, call.shelf.select(checkedName(name), call.home)) }
  },
  GetParameters: getParameters,
  DescribeParameters: describeParameters,
  PutParameter: put,
  ListTagsForResource(call) {
    const { tags } = tagged(call, 'ListTagsForResource')
    return { TagList: [...tags].map(([Key, Value]) => ({ Key, Value })) }
  },
  AddTagsToResource(call) {
    const { tags } = tagged(call, 'AddTagsToResource')
    for (const { Key, Value } of call.input.Tags ?? []) tags.set(Key, Value)
    return {}
  },
  LabelParameterVersion({ input: { Name = '', ParameterVersion, Labels = [] }, shelf, home }) {
    const wanted = ParameterVersion === undefined ? Name : `${Name}:${ParameterVersion}`
    const { parameter, version } = shelf.select(wanted, home)
    for (const label of Labels) {
      for (const other of parameter.versions) other.labels.delete(label)
      version.labels.add(label)
    }
    return { InvalidLabels: [], ParameterVersion: version.version }
  },
  DeleteParameter(call) {
    permit(call, 'DeleteParameter', [call.input.Name ?? ''])
    call.shelf.remove(call.shelf.select(call.input.Name ?? '', call.home).parameter)
    return {}
  },
}

/** One name that may not be read, or cannot be decrypted, fails the whole call; one that is not there is listed. */
function getParameters(call: ParameterStoreCall): object {
  const names = call.input.Names ?? []
  if (names.length < 1 || names.length > BATCH_LIMIT) {
    const constraint = `Member must have length less than or equal to ${BATCH_LIMIT}`
    const why = `1 validation error detected: Value at 'names' failed to satisfy constraint: ${constraint}`
    throw new ServiceFailure('ValidationException', why)
  }
  if (new Set(names).size !== names.length)
    throw new ServiceFailure('ValidationException', 'Duplicate parameter names are not allowed.')
  names.forEach(checkedName)
  permit(call, 'GetParameters', names)
  const found: object[] = []
  const invalid: string[] = []
  for (const name of names) {
    try {
      found.push(shown(call, call.shelf.select(name, call.home)))
    } catch (thrown) {
      if (!(thrown instanceof ServiceFailure) || !thrown.code.startsWith('Parameter')) throw thrown
      invalid.push(name)
    }
  }
  return { Parameters: found, InvalidParameters: invalid }
}

/** Results of a page (AWS API reference, DescribeParameters). */
const DESCRIBE_LIMIT = 50

/** Needs the action on everything: it cannot be granted for single parameters (Service Authorization Reference, Systems Manager). */
function describeParameters({ input, shelf, home, rules, principal }: ParameterStoreCall): object {
  rules.check(principal, 'ssm:DescribeParameters', '*')
  const { ParameterFilters = [], MaxResults = DESCRIBE_LIMIT, NextToken = '0' } = input
  if (MaxResults < 1 || MaxResults > DESCRIBE_LIMIT)
    throw new ServiceFailure('ValidationException', '1 validation error detected at maxResults')
  const meets = parameterFilter(ParameterFilters)
  const all = shelf.all(home).filter(meets)
  const start = Number(NextToken)
  const end = start + MaxResults
  return {
    Parameters: all.slice(start, end).flatMap(({ name, arn, versions }) => {
      const latest = versions.at(-1)
      if (!latest) return []
      const { type, version, modifiedMs } = latest
      return [
        {
          Name: name,
          ARN: arn,
          Type: type,
          Version: version,
          LastModifiedDate: modifiedMs / 1000,
          Tier: 'Standard',
          DataType: 'text',
        },
      ]
    }),
    ...(end < all.length && { NextToken: String(end) }),
  }
}

function shown({ input, rules, principal }: ParameterStoreCall, { parameter, version, selector }: SelectedParameter): object {
  const secure = version.type === 'SecureString'
  if (secure && input.WithDecryption && rules.denies('kms:Decrypt', parameter.name)) {
    const why =
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'
    throw new ServiceFailure('AccessDeniedException', `User: ${principal.arn}: ${why}`)
  }
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: version.type,
    Value: secure && !input.WithDecryption ? ciphertext(version.value) : version.value,
    Version: version.version,
    ...(selector && { Selector: selector }),
    LastModifiedDate: version.modifiedMs / 1000,
    DataType: 'text',
  }
}

/** Nothing that could be taken for the value. */
function ciphertext(value: string): string {
  return `AQICAHh${Buffer.alloc(60 + value.length, 1).toString('base64')}`
}

function put(call: ParameterStoreCall): object {
  const { input, shelf, home, nowMs } = call
  const name = checkedName(input.Name ?? '')
  permit(call, 'PutParameter', [name])
  if (!input.Value) {
    const why =
      "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1"
    throw new ServiceFailure('ValidationException', why)
  }
  const existing = shelf.find(name, home)
  if (existing && !input.Overwrite) {
    throw new ServiceFailure(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    )
  }
  const type = input.Type ?? existing?.versions.at(-1)?.type
  if (!type) throw new ServiceFailure('ValidationException', 'A parameter type is required when you create a parameter.')
  const { version } = shelf.put(name, home, { type, value: input.Value, modifiedMs: nowMs })
  for (const { Key, Value } of input.Tags ?? []) shelf.find(name, home)?.tags.set(Key, Value)
  return { Version: version, Tier: 'Standard' }
}

function tagged(call: ParameterStoreCall, action: string): Parameter {
  const { input, shelf, home } = call
  const name = input.ResourceId ?? ''
  permit(call, action, [name])
  const parameter = input.ResourceType === 'Parameter' ? shelf.find(name, home) : undefined
  if (!parameter) throw new ServiceFailure('InvalidResourceId', '')
  return parameter
}

function permit({ rules, principal }: ParameterStoreCall, action: string, names: readonly string[]): void {
  for (const name of names) rules.check(principal, `ssm:${action}`, withoutSelector(name))
}

/** Rules name the parameter itself, not one of its versions. */
function withoutSelector(name: string): string {
  return name.replace(/:[\w.-]+$/, '')
}

function checkedName(name: string): string {
  if (/^(arn:[\w:/.-]+|[\w./-]+)(:[\w.-]+)?$/.test(name)) return name
  const why = 'Parameter name: can\'t be prefixed with "aws" or "ssm" and can only include the following symbols: a-zA-Z0-9_.-'
  throw new ServiceFailure('ValidationException', why)
}
