import { type Attempt, type ReadOptions, reads, storeOf, type Trial } from '../attempt.ts'
import { ACCOUNT, OTHER_ACCOUNT } from '../world.ts'

const KEYS = {
  secretRef: {
    accessKeyIDSecretRef: { name: 'aws', key: 'id' },
    secretAccessKeySecretRef: { name: 'aws', key: 'key' },
  },
}
const SECRETS = { service: 'SecretsManager', region: 'us-east-1', role: `arn:aws:iam::${ACCOUNT}:role/team-a`, auth: KEYS }
const PARAMETERS = { service: 'ParameterStore', region: 'us-east-1', auth: KEYS }

const readingSecrets: Trial = { manifests: [storeOf('aws', SECRETS), reads('team-a/db')] }
const readingParameters: Trial = { manifests: [storeOf('aws', PARAMETERS), reads('/team-a/db')] }

function store(name: string, change: object, key = 'team-a/db'): Attempt {
  return {
    name: `aws: ${name}`,
    trick: () => ({ manifests: [storeOf('aws', { ...SECRETS, ...change }), reads(key)] }),
    twin: () => readingSecrets,
    outcome: 'refused',
  }
}

/** The store could not even be one. */
const wrong = (name: string, change: object): Attempt => ({ ...store(name, change), kind: 'InvalidSpec' })

function key(name: string, text: string, options: ReadOptions = {}): Attempt {
  return {
    name: `aws: ${name}`,
    trick: () => ({ manifests: [storeOf('aws', SECRETS), reads(text, options)] }),
    twin: () => readingSecrets,
    outcome: 'refused',
  }
}

function parameter(name: string, text: string, change: object = {}): Attempt {
  return {
    name: `aws: ${name}`,
    trick: () => ({ manifests: [storeOf('aws', { ...PARAMETERS, ...change }), reads(text)] }),
    twin: () => readingParameters,
    outcome: 'refused',
  }
}

const arn = (name: string, account = ACCOUNT, region = 'us-east-1'): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}`

/** An account whose annotation names a role of its author's choice. */
const SERVICE_ACCOUNT = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'vault', annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::${ACCOUNT}:role/team-b` } },
}

export const awsAttempts: readonly Attempt[] = [
  store('another role', { role: `arn:aws:iam::${ACCOUNT}:role/team-b` }),
  store('a role of another account', { role: `arn:aws:iam::${OTHER_ACCOUNT}:role/team-a` }),
  store("the role's name in other case", { role: `arn:aws:iam::${ACCOUNT}:role/TEAM-A` }),
  store('no role, where the rule asks for one', { role: undefined }),
  store('a further role in between', { additionalRoles: [`arn:aws:iam::${ACCOUNT}:role/team-b`] }),
  store('an external id', { externalID: 'team-b' }),
  store('session tags', { sessionTags: [{ key: 'team', value: 'team-b' }] }),
  store('session tags by policy', { sessionTagsPolicy: 'Custom', customSessionTags: { team: 'team-b' } }),
  store('transitive tags', { transitiveTagKeys: ['team'] }),
  store('another region', { region: 'eu-west-1' }),
  wrong('a region that ends the host', { region: 'us-east-1.evil.example/' }),
  wrong('a region that is a fragment away from the host', { region: 'evil.example#' }),
  store('another service', { service: 'ParameterStore' }, '/team-b/db'),
  store("the daemon's own identity", { auth: undefined }),
  store("the daemon's own identity, by an empty auth", { auth: {} }),
  store("the daemon's own identity, by an empty secretRef", { auth: { secretRef: {} } }),
  store("the daemon's own identity, by an empty jwt", { auth: { jwt: {} } }),
  store('a prefix of another team', { prefix: 'team-b/' }, 'db'),
  store('a prefix that makes an ARN', { prefix: arn('') }, 'team-b/db'),
  store('a prefix with a step', { prefix: 'team-a/../' }, 'team-b/db'),
  {
    name: "aws: a role by the annotation of the author's ServiceAccount",
    trick: () => ({
      manifests: [
        SERVICE_ACCOUNT,
        storeOf('aws', { ...SECRETS, auth: { jwt: { serviceAccountRef: { name: 'vault' } } } }),
        reads('team-a/db'),
      ],
    }),
    twin: () => readingSecrets,
    outcome: 'refused',
    kind: 'InvalidSpec',
  },
  key('the key of another team', 'team-b/db'),
  key('the key of another team, by steps', 'team-a/../team-b/db'),
  key('the key of another team, in other case', 'Team-A/db'),
  key('the key of another team, by its ARN', arn('team-b/db-AbCdEf')),
  key("the own key by an ARN, which a name's pattern does not allow", arn('team-a/db')),
  key('the key of another account, by its ARN', arn('team-a/db', OTHER_ACCOUNT)),
  key('the key of another region, by its ARN', arn('team-a/db', ACCOUNT, 'eu-west-1')),
  key('an ARN of another partition', arn('team-a/db').replace('arn:aws:', 'arn:aws-cn:')),
  key('an ARN with a step', arn('team-a/../team-b/db')),
  key('a key with a version in it', 'team-a/db:AWSPREVIOUS'),
  key('a key with white space', ' team-a/db'),
  key('the tags of a key of another team', 'team-b/db', { remoteRef: { metadataPolicy: 'Fetch' } }),
  parameter('the parameter of another team', '/team-b/db'),
  parameter('the parameter of another team, by steps', '/team-a/../team-b/db'),
  parameter('the parameter without its slash', 'team-a/db'),
  parameter('the parameter of another team, behind two slashes', '//team-b/db'),
  parameter('the parameter of another team, by its ARN', `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/team-b/db`),
  parameter('a parameter with a version in its name', '/team-a/db:1'),
  parameter('a prefix of another team for parameters', 'db', { prefix: '/team-b/' }),
]
