import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { type CliResult, runCli } from '../support/run-cli.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type CanaryBackend, canaryBackends } from './canary-backends.ts'
import { CanarySearch, specialCanary } from './canary-search.ts'

const SEED = process.env['CANARY_SEED'] ?? randomBytes(8).toString('hex')

function externalSecret(name: string, spec: object): object {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name },
    spec: { secretStoreRef: { name: 'store' }, ...spec },
  }
}

/** All ways in which a value gets into a Secret, names and metadata that are made of values among them. */
function manifests({ login, provider, keys }: CanaryBackend): readonly object[] {
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
    {
      apiVersion: 'v1',
      kind: 'Secret',
      // The provider webhook takes none without it.
      metadata: { name: 'login', labels: { 'external-secrets.io/type': 'webhook' } },
      stringData: login,
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'store' },
      spec: { retrySettings: { maxRetries: 1, retryInterval: '1ms' }, provider },
    },
    externalSecret('plain', { data, dataFrom: [{ extract: { key: keys.json } }] }),
    externalSecret('templated', { target: { template }, data }),
  ]
}

function failing({ keys }: CanaryBackend): readonly object[] {
  return [
    externalSecret('missing', { data: [{ secretKey: 'k', remoteRef: { key: 'absent' } }] }),
    externalSecret('undecodable', {
      data: [{ secretKey: 'k', remoteRef: { key: keys.json, property: 'password', decodingStrategy: 'Base64' } }],
    }),
  ]
}

/** A former render with other values, which are canaries too, and with names that a template has computed of them. */
function formerRender(canary: string): string {
  const computed = Buffer.from(canary).toString('base64url')
  const templated = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'templated', annotations: { [computed]: 'x', a: canary } },
    stringData: { [computed]: 'x', password: canary },
  }
  const plain = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'plain' }, stringData: { password: canary, old: canary } }
  return `${JSON.stringify(templated)}\n---\n${JSON.stringify(plain)}\n`
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'canary-explain-'))
  try {
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe(`explain and diff say nothing secret (seed ${SEED})`, () => {
  for (const [name, start] of Object.entries(canaryBackends)) {
    const random = seededRandom(`${SEED} explain ${name}`)

    test(name, async () => {
      const backend = await start(random)
      const former = specialCanary(random, 'a former value')
      const search = new CanarySearch([...backend.canaries, former])
      try {
        await withFolder(async (folder) => {
          const authorities = path.join(folder, 'ca.pem')
          await writeFile(authorities, backend.extraCa ?? '')
          await writeFile(path.join(folder, 'former.json'), formerRender(former.text))
          const environment = {
            ...backend.environment,
            ...(backend.extraCa !== undefined && { NODE_EXTRA_CA_CERTS: authorities }),
          }
          const say = (words: readonly string[], documents: readonly object[]): Promise<CliResult> =>
            runCli([...words, '--call-timeout', '60000', '--digests', '-'], {
              input: documents.map((document) => `${JSON.stringify(document)}\n`).join('---\n'),
              environment,
              directory: folder,
            })
          const well = manifests(backend)
          const all = [...well, ...failing(backend)]
          const [text, json, diff, diffJson, failed] = await Promise.all([
            say(['explain'], all),
            say(['explain', '--output', 'json'], all),
            say(['diff', '--against', 'former.json', '--exit-code'], well),
            say(['diff', '--against', 'former.json', '--output', 'json'], well),
            say(['diff', '--against', 'former.json'], all),
          ])
          for (const { stdout } of [text, json, diff, diffJson]) assert.match(stdout, /url/)
          assert.deepEqual([diff.exitCode, diffJson.exitCode], [10, 0])
          for (const { exitCode } of [text, json, failed]) assert.notEqual(exitCode, 0)
          for (const { stdout, stderr } of [text, json, diff, diffJson, failed])
            assert.deepEqual(search.findIn(`${stdout}\n${stderr}`), [])
        })
      } finally {
        await backend.close()
      }
    })
  }
})
