import { gjsonEscapeDots, gjsonGetBytes } from '../../json/gjson.ts'
import { jsonToSecretMap } from '../../json/secret-map.ts'
import { NOT_IMPLEMENTED } from '../../model/not-implemented.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import { createCallRunner } from '../call-runner.ts'
import type { ChangeDetector } from '../change-detector.ts'
import { opaqueVersion } from '../opaque-version.ts'
import type { OpenContext, PropertyRef, Provider } from '../provider.ts'
import { Refusals } from '../refusals.ts'
import type { SecretSearch } from '../secret-lister.ts'
import type { FetchedSecret, SecretReader, Validation } from '../secret-reader.ts'
import { callLimits } from './call-limits.ts'
import type { ClientSettings } from './client-settings.ts'
import { awsConfig } from './config.ts'
import type { AwsConfig } from './config-schema.ts'
import { type Connection, connectAws } from './connection.ts'
import { parameterStoreDetector } from './detect-parameter-store.ts'
import { secretsManagerDetector } from './detect-secrets-manager.ts'
import { checkParameterSearch, parametersFinder } from './find-parameters.ts'
import { noCriteria, secretsFinder } from './find-secrets.ts'
import type { Identity } from './identity.ts'
import { parameterStoreReader } from './parameter-store.ts'
import { secretsManagerReader } from './secrets-manager.ts'
import { type ServiceCalls, serviceCalls } from './service-calls.ts'
import { awsTenancy } from './tenancy.ts'

/** AWS Secrets Manager and SSM Parameter Store (external-secrets.md 7.1). */
export const aws: Provider<AwsConfig> = {
  id: 'aws',
  config: awsConfig,
  open,
  detect,
  select,
  extract,
  checkSearch,
  tenancy: awsTenancy,
}

async function open(config: AwsConfig, context: OpenContext): Promise<SecretReader> {
  const { settings, identity, close } = connect(config, context)
  return { ...(await openReader(config, context, settings, identity)), close }
}

async function detect(config: AwsConfig, context: OpenContext): Promise<ChangeDetector> {
  const { settings, identity, close } = connect(config, context)
  return { ...(await openDetector(config, context, settings, identity)), close }
}

function connect(config: AwsConfig, context: OpenContext): Connection {
  const { service } = config
  if (service === 'CertificateManager') {
    throw new SecretError('InvalidSpec', `AWS CertificateManager ${NOT_IMPLEMENTED}`, {
      place: { field: 'spec.provider.aws.service' },
      remedy: 'read the certificate from Secrets Manager or Parameter Store',
    })
  }
  return connectAws(service, config, context)
}

async function openReader(
  { service, prefix = '' }: AwsConfig,
  context: OpenContext,
  settings: ClientSettings,
  identity: Identity | undefined,
): Promise<Omit<SecretReader, 'close'>> {
  const runner = createCallRunner(callLimits(context, service), context.clock, context.random)
  const tagKey = context.random.bytes(32)
  const options = { prefix, nameBytes: (bytes: Uint8Array) => opaqueVersion(tagKey, bytes) }
  if (service === 'ParameterStore') {
    const api = (await import('./sdk-parameter-store.ts')).parameterStoreApi(settings)
    const calls = serviceCalls(api, identity, runner)
    return { ...parameterStoreReader(api, calls, options), ...parametersFinder(api, calls, prefix), validate: byLogin(calls) }
  }
  const api = (await import('./sdk-secrets-manager.ts')).secretsManagerApi(settings)
  const calls = serviceCalls(api, identity, runner)
  return { ...secretsManagerReader(api, calls, options), ...secretsFinder(api, calls, prefix), validate: byLogin(calls) }
}

/** AWS tells of credentials whether they are good only when they sign a call; these are found, and roles are assumed. */
function byLogin({ login }: ServiceCalls): (signal: AbortSignal) => Promise<Validation> {
  return async (signal) => {
    await login(signal)
    return { result: 'ready' }
  }
}

function checkSearch({ service, prefix = '' }: AwsConfig, search: SecretSearch): void {
  if (service === 'ParameterStore') checkParameterSearch(prefix, search)
  else if (!search.matchesName && search.tags.size === 0) throw noCriteria()
}

async function openDetector(
  { service, prefix = '' }: AwsConfig,
  context: OpenContext,
  settings: ClientSettings,
  identity: Identity | undefined,
): Promise<Omit<ChangeDetector, 'close'>> {
  const runner = createCallRunner(callLimits(context, service), context.clock, context.random)
  const options = { prefix, refusals: new Refusals(context) }
  if (service === 'ParameterStore') {
    const api = (await import('./sdk-parameter-store.ts')).parameterStoreApi(settings)
    return parameterStoreDetector(api, serviceCalls(api, identity, runner), options)
  }
  const api = (await import('./sdk-secrets-manager.ts')).secretsManagerApi(settings)
  return secretsManagerDetector(api, serviceCalls(api, identity, runner), options)
}

/** The property as one name, dots and all, and only then as a path (external-secrets.md 3.5). */
function select({ value }: FetchedSecret, { key, property }: PropertyRef): SecretValue {
  if (!property) return value
  const json = value.reveal()
  const found = gjsonGetBytes(json, gjsonEscapeDots(property)) ?? gjsonGetBytes(json, property)
  if (found) return new SecretValue(found)
  throw new SecretError('NotFound', `no property ${quoteName(property)} in ${quoteName(key)}`, {
    remedy: 'correct remoteRef.property, or add it to the JSON that the secret holds',
  })
}

function extract(secret: FetchedSecret, ref: PropertyRef): ReadonlyMap<string, SecretValue> {
  return jsonToSecretMap(select(secret, ref).reveal())
}
