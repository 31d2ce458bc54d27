import {
  BatchGetSecretValueCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { SecretValue } from '../../model/secret-value.ts'
import type { DescribedSecret, SecretDirectoryApi, SecretSearchApi, SecretsManagerApi, StoredSecret } from './api.ts'
import { distinctCode, failing } from './aws-failure.ts'
import type { ClientSettings } from './client-settings.ts'

export function secretsManagerApi(settings: ClientSettings): SecretsManagerApi & SecretDirectoryApi & SecretSearchApi {
  const client = new SecretsManagerClient(settings)

  return {
    async batchGetSecretValue(ids, nextToken, abortSignal) {
      const command = new BatchGetSecretValueCommand({ SecretIdList: [...ids], ...(nextToken && { NextToken: nextToken }) })
      const answer = await failing(client.send(command, { abortSignal }))
      const failed = (answer.Errors ?? []).map(({ SecretId = '', ErrorCode = '', Message }) => ({
        id: SecretId,
        code: distinctCode(ErrorCode, Message),
      }))
      return { found: (answer.SecretValues ?? []).map(stored), failed, nextToken: answer.NextToken }
    },

    async getSecretValue({ id, versionId, stage }, abortSignal) {
      const version = {
        ...(versionId !== undefined && { VersionId: versionId }),
        ...(stage !== undefined && { VersionStage: stage }),
      }
      return stored(await failing(client.send(new GetSecretValueCommand({ SecretId: id, ...version }), { abortSignal })))
    },

    async describeTags(id, abortSignal) {
      const { Tags = [] } = await failing(client.send(new DescribeSecretCommand({ SecretId: id }), { abortSignal }))
      return new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))
    },

    async listSecrets(begin, nextToken, abortSignal) {
      const command = new ListSecretsCommand({
        MaxResults: 100,
        ...(begin !== '' && { Filters: [{ Key: 'name', Values: [begin] }] }),
        ...(nextToken !== undefined && { NextToken: nextToken }),
      })
      const { SecretList = [], NextToken } = await failing(client.send(command, { abortSignal }))
      return { secrets: SecretList.map((entry) => described(entry, entry.SecretVersionsToStages)), nextToken: NextToken }
    },

    async searchSecrets(filters, nextToken, abortSignal) {
      const command = new ListSecretsCommand({
        MaxResults: 100,
        ...(filters.length > 0 && { Filters: filters.map(({ key, value }) => ({ Key: key, Values: [value] })) }),
        ...(nextToken !== undefined && { NextToken: nextToken }),
      })
      const { SecretList = [], NextToken } = await failing(client.send(command, { abortSignal }))
      const found = SecretList.filter(({ DeletedDate }) => DeletedDate === undefined).map(({ Name = '', Tags = [] }) => ({
        name: Name,
        tags: new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      }))
      return { found, nextToken: NextToken }
    },

    async describeVersions(id, abortSignal) {
      const answer = await failing(client.send(new DescribeSecretCommand({ SecretId: id }), { abortSignal }))
      return described(answer, answer.VersionIdsToStages)
    },

    async findCredentials() {
      await failing(client.config.credentials())
    },
  }
}

interface SecretEntry {
  readonly ARN?: string | undefined
  readonly Name?: string | undefined
  readonly VersionId?: string | undefined
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
}

/** A secret holds text or bytes; if ever both, the bytes win (external-secrets.md 7.1). */
function stored({ ARN = '', Name = '', VersionId = '', SecretString, SecretBinary }: SecretEntry): StoredSecret {
  const text = SecretString === undefined ? undefined : SecretValue.fromText(SecretString)
  return { arn: ARN, name: Name, versionId: VersionId, value: SecretBinary ? new SecretValue(SecretBinary) : text }
}

interface DescribedEntry {
  readonly ARN?: string | undefined
  readonly Name?: string | undefined
  readonly CreatedDate?: Date | undefined
  readonly LastChangedDate?: Date | undefined
  readonly DeletedDate?: Date | undefined
}

function described(entry: DescribedEntry, stagesById: Readonly<Record<string, readonly string[]>> = {}): DescribedSecret {
  const { ARN = '', Name = '', CreatedDate, LastChangedDate = CreatedDate, DeletedDate } = entry
  const stages = Object.entries(stagesById).flatMap(([id, stages]) => stages.map((stage) => [stage, id] as const))
  return {
    arn: ARN,
    name: Name,
    stages: new Map(stages),
    changedAtMs: LastChangedDate?.getTime() ?? 0,
    isDeleted: DeletedDate !== undefined,
  }
}
