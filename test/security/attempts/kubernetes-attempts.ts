import { type Attempt, type ReadOptions, reads, storeOf, type Trial } from '../attempt.ts'
import { kubernetesGrant, TEAM_A } from '../tenant-rules.ts'
import type { World } from '../world.ts'

const KEY = 'db'

/** team-a's store, with what the trick adds. */
function kubernetesStore({ cluster }: World, change: object = {}): object {
  return storeOf('kubernetes', {
    server: { url: cluster.url },
    auth: { token: { bearerToken: { name: 'cluster', key: 'token' } } },
    remoteNamespace: 'team-a',
    ...change,
  })
}

const twin = (world: World): Trial => ({ manifests: [kubernetesStore(world), reads(KEY)] })

/** The store is changed, and reads the key that team-a may read. */
function store(name: string, change: (world: World) => object, kind?: 'InvalidSpec'): Attempt {
  return {
    name: `kubernetes: ${name}`,
    trick: (world) => ({ manifests: [kubernetesStore(world, change(world)), reads(KEY)] }),
    twin,
    outcome: 'refused',
    ...(kind && { kind }),
  }
}

/** The store is right, and reads another key. */
function key(name: string, text: string, options: ReadOptions = {}): Attempt {
  return {
    name: `kubernetes: ${name}`,
    trick: (world) => ({ manifests: [kubernetesStore(world), reads(text, options)] }),
    twin,
    outcome: 'refused',
  }
}

function kubeconfig(server: string, user: object): object {
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user }],
  }
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own' }, stringData: { config: JSON.stringify(config) } }
}

/** A kubeconfig in Git, and rules that trust what stands there, `more` or less. */
function withKubeconfig(
  world: World,
  server: string,
  { user = { token: 't' }, facts = {} }: { user?: object; facts?: object },
): Trial {
  const store = storeOf('kubernetes', { authRef: { name: 'own', key: 'config' }, remoteNamespace: 'team-a' })
  const grant = { ...kubernetesGrant(world.cluster), credentials: { stream: true } }
  return {
    manifests: [kubeconfig(server, user), store, reads(KEY)],
    rules: [{ name: 'trusting', ...TEAM_A, stores: [{ ...grant, ...(Object.keys(facts).length > 0 && { facts }) }] }],
  }
}

export const kubernetesAttempts: readonly Attempt[] = [
  store('the server of somebody else', ({ evil }) => ({ server: { url: `http://${evil.host}` } })),
  store('the server of somebody else, without a scheme', ({ evil }) => ({ server: { url: evil.host } })),
  store(
    'the server of somebody else behind ours as its user',
    ({ cluster, evil }) => ({ server: { url: `${cluster.url}@${evil.host}` } }),
    'InvalidSpec',
  ),
  store(
    'a folder below the server',
    ({ cluster }) => ({ server: { url: `${cluster.url}/api/v1/namespaces/team-b/secrets/db?` } }),
    'InvalidSpec',
  ),
  store('the cluster of the daemon itself', () => ({ server: {} })),
  store('another namespace', () => ({ remoteNamespace: 'team-b' })),
  store('another namespace by steps', () => ({ remoteNamespace: 'team-a/../team-b' }), 'InvalidSpec'),
  store('no namespace', () => ({ remoteNamespace: undefined })),
  store("an authority of one's own", ({ cluster }) => ({ server: { url: cluster.url, caBundle: 'LS0tLS1CRUdJTg==' } })),
  store('no login: that of the daemon', () => ({ auth: undefined }), 'InvalidSpec'),
  store('a token that is mounted, but not bound', () => ({
    auth: { token: { bearerToken: { name: 'unbound', key: 'token' } } },
  })),
  store('an account that is not bound', () => ({ auth: { serviceAccount: { name: 'unbound' } } })),
  store("an account of the administrator's namespace", () => ({
    auth: { serviceAccount: { name: 'unbound', namespace: 'admin' } },
  })),
  key('another Secret', 'other'),
  key('the Secret of another namespace by steps', '../../team-b/secrets/db'),
  key('another namespace in one part', '..%2f..%2fteam-b%2fsecrets%2fdb'),
  key('the key in other letters', 'DB'),
  {
    name: 'kubernetes: a kubeconfig, where the rule speaks of a server',
    trick: (world) => withKubeconfig(world, `http://${world.evil.host}`, {}),
    twin,
    outcome: 'refused',
  },
  {
    name: 'kubernetes: a kubeconfig that runs a program',
    trick: (world) =>
      withKubeconfig(world, world.cluster.url, {
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/sh' } },
        facts: { authRef: ['given'], remoteNamespace: ['team-a'] },
      }),
    twin,
    outcome: 'refused',
    kind: 'InvalidSpec',
  },
  {
    name: 'kubernetes: a kubeconfig with an address that the rule does not list',
    trick: (world) =>
      withKubeconfig(world, `http://${world.evil.host}`, { facts: { authRef: ['given'], remoteNamespace: ['team-a'] } }),
    twin,
    outcome: 'refused',
  },
  {
    name: 'kubernetes: a server that sends elsewhere',
    trick: twin,
    twin,
    before: ({ cluster, evil }) => {
      cluster.control.redirectTarget = `http://${evil.host}/`
      cluster.control.inject('redirect', 20)
    },
    outcome: 'failed',
    kind: 'Unavailable',
  },
]
