import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { type Render, renderManifests } from '../../plugin/argocd/render-manifests.ts'
import { localPermissions } from '../../plugin/argocd/render-permissions.ts'
import { problemReport, warningReport } from '../../plugin/cli/report.ts'
import { generators } from '../../plugin/generators/registry.ts'
import type { Random } from '../../plugin/model/random.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { localCredentials } from '../../plugin/stores/local-credentials.ts'
import { freshStores } from '../../plugin/stores/open-store.ts'
import { streamStores } from '../../plugin/stores/stream-stores.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { goTemplateEngine } from '../../templates/go-template/go-template-engine.ts'
import { handlebarsEngine } from '../../templates/handlebars/handlebars-engine.ts'
import { goKeyRenaming } from '../../templates/scopes/go-key-renaming.ts'
import { type CallControl, FAULTS, type Fault } from '../support/call-control.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { LOCAL } from '../support/render.ts'
import { runCli } from '../support/run-cli.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type CanaryBackend, canaryBackends, type StartBackend } from './canary-backends.ts'
import { CanarySearch, everythingOf, specialCanary } from './canary-search.ts'

const SEED = process.env['CANARY_SEED'] ?? randomBytes(8).toString('hex')
/** Secrets that a server made, and the words of a server: nobody may quote either. */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['a JSON web token', /eyJ[\w-]{16}/],
  ['a Vault token', /hv[sb]\.[\w-]{8}/],
  ['a Google token', /ya29\./],
  ['a bearer token', /Bearer \w/],
  ['an AWS signature', /AWS4-HMAC-SHA256|X-Amz-Security-Token/i],
  ['an AWS session token', /IQoJb3JpZ2lu/],
  ['a key in PEM', /PRIVATE KEY/],
  ['the body of an answer', /a proxy says hello|xxxxxxxxxx/],
]

interface Said {
  readonly render: Render
  /** Everything that came out beside standard output. */
  readonly text: string
}

interface Parts {
  readonly login?: Readonly<Record<string, string>>
  readonly extra?: string
}

/** The stream of a test: the credentials, the store and one ExternalSecret of the given `spec`. */
function manifests(backend: CanaryBackend, spec: object, { login = backend.login, extra = '' }: Parts = {}): string {
  const documents = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', labels: { 'external-secrets.io/type': 'webhook' } },
      stringData: login,
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'store' },
      spec: { retrySettings: { maxRetries: 1, retryInterval: '1ms' }, provider: backend.provider },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'app', annotations: { 'argocd-external-secrets.io/template-engine': 'handlebars' } },
      spec: { secretStoreRef: { name: 'store' }, ...spec },
    },
  ]
  return `${documents.map((document) => `${JSON.stringify(document)}\n`).join('---\n')}${extra}`
}

/** Renders in this process and remembers whatever anybody says: problems, warnings, reports, the log, the console. */
async function renderAndListen(backend: CanaryBackend, text: string): Promise<Said> {
  const heard: unknown[] = []
  const listen = (...what: unknown[]): void => void heard.push(what)
  const console = muteConsole(listen)
  const tools = {
    environment: new Map(Object.entries(backend.environment)),
    ...(backend.extraCa !== undefined && { extraCa: backend.extraCa }),
    clock: new FakeClock(Date.now()),
    random: seededRandom(SEED),
    logger: { info: listen, warn: listen },
    callTimeoutMs: 2_000,
    concurrency: 32,
  }
  try {
    const render = await renderManifests(
      [splitManifests('app.yaml', new TextEncoder().encode(text))],
      { ...LOCAL, permissions: { ...localPermissions, mayTarget: () => true } },
      {
        schemas: objectSchemas(providers, generators),
        stores: async (stores, objects) =>
          streamStores(stores, {
            opener: freshStores(providers, { ...tools, ...(hangs(backend) && { callTimeoutMs: 50 }) }),
            credentials: (asker) => localCredentials(asker, objects, undefined),
          }),
        engine: async (name) => (name === 'v2' ? goTemplateEngine : handlebarsEngine),
        keyRenaming: async () => goKeyRenaming,
        budget: { steps: 100_000, depth: 100, outputBytes: 2_000_000, wallTimeMs: 1_000, heavyCalls: 8, now: () => 0 },
        surroundings: { random: () => seededRandom(SEED), now: () => 0, localZone: 'UTC' },
        onPlan: listen,
      },
      AbortSignal.timeout(20_000),
    )
    const { problems, warnings, locate } = render
    heard.push(problems, warnings, problemReport(problems, 'nothing was rendered', locate), warningReport(warnings, locate))
    return { render, text: heard.map(everythingOf).join('\n') }
  } finally {
    console.restore()
  }
}

