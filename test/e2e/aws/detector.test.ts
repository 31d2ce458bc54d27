import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { changeDetectorContract, type DetectionSubject } from '../../contract/change-detector.contract.ts'
import { detectAws, openAws } from '../../unit/providers/aws/open-aws.ts'
import { startMoto } from '../servers/moto.ts'

const CLIENT = { region: 'us-east-1', credentials: { accessKeyId: 'writer', secretAccessKey: 'writer' } }

type Writer = Pick<DetectionSubject, 'put' | 'remove'>

function start(service: string, writer: (url: string) => Writer): () => Promise<DetectionSubject> {
  return async () => {
    const moto = await startMoto()
    return {
      ...writer(moto.url),
      detect: () => detectAws(moto.url, { service }),
      open: () => openAws(moto.url, { service }),
      reset: () => undefined,
      close: () => moto.stop(),
    }
  }
}

function secretsManager(endpoint: string): Writer {
  const client = new SecretsManagerClient({ ...CLIENT, endpoint })
  return {
    put: (key, SecretString) =>
      client.send(new CreateSecretCommand({ Name: key, SecretString })).catch((thrown: unknown) => {
        if (!(thrown instanceof ResourceExistsException)) throw thrown
        return client.send(new PutSecretValueCommand({ SecretId: key, SecretString }))
      }),
    remove: (key) => client.send(new DeleteSecretCommand({ SecretId: key })),
  }
}

function parameterStore(endpoint: string): Writer {
  const client = new SSMClient({ ...CLIENT, endpoint })
  return {
    put: (Name, Value) => client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true })),
    remove: (Name) => client.send(new DeleteParameterCommand({ Name })),
  }
}

/** Moto takes every key and allows everything: refusals, and what calls cost, are the emulator's part. */
const limits = { callsFor1000: Number.POSITIVE_INFINITY, rights: false } as const

changeDetectorContract('aws SecretsManager on moto', start('SecretsManager', secretsManager), limits)
changeDetectorContract('aws ParameterStore on moto', start('ParameterStore', parameterStore), limits)
