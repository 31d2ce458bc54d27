/** What an event says: secrets of these names, at this provider, may have changed. */
export interface RotatedNames {
  /** `spec.provider.<id>` */
  readonly provider: 'aws' | 'azurekv' | 'gcpsm'
  /** Each spelling by which an ExternalSecret may name them. */
  readonly names: ReadonlySet<string>
  /** When it happened, as the event says; milliseconds since the epoch. */
  readonly atMs?: number | undefined
}

/**
 * Events of EventBridge: Secrets Manager's and Parameter Store's own, and API calls by way of CloudTrail (EventBridge, events of AWS services).
 * `undefined` for what names no secret.
 */
export function awsNames(event: unknown): RotatedNames | undefined {
  const source = textAt(event, 'source')
  if (source !== 'aws.secretsmanager' && source !== 'aws.ssm') return undefined
  const given = [
    textAt(event, 'detail', 'name'),
    textAt(event, 'detail', 'secretId'),
    textAt(event, 'detail', 'requestParameters', 'secretId'),
    textAt(event, 'detail', 'requestParameters', 'name'),
    textAt(event, 'detail', 'additionalEventData', 'SecretId'),
    textAt(event, 'detail', 'responseElements', 'name'),
    textAt(event, 'detail', 'responseElements', 'arn'),
    textAt(event, 'detail', 'responseElements', 'aRN'),
    ...listAt(event, 'resources'),
  ]
  return rotated('aws', given.flatMap(awsSpellings), textAt(event, 'time'))
}

/** Events of Key Vault by Event Grid (Azure, Key Vault as an Event Grid source). */
export function azureNames(event: unknown): RotatedNames | undefined {
  const type = textAt(event, 'eventType') ?? textAt(event, 'type') ?? ''
  if (!type.startsWith('Microsoft.KeyVault.')) return undefined
  const name = textAt(event, 'data', 'ObjectName')
  // A key may say what kind of object it means (external-secrets.md 7.2).
  const names = name === undefined ? [] : [name, `secret/${name}`, `key/${name}`, `cert/${name}`]
  return rotated('azurekv', names, textAt(event, 'eventTime') ?? textAt(event, 'time'))
}

/** A push of Pub/Sub with an event of Secret Manager (Google, event notifications). */
export function googleNames(push: unknown): RotatedNames | undefined {
  const secret = textAt(push, 'message', 'attributes', 'secretId')
  if (secret === undefined || textAt(push, 'message', 'attributes', 'eventType') === undefined) return undefined
  return rotated('gcpsm', [secret, secret.split('/').at(-1)], textAt(push, 'message', 'publishTime'))
}

/**
 * `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-aB3dE6`, which is taken without its last seven characters as well (Secrets Manager,
 * GetSecretValue), `arn:aws:ssm:REGION:ACCOUNT:parameter/NAME`, or a name.
 */
function awsSpellings(text: string | undefined): readonly (string | undefined)[] {
  if (text === undefined) return []
  const secret = /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:(.+)$/.exec(text)?.[1]
  if (secret !== undefined) return [text, secret, withoutSuffix(text), withoutSuffix(secret)]
  const parameter = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(text)?.[1] ?? text
  return [text, parameter, parameter.replace(/^\//, '')]
}

/** Secrets Manager ends each ARN with a hyphen and six characters of its own. */
function withoutSuffix(text: string): string {
  return text.replace(/-[A-Za-z0-9]{6}$/, '')
}

/** Longer than every name of theirs. */
const LONGEST_NAME = 2_048
/** More than any event of theirs names. */
const MOST_NAMES = 100

function rotated(
  provider: RotatedNames['provider'],
  names: readonly (string | undefined)[],
  time: string | undefined,
): RotatedNames | undefined {
  const given = names.filter((name): name is string => name !== undefined && name !== '' && name.length <= LONGEST_NAME)
  const atMs = Date.parse(time ?? '')
  if (given.length === 0) return undefined
  return { provider, names: new Set(given.slice(0, MOST_NAMES)), ...(atMs > 0 && { atMs }) }
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce(fieldOf, value)
  return typeof found === 'string' && found !== '' ? found : undefined
}

function listAt(value: unknown, field: string): readonly string[] {
  const found = fieldOf(value, field)
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : []
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined
}