/** Set while a fault hangs: only then is the limit of a call short. */
const hanging = new WeakSet<CanaryBackend>()
const hangs = (backend: CanaryBackend): boolean => hanging.has(backend)

function muteConsole(listen: (...what: unknown[]) => void): { restore(): void } {
  const names = ['log', 'info', 'warn', 'error', 'debug'] as const
  const before = names.map((name) => [name, console[name]] as const)
  for (const name of names) console[name] = listen
  process.on('warning', listen)
  return {
    restore() {
      for (const [name, method] of before) console[name] = method
      process.off('warning', listen)
    },
  }
}

/** The output without the data of its Secrets: the one place for values. */
function outsideOfSecrets({ output }: Render): string {
  if (!output) return ''
  return parseAllDocuments(new TextDecoder().decode(output))
    .map((document) => {
      const { data, stringData, ...others } = document.toJS() ?? {}
      return `${JSON.stringify(others)} ${Object.keys({ ...data, ...stringData }).join(' ')}`
    })
    .join('\n')
}

const data = (remoteRef: object): object => ({ data: [{ secretKey: 'k', remoteRef }] })
const template = (parts: object, remoteRef: object): object => ({ target: { template: parts }, ...data(remoteRef) })

/** One that is no Secret. */
const object = (kind: string, templateFrom: readonly object[], remoteRef: object): object => ({
  target: { manifest: { apiVersion: kind === 'ConfigMap' ? 'v1' : 'example.com/v1', kind }, template: { templateFrom } },
  ...data(remoteRef),
})

/** What an author can get wrong about values. Each ends in a problem. */
function mistakes({ keys, wrongVersion }: CanaryBackend, whole: object): Readonly<Record<string, object>> {
  const { plain, json, nul } = keys
  return {
    'a missing property': data({ key: json, property: 'absent' }),
    'a missing property in depth': data({ key: json, property: 'deep.list.7.x' }),
    'a property of what is no JSON': data({ key: plain, property: 'password.x' }),
    'a wrong version': data({ key: json, version: wrongVersion }),
    'a missing key': data({ key: 'absent' }),
    'a missing tag': data({ key: json, metadataPolicy: 'Fetch', property: 'labels.absent.deeper' }),
    'Base64 of what is none': data({ ...whole, decodingStrategy: 'Base64' }),
    'Base64URL of what is none': data({ ...whole, decodingStrategy: 'Base64URL' }),
    'Base64 of a property': data({ key: json, property: 'password', decodingStrategy: 'Base64' }),
    'extract with Base64 of what is none': { dataFrom: [{ extract: { key: json, decodingStrategy: 'Base64' } }] },
    'extract of a property that is text': { dataFrom: [{ extract: { key: json, property: 'password' } }] },
    'template: fromJson of what is none': template({ data: { k: '{{fromJson k}}' } }, whole),
    'template: fromJson of a property': template(
      { data: { k: '{{#with (fromJson k)}}{{a}}{{/with}}' } },
      { key: json, property: 'password' },
    ),
    'template: b64dec of what is none': template({ data: { k: '{{b64dec k}}' } }, whole),
    'template: a number of what is none': template({ data: { k: '{{substr k k k}}' } }, whole),
    'template: a wrong number of arguments': template({ data: { k: '{{replace k}}' } }, whole),
    'template: a function that is not there': template({ data: { k: '{{nonesuch k}}' } }, whole),
    'template: more output than allowed': template({ data: { k: '{{repeat 100000 k}}' } }, whole),
    'template: a value as a label': template({ metadata: { labels: { l: '{{k}} {{k}}' } } }, whole),
    'template: a value as a huge annotation': template({ metadata: { annotations: { a: '{{repeat 9000 k}}' } } }, whole),
    'template: a text that is none': template({ data: { k: '{{ .k | nonesuch }}' } }, whole),
    'a value that is too large for a Secret': template({ data: { k: '{{repeat 40000 k}}' } }, whole),
    'object: a result that is no YAML': object('Thing', [{ target: 'spec.a', literal: '{{k}}: [' }], whole),
    'object: a text in the way of a path': object(
      'Thing',
      [
        { target: 'spec.a', literal: '"x{{b64enc k}}"' },
        { target: 'spec.a.b', literal: 'x' },
      ],
      whole,
    ),
    'object: a value as a label': object('Thing', [{ target: 'Labels', literal: 'l: "x {{b64enc k}} y"' }], whole),
    'object: labels that are none': object('Thing', [{ target: 'metadata.labels', literal: '["{{b64enc k}}"]' }], whole),
    'object: a value as a key that no ConfigMap has': object('ConfigMap', [{ literal: '"a {{b64enc k}}": x' }], whole),
    'object: values for a path that is none': object('Thing', [{ target: 'spec..a', literal: '{{k}}' }], whole),
    'a NUL that fails': data({ ...whole, key: nul, nullBytePolicy: 'Fail' }),
  }
}

