import type { Parameter } from './parameter-shelf.ts'
import { ServiceFailure } from './service-failure.ts'

/** A ParameterStringFilter. */
export interface ParameterFilter {
  readonly Key: string
  readonly Option?: string
  readonly Values?: readonly string[]
}

/** The patterns and lengths of ParameterStringFilter, as the service's model has them (botocore, ssm 2014-11-06). */
const KEY = /^(tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType)$/s
const LONGEST_KEY = 132
const MOST_VALUES = 50
const LONGEST_VALUE = 1024

const PATH = /^(\/[\w.-]+)*\/?$/
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  Path: ['Recursive', 'OneLevel'],
  Name: ['Equals', 'BeginsWith', 'Contains'],
}

/** What DescribeParameters leaves: all filters are to be met, the values of one are alternatives. Throws what the service throws of wrong ones. */
export function parameterFilter(filters: readonly ParameterFilter[]): (parameter: Parameter) => boolean {
  filters.forEach(check)
  const keys = filters.map(({ Key }) => Key)
  if (new Set(keys).size < keys.length) {
    const why =
      'The following filter is duplicated in the request. A request can contain only one occurrence of a specific filter.'
    throw new ServiceFailure('InvalidFilterKey', why)
  }
  return (parameter) => filters.every((filter) => meets(parameter, filter))
}

function check({ Key, Option, Values }: ParameterFilter): void {
  const lengths = Values?.map(({ length }) => length) ?? []
  const isWithinModel =
    KEY.test(Key) &&
    Key.length <= LONGEST_KEY &&
    (Values === undefined || (Values.length >= 1 && Values.length <= MOST_VALUES)) &&
    lengths.every((length) => length >= 1 && length <= LONGEST_VALUE)
  if (!isWithinModel) throw new ServiceFailure('ValidationException', '1 validation error detected at parameterFilters')
  if (Key === 'Label') throw new ServiceFailure('InvalidFilterKey', 'The following filter key is not valid: Label.')
  const options = OPTIONS[Key] ?? ['Equals', 'BeginsWith']
  if (Option !== undefined && !options.includes(Option)) {
    throw new ServiceFailure('InvalidFilterOption', `Valid options include: [${options.join(', ')}].`)
  }
  if (!Key.startsWith('tag:') && Values === undefined) throw new ServiceFailure('InvalidFilterValue', 'The values are missing.')
  if (Key === 'Path' && Values?.some((value) => !PATH.test(value))) {
    throw new ServiceFailure('ValidationException', 'The parameter name must begin with a forward slash "/".')
  }
}

function meets(parameter: Parameter, { Key, Option, Values = [] }: ParameterFilter): boolean {
  if (Key === 'Path') return Values.some((path) => isBelow(parameter.name, path.replace(/\/$/, ''), Option === 'Recursive'))
  if (Key.startsWith('tag:') && Values.length === 0) return parameter.tags.has(Key.slice(4))
  const word = wordOf(parameter, Key)
  if (word === undefined) return false
  return Values.some((value) => {
    if (Option === 'BeginsWith') return word.startsWith(value)
    return Option === 'Contains' ? word.includes(value) : word === value
  })
}

function wordOf({ name, versions, tags }: Parameter, key: string): string | undefined {
  if (key.startsWith('tag:')) return tags.get(key.slice(4))
  if (key === 'Name') return name
  if (key === 'Type') return versions.at(-1)?.type
  return { Tier: 'Standard', DataType: 'text' }[key]
}

/** A name without a slash is at the root. */
function isBelow(name: string, level: string, deep: boolean): boolean {
  const whole = name.startsWith('/') ? name : `/${name}`
  return whole.startsWith(`${level}/`) && (deep || !whole.slice(level.length + 1).includes('/'))
}
