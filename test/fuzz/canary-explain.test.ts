import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { runCli } from '../support/run-cli.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type CanaryBackend, canaryBackends } from './canary-backends.ts'
import { CanarySearch } from './canary-search.ts'

const SEED = process.env['CANARY_SEED'] ?? randomBytes(8).toString('hex')

/** All ways in which a value gets into a Secret, names and metadata that are made of values among them, and some that fail. */
function manifests({ login, provider, keys }: CanaryBackend): string {
  const externalSecret = (name: string, spec: object): object => ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name },
    spec: { secretStoreRef: { name: 'store' }, ...spec },
  })
  const data = [{ secretKey: 'password', remoteRef: { key: keys.json, property: 'password' } }]
  const template = {
    metadata: { labels: { l: 'x{{ .password | sha256sum | trunc 8 }}' }, annotations: { a: '{{ .password }}' } },
    data: { url: 'db://{{ .password }}' },
    templateFrom: [
      { literal: '{{ .password | b64enc | replace "=" "" | replace "+" "-" | replace "/" "_" }}: x' },
      { literal: '{{ .password | b64enc | replace "=" "" | replace "+" "" | replace "/" "" }}: x', target: 'Annotations' },
    ],
  }
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: login },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'store' },
      spec: { retrySettings: { maxRetries: 1, retryInterval: '1ms' }, provider },
    },
    externalSecret('plain', { data, dataFrom: [{ extract: { key: keys.json } }] }),
    externalSecret('templated', { target: { template }, data }),
    externalSecret('missing', { data: [{ secretKey: 'k', remoteRef: { key: 'absent' } }] }),
    externalSecret('undecodable', {
      data: [{ secretKey: 'k', remoteRef: { key: keys.json, property: 'password', decodingStrategy: 'Base64' } }],
    }),
  ]
    .map((document) => `${JSON.stringify(document)}\n`)
    .join('---\n')
}

describe(`explain says nothing secret (seed ${SEED})`, () => {
  for (const [name, start] of Object.entries(canaryBackends)) {
    test(name, async () => {
      const backend = await start(seededRandom(`${SEED} explain ${name}`))
      const folder = await mkdtemp(path.join(tmpdir(), 'canary-explain-'))
      try {
        const authorities = path.join(folder, 'ca.pem')
        if (backend.extraCa !== undefined) await writeFile(authorities, backend.extraCa)
        const search = new CanarySearch(backend.canaries)
        const runs = [['--digests'], ['--output', 'json', '--digests']].map((words) =>
          runCli(['explain', '-', '--call-timeout', '60000', ...words], {
            input: manifests(backend),
            environment: { ...backend.environment, ...(backend.extraCa !== undefined && { NODE_EXTRA_CA_CERTS: authorities }) },
          }),
        )
        for (const { stdout, stderr, exitCode } of await Promise.all(runs)) {
          assert.match(stdout, /password/)
          assert.match(stdout, /url/)
          assert.notEqual(exitCode, 0)
          assert.deepEqual(search.findIn(`${stdout}\n${stderr}`), [])
        }
      } finally {
        await rm(folder, { recursive: true })
        await backend.close()
      }
    })
  }
})