/** What is written in a stream by hand and goes wrong there. */
function brokenDocuments(canary: string): Readonly<Record<string, string>> {
  const text = JSON.stringify(canary)
  const secret = (body: string): string => `---\napiVersion: v1\nkind: Secret\nmetadata: {name: other}\n${body}\n`
  const store = (body: string): string =>
    `---\napiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: other}\nspec: {provider: {fake: {data: [${body}]}}}\n`
  return {
    'a Secret that is no YAML': secret(`stringData: {token: ${text}`),
    'a Secret with a tab': secret(`stringData:\n\ttoken: ${text}`),
    'a Secret with a duplicate key': secret(`stringData: {token: ${text}, token: ${text}}`),
    'a Secret with an unknown alias': secret(`stringData: {token: ${text}, other: *x}`),
    'a store that is no YAML': store(`{key: a, value: ${text}`),
    'a store with a quote too many': store(`{key: a, value: ${text}"}`),
    'a store with a list for a value': store(`{key: a, value: [${text}]}`),
    'a store with a map for a value': store(`{key: a, value: {v: ${text}}}`),
    'a store with an unknown field': store(`{key: a, value: ${text}, valeu: ${text}}`),
    'a store with a duplicate field': store(`{key: a, value: ${text}, value: ${text}}`),
    'a store with text for a list': store('').replace('[]', text),
  }
}

/** The login is a call of its own. */
const LOGS_IN: ReadonlySet<string> = new Set([
  'aws SecretsManager by a role',
  'azurekv',
  'gcpsm by the metadata server',
  'vault KV 2 by approle',
  'vault KV 1 by userpass',
])

/** Mistakes that are none for a provider. */
const NO_NOTION: Readonly<Record<string, readonly string[]>> = {
  // It keeps no versions: a warning, and the current value.
  'vault KV 1 by userpass': ['a wrong version'],
  kubernetes: ['a wrong version'],
}

