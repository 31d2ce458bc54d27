import { type Attempt, type ReadOptions, reads, storeOf, type Trial } from '../attempt.ts'
import { TEAM_A, vaultGrant } from '../tenant-rules.ts'
import { OWN_TOKEN, type World } from '../world.ts'

const KEY = 'team-a/db'

/** team-a's store, with what the trick adds. */
export function vaultStore({ vault }: World, change: object = {}, options: Parameters<typeof storeOf>[2] = {}): object {
  return storeOf(
    'vault',
    { server: vault.url, path: 'secret', auth: { tokenSecretRef: { name: 'vault', key: 'token' } }, ...change },
    options,
  )
}

const twin = (world: World): Trial => ({ manifests: [vaultStore(world), reads(KEY)] })

/** The store is changed, and reads the key that team-a may read. */
function store(name: string, change: (world: World) => object): Attempt {
  return {
    name: `vault: ${name}`,
    trick: (world) => ({ manifests: [vaultStore(world, change(world)), reads(KEY)] }),
    twin,
    outcome: 'refused',
  }
}

/** The store could not even be one. */
const wrong = (name: string, change: (world: World) => object): Attempt => ({ ...store(name, change), kind: 'InvalidSpec' })

/** The store is right, and reads another key. */
function key(name: string, text: string, options: ReadOptions = {}): Attempt {
  return {
    name: `vault: ${name}`,
    trick: (world) => ({ manifests: [vaultStore(world), reads(text, options)] }),
    twin,
    outcome: 'refused',
  }
}

const auth =
  (method: object): ((world: World) => object) =>
  () => ({ auth: method })

const factsOf = ({ vault }: World): object => ({ server: [vault.url], path: ['secret'] })

/** The token stands in Git, and a rule trusts what stands there. */
function withOwnToken(world: World, token: string): Trial {
  return {
    manifests: [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own' }, stringData: { token } },
      vaultStore(world, { auth: { tokenSecretRef: { name: 'own', key: 'token' } } }),
      reads(KEY),
    ],
    rules: [{ name: 'trusting', ...TEAM_A, stores: [{ ...vaultGrant(world.vault), credentials: { stream: true } }] }],
  }
}

