import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { SecretValue } from '../../model/secret-value.ts'
import type { ParameterDirectoryApi, ParameterSearchApi, ParameterStoreApi, StoredParameter } from './api.ts'
import { failing } from './aws-failure.ts'
import type { ClientSettings } from './client-settings.ts'

export function parameterStoreApi(settings: ClientSettings): ParameterStoreApi & ParameterDirectoryApi & ParameterSearchApi {
  const client = new SSMClient(settings)

  return {
    async getParameters(names, abortSignal) {
      const command = new GetParametersCommand({ Names: [...names], WithDecryption: true })
      const { Parameters = [], InvalidParameters = [] } = await failing(client.send(command, { abortSignal }))
      return { found: Parameters.map(stored), invalid: InvalidParameters }
    },

    async getParameter(name, abortSignal) {
      const command = new GetParameterCommand({ Name: name, WithDecryption: true })
      const { Parameter = {} } = await failing(client.send(command, { abortSignal }))
      return stored(Parameter)
    },

    async listTags(name, abortSignal) {
      const command = new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name })
      const { TagList = [] } = await failing(client.send(command, { abortSignal }))
      return new Map(TagList.map(({ Key = '', Value = '' }) => [Key, Value]))
    },

    async describeParameters(names, nextToken, abortSignal) {
      const command = new DescribeParametersCommand({
        ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [...names] }],
        MaxResults: 50,
        ...(nextToken !== undefined && { NextToken: nextToken }),
      })
      const { Parameters = [], NextToken } = await failing(client.send(command, { abortSignal }))
      const found = Parameters.map((entry) => {
        const { Name = '', LastModifiedDate } = entry
        return { name: Name, version: versionName(entry), changedAtMs: LastModifiedDate?.getTime() }
      })
      return { found, nextToken: NextToken }
    },

    async searchParameters(filters, nextToken, abortSignal) {
      const command = new DescribeParametersCommand({
        ParameterFilters: filters.map(({ key, option, value }) => ({ Key: key, Option: option, Values: [value] })),
        MaxResults: 50,
        ...(nextToken !== undefined && { NextToken: nextToken }),
      })
      const { Parameters = [], NextToken } = await failing(client.send(command, { abortSignal }))
      return { names: Parameters.flatMap(({ Name }) => Name ?? []), nextToken: NextToken }
    },

    async findCredentials() {
      await failing(client.config.credentials())
    },
  }
}

interface ParameterEntry {
  readonly ARN?: string | undefined
  readonly Name?: string | undefined
  readonly Selector?: string | undefined
  readonly Value?: string | undefined
  readonly Version?: number | undefined
  readonly LastModifiedDate?: Date | undefined
}

function stored(entry: ParameterEntry): StoredParameter {
  const { ARN = '', Name = '', Selector = '', Value = '' } = entry
  return { arn: ARN, name: Name, selector: Selector, value: SecretValue.fromText(Value), version: versionName(entry) }
}

/** A parameter that is deleted and made anew starts again at version 1: the date tells the two apart. */
function versionName({ Version, LastModifiedDate }: Pick<ParameterEntry, 'Version' | 'LastModifiedDate'>): string {
  return [Version ?? '', LastModifiedDate?.toISOString() ?? ''].join('@')
}
