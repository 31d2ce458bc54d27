import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AddTagsToResourceCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { type ListingSubject, secretListerContract } from '../../contract/secret-lister.contract.ts'
import { type Subject, type SubjectLimits, secretReaderContract } from '../../contract/secret-reader.contract.ts'
import { openAws } from '../../unit/providers/aws/open-aws.ts'
import { type Moto, startMoto } from '../servers/moto.ts'

const CLIENT = { region: 'us-east-1', credentials: { accessKeyId: 'writer', secretAccessKey: 'writer' } }

/** Writes a new version; gives its name as a store's `version`. */
type Put = (key: string, bytes: Uint8Array) => Promise<string>

function start(service: string, writer: (url: string) => Put): () => Promise<Subject> {
  return async () => {
    const moto: Moto = await startMoto()
    return {
      put: writer(moto.url),
      open: ({ callTimeoutMs = 5_000 } = {}) => openAws(moto.url, { service }, { callTimeoutMs }),
      reset: () => {},
      close: () => moto.stop(),
    }
  }
}

function secretsManager(endpoint: string): Put {
  const client = new SecretsManagerClient({ ...CLIENT, endpoint })
  return async (key, bytes) => {
    const content = isText(bytes) ? { SecretString: new TextDecoder().decode(bytes) } : { SecretBinary: bytes }
    const { VersionId } = await client.send(new CreateSecretCommand({ Name: key, ...content })).catch((thrown: unknown) => {
      if (!(thrown instanceof ResourceExistsException)) throw thrown
      return client.send(new PutSecretValueCommand({ SecretId: key, ...content }))
    })
    return `uuid/${VersionId}`
  }
}

function parameterStore(endpoint: string): Put {
  const client = new SSMClient({ ...CLIENT, endpoint })
  return async (key, bytes) => {
    const parameter = { Name: key, Value: new TextDecoder().decode(bytes), Type: 'SecureString', Overwrite: true } as const
    return String((await client.send(new PutParameterCommand(parameter))).Version)
  }
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Moto takes every key and signature: that wrong ones are refused is the emulator's part. */
const credentials = false

const secretsLimits: SubjectLimits = { batchSize: 20, binary: true, empty: false, wrongVersion: 'NotFound', credentials }
const parameterLimits: SubjectLimits = { batchSize: 10, binary: false, empty: false, wrongVersion: 'InvalidSpec', credentials }

secretReaderContract('aws SecretsManager on moto', start('SecretsManager', secretsManager), secretsLimits)
secretReaderContract('aws ParameterStore on moto', start('ParameterStore', parameterStore), parameterLimits)

type PutTagged = ListingSubject['put']

const startListing = (spec: object, writer: (url: string) => PutTagged) => async (): Promise<ListingSubject> => {
  const moto = await startMoto()
  return { put: writer(moto.url), open: () => openAws(moto.url, spec), close: () => moto.stop() }
}

const secretWriter = (endpoint: string): PutTagged => {
  const client = new SecretsManagerClient({ ...CLIENT, endpoint })
  return async (Name, tags = {}) => {
    await client.send(new CreateSecretCommand({ Name, SecretString: 'value', Tags: tagList(tags) }))
  }
}

const parameterWriter = (endpoint: string): PutTagged => {
  const client = new SSMClient({ ...CLIENT, endpoint })
  return async (Name, tags = {}) => {
    await client.send(new PutParameterCommand({ Name, Value: 'value', Type: 'SecureString' }))
    await client.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: Name, Tags: tagList(tags) }))
  }
}

function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

secretListerContract('aws SecretsManager on moto', startListing({ prefix: 'app/' }, secretWriter), { tags: true, folder: 'app/' })
secretListerContract(
  'aws ParameterStore on moto',
  startListing({ service: 'ParameterStore', prefix: '/app/' }, parameterWriter),
  { tags: true, emptyTags: 'refused', folder: '/app/' },
)
