import { randomUUID } from 'node:crypto'
import { ServiceFailure } from './service-failure.ts'

/** Changes of a secret that are remembered for listings. */
const MOST_PAST = 20

export interface SecretVersion {
  readonly id: string
  readonly createdMs: number
  readonly text?: string
  readonly binary?: Buffer
}

export interface Secret {
  readonly arn: string
  readonly name: string
  readonly createdMs: number
  readonly versions: Map<string, SecretVersion>
  /** Stage -> version id; a stage is on one version at a time. */
  readonly stages: Map<string, string>
  readonly tags: Map<string, string>
  /** What it was before its last changes, oldest first. */
  readonly past: PastStages[]
  changedMs: number
  deletionMs: number | undefined
}

/** Which stages a secret had until a change. */
interface PastStages {
  readonly untilMs: number
  readonly stages: Map<string, string>
  readonly changedMs: number
}

/** Where a call looks: its caller's account, in the region that it signed for. */
export interface Home {
  readonly account: string
  readonly region: string
}

/** The secrets of all accounts and regions, with the versions and stages of Secrets Manager. */
export class SecretVault {
  readonly #secrets = new Map<string, Secret>()

  all(home: Home): Secret[] {
    return [...this.#secrets.values()].filter(({ arn }) => arn.startsWith(arnPrefix(home)))
  }

  /** By name, ARN, or ARN without its random end, as the API takes them. Throws ResourceNotFoundException. */
  find(id: string, home: Home): Secret {
    const found = id.startsWith('arn:') ? this.#byArn(id) : this.#secrets.get(arnPrefix(home) + id)
    if (!found) throw new ServiceFailure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    return found
  }

  create(name: string, home: Home, nowMs: number): Secret {
    if (!/^[\w/+=.@!-]{1,512}$/.test(name)) {
      const allowed = 'Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!'
      throw new ServiceFailure('ValidationException', `Invalid name. ${allowed}`)
    }
    const id = arnPrefix(home) + name
    const existing = this.#secrets.get(id)
    if (existing?.deletionMs !== undefined) {
      const why = "You can't create this secret because a secret with this name is already scheduled for deletion."
      throw new ServiceFailure('InvalidRequestException', why)
    }
    if (existing)
      throw new ServiceFailure('ResourceExistsException', `The operation failed because the secret ${name} already exists.`)
    const secret = {
      arn: `${id}-${randomSuffix()}`,
      name,
      createdMs: nowMs,
      changedMs: nowMs,
      versions: new Map<string, SecretVersion>(),
      stages: new Map<string, string>(),
      tags: new Map<string, string>(),
      past: [],
      deletionMs: undefined,
    }
    this.#secrets.set(id, secret)
    return secret
  }

  remove(secret: Secret): void {
    for (const [id, candidate] of this.#secrets) if (candidate === secret) this.#secrets.delete(id)
  }

  #byArn(arn: string): Secret | undefined {
    return [...this.#secrets.values()].find((secret) => secret.arn === arn || withoutSuffix(secret.arn) === arn)
  }
}

/** Adds a version. Without `stages` it becomes AWSCURRENT and the one before AWSPREVIOUS. */
export function addVersion(
  secret: Secret,
  content: Pick<SecretVersion, 'text' | 'binary'>,
  options: { readonly id?: string; readonly stages?: readonly string[]; readonly nowMs: number },
): SecretVersion {
  const id = options.id ?? randomUUID()
  const existing = secret.versions.get(id)
  if (existing && (existing.text !== content.text || existing.binary?.toString() !== content.binary?.toString())) {
    const why = "You can't use ClientRequestToken because that value is already in use for a version of this secret."
    throw new ServiceFailure('ResourceExistsException', why)
  }
  const version = existing ?? { id, createdMs: options.nowMs, ...content }
  secret.versions.set(id, version)
  secret.past.push({ untilMs: options.nowMs, stages: new Map(secret.stages), changedMs: secret.changedMs })
  if (secret.past.length > MOST_PAST) secret.past.shift()
  secret.changedMs = options.nowMs
  const current = secret.stages.get('AWSCURRENT')
  for (const stage of options.stages ?? ['AWSCURRENT']) {
    if (stage === 'AWSCURRENT' && current !== undefined && current !== id) secret.stages.set('AWSPREVIOUS', current)
    secret.stages.set(stage, id)
  }
  return version
}

/** As a listing shows it that is behind: what it was at that time; undefined when it was not there yet. */
export function asOf(secret: Secret, atMs: number): Secret | undefined {
  if (secret.createdMs > atMs) return undefined
  const then = secret.past.find(({ untilMs }) => untilMs > atMs)
  return then ? { ...secret, stages: then.stages, changedMs: then.changedMs } : secret
}

/** By version id, stage, or AWSCURRENT. Throws what the API throws. */
export function versionOf(
  secret: Secret,
  wanted: { readonly id?: string | undefined; readonly stage?: string | undefined },
): SecretVersion {
  if (secret.deletionMs !== undefined) {
    const why = "You can't perform this operation on the secret because it was marked for deletion."
    throw new ServiceFailure('InvalidRequestException', why)
  }
  const stage = wanted.stage ?? (wanted.id === undefined ? 'AWSCURRENT' : undefined)
  const id = wanted.id ?? secret.stages.get(stage ?? '')
  const version = id === undefined ? undefined : secret.versions.get(id)
  if (wanted.id !== undefined && stage !== undefined && version && secret.stages.get(stage) !== version.id) {
    throw new ServiceFailure(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  }
  if (!version) {
    const what = wanted.id === undefined ? `staging label: ${stage}` : `VersionId: ${wanted.id}`
    throw new ServiceFailure('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`)
  }
  return version
}

export function stagesOf(secret: Secret, version: SecretVersion): string[] {
  return [...secret.stages].filter(([, id]) => id === version.id).map(([stage]) => stage)
}

function arnPrefix({ account, region }: Home): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:`
}

function withoutSuffix(arn: string): string {
  return arn.replace(/-[A-Za-z0-9]{6}$/, '')
}

function randomSuffix(): string {
  return randomUUID().replaceAll('-', '').slice(0, 6)
}