export const vaultAttempts: readonly Attempt[] = [
  store('the server of somebody else', ({ evil }) => ({ server: `http://${evil.host}` })),
  wrong('the server behind a user name', ({ vault, evil }) => ({ server: `${vault.url}@${evil.host}` })),
  wrong('the server of somebody else, with ours in its query', ({ vault, evil }) => ({
    server: `http://${evil.host}/?${vault.url}`,
  })),
  wrong('the server of somebody else, with ours as its fragment', ({ vault, evil }) => ({
    server: `http://${evil.host}/#${vault.url}`,
  })),
  store('the server of somebody else, with ours as its path', ({ vault, evil }) => ({
    server: `http://${evil.host}/${vault.url}`,
  })),
  store('a folder below the server', ({ vault }) => ({ server: `${vault.url}/v1/other` })),
  store('another mount', () => ({ path: 'other' })),
  store('another mount, by steps', () => ({ path: 'secret/../other' })),
  store("the mount's inside as a mount", () => ({ path: 'secret/data/team-b/..' })),
  store('a namespace of Vault', () => ({ namespace: 'team-b' })),
  store('a namespace of Vault in the mount', () => ({ path: 'team-b/secret' })),
  store('a namespace of Vault by a header', () => ({ headers: { 'X-Vault-Namespace': 'team-b' } })),
  store('a namespace of Vault by a header in lower case', () => ({ headers: { 'x-vault-namespace': 'team-b' } })),
  store("a token of one's own by a header", () => ({ headers: { 'X-Vault-Token': 'mine' } })),
  store('another host by a header', ({ evil }) => ({ headers: { Host: evil.host } })),
  store('a namespace for the login alone', ({ vault }) => ({
    server: vault.url,
    auth: { namespace: 'team-b', tokenSecretRef: { name: 'vault', key: 'token' } },
  })),
  store("an authority of one's own in the store", () => ({ caBundle: 'LS0tLS1CRUdJTg==' })),
  {
    ...store("an authority of one's own in a ConfigMap", () => ({
      caProvider: { type: 'ConfigMap', name: 'mine', key: 'ca.crt' },
    })),
    trick: (world) => ({
      manifests: [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' }, data: { 'ca.crt': world.azure.ca } },
        vaultStore(world, { caProvider: { type: 'ConfigMap', name: 'mine', key: 'ca.crt' } }),
        reads(KEY),
      ],
    }),
  },
  store("the daemon's own identity in its cluster", auth({ kubernetes: { role: 'team-b' } })),
  store("the daemon's own identity at AWS", auth({ iam: { vaultRole: 'team-b' } })),
  wrong("the daemon's own identity at AWS, with keys that are not given", auth({ iam: { vaultRole: 'team-b', secretRef: {} } })),
  store('no login, as behind an agent that adds its own token', () => ({ auth: undefined })),
  store('a login by another method', auth({ userPass: { username: 'team-b', secretRef: { name: 'vault', key: 'token' } } })),
  store('a login by another role', auth({ jwt: { role: 'team-b', secretRef: { name: 'vault', key: 'token' } } })),
  store(
    'a login at another mount',
    auth({ cert: { path: 'team-b', clientCert: { name: 'vault', key: 'token' }, secretRef: { name: 'vault', key: 'token' } } }),
  ),
  store('a credential that the rule does not bind', auth({ tokenSecretRef: { name: 'unbound', key: 'token' } })),
  wrong('a credential by a path', auth({ tokenSecretRef: { name: '../team-b/vault', key: 'token' } })),
  wrong('a credential by a path in its key', auth({ tokenSecretRef: { name: 'vault', key: '../../admin/vault/token' } })),
  {
    name: "vault: a credential of one's own, with a token that the author knows",
    trick: (world) => ({
      manifests: [
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own' }, stringData: { token: world.vault.rootToken } },
        vaultStore(world, { auth: { tokenSecretRef: { name: 'own', key: 'token' } } }),
        reads(KEY),
      ],
    }),
    twin,
    outcome: 'refused',
  },
  store('version 1, for which the same pattern means other paths', () => ({ version: 'v1' })),
  {
    name: 'vault: the metadata of all by version 1',
    trick: (world) => ({ manifests: [vaultStore(world, { version: 'v1' }), reads('data/team-b/db')] }),
    twin,
    outcome: 'refused',
  },
  key('the key of another team', 'team-b/db'),
  key('the key of another team, by steps', 'team-a/../team-b/db'),
  key('the key of another team, by a step of one dot', 'team-a/./../team-b/db'),
  key('the key of another team, by escaped steps', 'team-a/%2e%2e/team-b/db'),
  key('the key of another team, by escaped slashes', 'team-a%2f..%2fteam-b%2fdb'),
  key('the key of another team, by steps escaped twice', 'team-a/%252e%252e/team-b/db'),
  key('the key of another team, by backslashes', 'team-a\\..\\team-b\\db'),
  key('the key of another team, by full-width steps', 'team-a/．．/team-b/db'),
  key('the key of another team, by full-width slashes', 'team-a／..／team-b／db'),
  key('the key of another team, with the mount', 'secret/team-b/db'),
  key('the key of another team, with the whole path', 'secret/data/team-b/db'),
  key('the key of another team, behind two slashes', '//team-b/db'),
  key('the key of another team, with slashes in between', 'team-b//db'),
  key('the key of another team, behind data', 'data/team-b/db'),
  key('the key of another team, in other case', 'TEAM-A/db'),
  key('the key of another team, behind a query', 'team-a/db?version=1/../../team-b/db'),
  key('a key with a letter that nobody sees', 'team-\u200ba/db'),
  key('a key in the letters of another alphabet', 'te\u0430m-a/db'),
  key('a key with a line feed', 'team-a/db\nteam-b/db'),
  key('a key with a NUL', 'team-a/db\u0000'),
  key('the metadata of a key of another team', 'team-b/db', { remoteRef: { metadataPolicy: 'Fetch', property: 'created_time' } }),
  key('all of a key of another team', KEY, { spec: { dataFrom: [{ extract: { key: 'team-b/db' } }] } }),
  {
    name: 'vault: a key without a mount in the store',
    trick: (world) => ({ manifests: [vaultStore(world, { path: undefined }), reads('secret/team-a/db')] }),
    twin,
    outcome: 'refused',
  },
  {
    name: 'vault: a second store for one key of many',
    trick: (world) => ({
      manifests: [
        vaultStore(world),
        vaultStore(world, { path: 'other' }, { name: 'second' }),
        reads(KEY, {
          spec: {
            data: [
              { secretKey: 'password', remoteRef: { key: KEY, property: 'password' } },
              { secretKey: 'other', remoteRef: { key: KEY, property: 'password' }, sourceRef: { storeRef: { name: 'second' } } },
            ],
          },
        }),
      ],
    }),
    twin,
    outcome: 'refused',
  },
  {
    name: 'vault: a value that another credential has read before',
    trick: (world) => withOwnToken(world, 'hvs.of-nobody'),
    twin: (world) => withOwnToken(world, OWN_TOKEN),
    outcome: 'failed',
  },
  {
    name: "vault: the daemon's own identity in its cluster, where the rule allows every fact of the login",
    trick: (world) => ({
      manifests: [vaultStore(world, { auth: { kubernetes: { role: 'team-a' } } }), reads(KEY)],
      rules: [
        {
          name: 'login',
          ...TEAM_A,
          stores: [{ ...vaultGrant(world.vault), facts: { ...factsOf(world), 'auth.kubernetes.role': ['**'] } }],
        },
      ],
    }),
    twin,
    outcome: 'refused',
  },
  {
    name: "vault: the daemon's own identity at AWS, where the rule allows every fact of the login",
    trick: (world) => ({
      manifests: [vaultStore(world, { auth: { iam: { vaultRole: 'team-a' } } }), reads(KEY)],
      rules: [
        {
          name: 'login',
          ...TEAM_A,
          stores: [{ ...vaultGrant(world.vault), facts: { ...factsOf(world), 'auth.iam.vaultRole': ['**'] } }],
        },
      ],
    }),
    twin,
    outcome: 'refused',
  },
  {
    name: 'vault: a search through the keys of another team',
    trick: (world) => ({
      manifests: [
        vaultStore(world),
        reads(KEY, { spec: { data: [], dataFrom: [{ find: { path: 'team-b', name: { regexp: '.*' } } }] } }),
      ],
    }),
    twin,
    // Names have to be listed to know whose they are; no value is asked for.
    outcome: 'failed',
  },
  ...['namespace', 'path'].map(
    (field): Attempt => ({
      name: `vault: steps in a ${field} that a pattern allows`,
      trick: (world) => ({
        manifests: [vaultStore(world, { [field]: 'team-a/../team-b' }), reads(KEY)],
        rules: [
          {
            name: 'pattern',
            ...TEAM_A,
            stores: [{ ...vaultGrant(world.vault), facts: { ...factsOf(world), [field]: ['team-a/**'] }, keys: ['**'] }],
          },
        ],
      }),
      twin: (world) => ({
        manifests: [vaultStore(world), reads(KEY)],
        rules: [
          {
            name: 'pattern',
            ...TEAM_A,
            stores: [{ ...vaultGrant(world.vault), facts: { ...factsOf(world), path: ['s?cret*'] }, keys: ['**'] }],
          },
        ],
      }),
      outcome: 'refused',
    }),
  ),
]