function suite(name: string, start: StartBackend, random: Random): void {
  describe(`${name}: nothing secret is said (seed ${SEED})`, () => {
    let backend: CanaryBackend
    let search: CanarySearch
    let whole: object

    before(async () => {
      backend = await start(random)
      search = new CanarySearch(backend.canaries, FORBIDDEN)
      // Vault's plain value is a property of an object, and that of a Secret a key of it.
      whole = /^(vault|kubernetes)/.test(name) ? { key: backend.keys.plain, property: 'text' } : { key: backend.keys.plain }
    })
    beforeEach(() => backend.control?.reset())
    after(() => backend.close())

    function assertSilent({ text }: Said): void {
      assert.ok(text.length > 0)
      assert.deepEqual(search.findIn(text), [])
    }

    async function assertFailsSilently(spec: object, parts?: Parts): Promise<void> {
      const said = await renderAndListen(backend, manifests(backend, spec, parts))
      assert.ok(!said.render.output, 'there is output although something failed')
      assert.ok(said.render.problems.length > 0)
      assert.deepEqual(
        said.render.problems.filter((problem) => problem.kind === 'Bug').map((problem) => problem.message),
        [],
      )
      assertSilent(said)
    }

    test('when all is well: the values are in the data of the Secret, and nowhere else', async () => {
      const spec = {
        data: [
          { secretKey: 'plain', remoteRef: whole },
          { secretKey: 'password', remoteRef: { key: backend.keys.json, property: 'password' } },
          { secretKey: 'auto', remoteRef: { ...whole, decodingStrategy: 'Auto' } },
        ],
        dataFrom: [{ extract: { key: backend.keys.json } }],
      }
      const said = await renderAndListen(backend, manifests(backend, spec))
      assert.deepEqual(said.render.problems, [])
      assertSilent(said)
      assert.deepEqual(search.findIn(outsideOfSecrets(said.render)), [])
      const output = new TextDecoder().decode(said.render.output)
      assert.ok(
        search.findIn(output).some((found) => found.includes('base64')),
        'the search does not even find the values',
      )
    })

    test('the mistakes of an author', async (context) => {
      for (const [what, spec] of Object.entries(mistakes(backend, whole))) {
        if (NO_NOTION[name]?.includes(what)) continue
        await context.test(what, () => assertFailsSilently(spec))
      }
    })

    test('broken documents beside it', async (context) => {
      const canary = specialCanary(random, 'a value in the stream')
      search = new CanarySearch([...backend.canaries, canary], FORBIDDEN)
      for (const [what, extra] of Object.entries(brokenDocuments(canary.text))) {
        await context.test(what, async () => {
          const said = await renderAndListen(backend, manifests(backend, data(whole), { extra }))
          assertSilent(said)
        })
      }
    })

    async function assertFaultIsSilent(fault: Fault, inject: (control: CallControl) => void, spec: object): Promise<void> {
      const { control } = backend
      if (!control) return
      if (fault === 'hang') hanging.add(backend)
      inject(control)
      try {
        await assertFailsSilently(spec)
      } finally {
        hanging.delete(backend)
      }
    }

    for (const fault of name === 'fake' ? [] : FAULTS) {
      test(`a call that fails: ${fault}`, () =>
        assertFaultIsSilent(fault, (control) => control.inject(fault, 100), {
          ...data(whole),
          dataFrom: [{ extract: { key: backend.keys.json } }],
        }))
    }

    for (const fault of LOGS_IN.has(name) ? FAULTS : []) {
      test(`a login that fails: ${fault}`, async () => {
        await assertFaultIsSilent(fault, (control) => control.injectLogin(fault, 100), data(whole))
        assert.ok((backend.control?.logins ?? 0) > 0, 'there was no login')
      })
    }

    test('a credential that is refused', async () => {
      if (Object.keys(backend.wrongLogin).length === 0 || name === 'gcpsm by the metadata server') return
      await assertFailsSilently(data(whole), { login: backend.wrongLogin })
    })

    test('a credential with characters that no header takes', async () => {
      if (Object.keys(backend.login).length === 0 || name === 'gcpsm by the metadata server') return
      const login = Object.fromEntries(Object.entries(backend.login).map(([key, value]) => [key, `\n${value}\r\nX: ${value}\0`]))
      const said = await renderAndListen(backend, manifests(backend, data(whole), { login }))
      assertSilent(said)
    })
  })
}

for (const [name, start] of Object.entries(canaryBackends)) suite(name, start, seededRandom(`${SEED} ${name}`))

describe(`the whole program says nothing secret either (seed ${SEED})`, () => {
  const random = seededRandom(`${SEED} cli`)
  for (const [name, start] of [
    ['vault', canaryBackends['vault KV 2 by approle']],
    ['aws', canaryBackends['aws SecretsManager']],
  ] as const) {
    test(`${name}: denied, with the debugging of Node and of the SDKs switched on where it writes no bodies`, async () => {
      const backend = await (start as StartBackend)(random)
      try {
        const search = new CanarySearch(backend.canaries, FORBIDDEN)
        for (const fault of ['denied', 'garbage'] as const) {
          backend.control?.inject(fault, 100)
          const { stdout, stderr, exitCode } = await runCli(['generate', '-'], {
            input: manifests(backend, data({ key: 'json', property: 'password' })),
            environment: { ...backend.environment, DEBUG: '*', AWS_SDK_JS_DEBUG: '1' },
          })
          assert.notEqual(exitCode, 0)
          assert.equal(stdout, '')
          assert.deepEqual(search.findIn(stderr), [], inspect(exitCode))
        }
      } finally {
        await backend.close()
      }
    })
  }
})
