import { type AwsEmulator, startAwsEmulator } from '../support/emulators/aws/aws-emulator.ts'
import { openAws } from '../unit/providers/aws/open-aws.ts'
import { secretListerContract } from './secret-lister.contract.ts'
import { type Subject, type SubjectLimits, secretReaderContract, secretReaderFaults } from './secret-reader.contract.ts'

const REFUSED = { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN', AWS_SECRET_ACCESS_KEY: 'unknown' }

type Put = (emulator: AwsEmulator, key: string, bytes: Uint8Array) => string

async function start(service: string, put: Put): Promise<Subject> {
  const emulator = await startAwsEmulator()
  return {
    put: async (key, bytes) => put(emulator, key, bytes),
    open: ({ refused, callTimeoutMs = 60_000 } = {}) =>
      openAws(emulator.url, { service }, { callTimeoutMs, ...(refused && { environment: REFUSED }) }),
    calls: () => emulator.control.calls,
    inject: (fault, times) => emulator.control.inject(fault, times),
    reset: () => emulator.control.reset(),
    close: () => emulator.close(),
  }
}

function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return bytes
  }
}

const secretsManager = (): Promise<Subject> =>
  start('SecretsManager', (emulator, key, bytes) => `uuid/${emulator.putSecret(key, textOrBytes(bytes)).versionId}`)

const parameterStore = (): Promise<Subject> =>
  start('ParameterStore', (emulator, key, bytes) =>
    String(emulator.putParameter(key, new TextDecoder().decode(bytes), { type: 'SecureString' }).version),
  )

/** Neither service stores a value without a byte. */
const secretsLimits: SubjectLimits = { batchSize: 20, binary: true, empty: false, wrongVersion: 'NotFound', refusedLook: 'ready' }
/** A version that is missing is no missing parameter (external-secrets.md 7.1). */
const parameterLimits: SubjectLimits = {
  batchSize: 10,
  binary: false,
  empty: false,
  wrongVersion: 'InvalidSpec',
  refusedLook: 'ready',
}

secretReaderContract('aws SecretsManager, emulator', secretsManager, secretsLimits)
secretReaderFaults('aws SecretsManager, emulator', secretsManager, secretsLimits)
secretReaderContract('aws ParameterStore, emulator', parameterStore, parameterLimits)
secretReaderFaults('aws ParameterStore, emulator', parameterStore, parameterLimits)

type PutTagged = (emulator: AwsEmulator, name: string, tags?: Readonly<Record<string, string>>) => void

const startListing = (spec: object, put: PutTagged) => async () => {
  const emulator = await startAwsEmulator()
  let seen = 0
  return {
    put: (name: string, tags?: Readonly<Record<string, string>>) => put(emulator, name, tags),
    open: () => openAws(emulator.url, spec),
    callsSince() {
      const calls = emulator.control.calls - seen
      seen = emulator.control.calls
      return calls
    },
    close: () => emulator.close(),
  }
}

const secretListing = startListing({ prefix: 'app/' }, (emulator, name, tags) => {
  emulator.putSecret(name, 'value', { ...(tags && { tags }) })
})

const parameterListing = startListing({ service: 'ParameterStore', prefix: '/app/' }, (emulator, name, tags) => {
  emulator.putParameter(name, 'value', { type: 'SecureString', ...(tags && { tags }) })
})

/** MaxResults (AWS API reference, ListSecrets, DescribeParameters). */
const pagesOf =
  (size: number) =>
  (secrets: number): number =>
    Math.ceil(secrets / size)

secretListerContract('aws SecretsManager, emulator', secretListing, { tags: true, folder: 'app/', pagesOf: pagesOf(100) })
secretListerContract('aws ParameterStore, emulator', parameterListing, {
  tags: true,
  emptyTags: 'refused',
  folder: '/app/',
  pagesOf: pagesOf(50),
})
