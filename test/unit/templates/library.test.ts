import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { goTemplateEngine } from '../../../templates/go-template/go-template-engine.ts'
import { EXAMPLE_CERTIFICATE, EXAMPLE_KEY, EXAMPLE_PKCS12 } from '../../../templates/library/example-certificate.ts'
import { findMisfit, isGiven } from '../../../templates/library/misfits.ts'
import { library } from '../../../templates/library/registry.ts'
import type { TemplateShape } from '../../../templates/library/template-shape.ts'
import { runs } from '../../support/property-runs.ts'
import { roomyBudget, roomySurroundings } from './render-data.ts'

type Values = Readonly<Record<string, string | Uint8Array>>

function bytesOf(values: Values): ReadonlyMap<string, Uint8Array> {
  const encoder = new TextEncoder()
  return new Map(Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? encoder.encode(value) : value]))
}

function shapeNamed(name: string): TemplateShape {
  const shape = library.get(name)
  assert.ok(shape, name)
  return shape
}

function bytesMade(name: string, values: Values): ReadonlyMap<string, Uint8Array> {
  const shape = shapeNamed(name)
  const data = bytesOf(values)
  assert.equal(findMisfit(shape, data), undefined)
  const wanted = shape.data.filter(({ onlyWith }) => onlyWith === undefined || isGiven(data, onlyWith))
  return new Map(
    wanted.map(({ key, text }) => [key, goTemplateEngine.compile(text, key).render(data, roomyBudget, roomySurroundings).bytes]),
  )
}

function made(name: string, values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries([...bytesMade(name, values)].map(([key, bytes]) => [key, new TextDecoder().decode(bytes)]))
}

function misfit(name: string, values: Values): unknown {
  return findMisfit(shapeNamed(name), bytesOf(values))
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
/** URL paths cannot name `.` and `..`, encoded or not: a reader resolves them away (URL Standard, 4.4). */
const segment = text.filter((name) => name !== '.' && name !== '..')
const SERVER = { host: 'db', port: '5432', database: 'app' }

describe('what a shape writes is what its reader reads', () => {
  for (const name of ['postgres-url', 'mysql-url', 'mongodb-url', 'redis-url']) {
    test(`${name}: user, password and database of any characters`, () => {
      fc.assert(
        fc.property(text, text, segment, (username, password, database) => {
          const url = new URL(made(name, { ...SERVER, username, password, database }).url ?? '')
          assert.equal(decodeURIComponent(url.username), username)
          assert.equal(decodeURIComponent(url.password), password)
          assert.equal(decodeURIComponent(url.pathname), `/${database}`)
          assert.equal(url.host, 'db:5432')
        }),
        { numRuns: runs(50) },
      )
    })
  }

  test('git-credentials: user and password of any characters, on one line', () => {
    fc.assert(
      fc.property(text, text, (username, password) => {
        const file = made('git-credentials', { host: 'h', username, password })['.git-credentials'] ?? ''
        assert.match(file, /^[^\n]+\n$/)
        assert.deepEqual([username, password], [new URL(file).username, new URL(file).password].map(decodeURIComponent))
      }),
      { numRuns: runs(50) },
    )
  })

  test('env-file: a shell sets values of any characters', () => {
    const values = { A: `it's "$HOME" \`id\` \\n`, B: 'two\nlines\n', C: "'", D: '', E: '=# !é😀' }
    const file = made('env-file', values)['.env'] ?? ''
    const shell = execFileSync('sh', ['-c', `${file}printf '%s\\0' "$A" "$B" "$C" "$D" "$E"`], { encoding: 'utf8' })
    assert.deepEqual(shell.split('\0').slice(0, -1), Object.values(values))
  })

  test('toml-file: a value is a JSON text, which TOML reads alike, DEL escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const [, written = ''] = /^a = (.*)\n$/.exec(made('toml-file', { a: value })['config.toml'] ?? '') ?? []
        assert.equal(JSON.parse(written), value.toWellFormed())
        assert.doesNotMatch(written, /\x7f/)
      }),
    )
  })

  test('properties-file: escapes are undone by its reader, and one entry stays one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '\n', '\r', '\t', '\f', ' ', '=', ':', 'n', 'é') }), (value) => {
        const file = made('properties-file', { a: value })['application.properties'] ?? ''
        const [, written = ''] = /^a=([^\n\r\t\f]*)\n$/.exec(file) ?? []
        assert.doesNotMatch(written, /^ /)
        const read = written.replaceAll(/\\(.)/g, (_, one: string) => ({ n: '\n', r: '\r', t: '\t', f: '\f' })[one] ?? one)
        assert.equal(read, value)
      }),
    )
  })
})

describe('certificates and key stores', () => {
  test('tls-from-pkcs12 takes the file as bytes too', () => {
    const pkcs12 = Buffer.from(EXAMPLE_PKCS12, 'base64')
    const written = made('tls-from-pkcs12', { pkcs12, password: 'changeit' })
    assert.deepEqual(written, { 'tls.crt': EXAMPLE_CERTIFICATE, 'tls.key': EXAMPLE_KEY })
  })

  test('pkcs12-keystore is read back by tls-from-pkcs12', () => {
    const stores = bytesMade('pkcs12-keystore', { certificate: EXAMPLE_CERTIFICATE, key: EXAMPLE_KEY, password: 'changeit' })
    assert.deepEqual([...stores.keys()], ['keystore.p12', 'password'])
    const pkcs12 = stores.get('keystore.p12') ?? new Uint8Array()
    const read = made('tls-from-pkcs12', { pkcs12, password: 'changeit' })
    assert.deepEqual(read, { 'tls.crt': EXAMPLE_CERTIFICATE, 'tls.key': EXAMPLE_KEY })
  })

  test('tls puts the chain behind the certificate, without the text around them, and the authority into its own key', () => {
    const chain = `subject=CN = example\n${EXAMPLE_CERTIFICATE}`
    const written = made('tls', { certificate: EXAMPLE_CERTIFICATE.trim(), chain, ca: EXAMPLE_CERTIFICATE, key: EXAMPLE_KEY })
    assert.equal(written['tls.crt'], EXAMPLE_CERTIFICATE + EXAMPLE_CERTIFICATE)
    assert.equal(new X509Certificate(written['ca.crt'] ?? '').subject, 'CN=example')
  })
})

describe('what is optional', () => {
  test('a URL without a port and a database', () => {
    assert.equal(made('postgres-url', { username: 'a', password: 'b', host: 'db' }).url, 'postgres://a:b@db/')
  })

  test('Redis without a login, with a user', () => {
    assert.equal(made('redis-url', { host: 'cache' }).url, 'redis://cache/')
    assert.equal(made('redis-url', { host: 'cache', username: 'a', password: 'b' }).url, 'redis://a:b@cache/')
  })

  test('an engine that is a scheme itself', () => {
    assert.equal(made('database-url', { engine: 'mariadb', username: 'a', password: 'b', host: 'h' }).url, 'mysql://a:b@h/')
    assert.equal(made('database-url', { engine: 'mysql', username: 'a', password: 'b', host: 'h' }).url, 'mysql://a:b@h/')
  })

  test('an image pull secret without an address', () => {
    const written = made('dockerconfigjson', { registry: 'r', username: 'u', password: 'p' })['.dockerconfigjson'] ?? ''
    assert.deepEqual(JSON.parse(written), { auths: { r: { username: 'u', password: 'p', auth: btoa('u:p') } } })
  })

  test('AWS credentials of the default profile, with a token and without a region', () => {
    const written = made('aws-credentials-file', { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token', region: '' })
    const credentials = '[default]\naws_access_key_id = id\naws_secret_access_key = key\naws_session_token = token\n'
    assert.deepEqual(written, { credentials })
  })

  test('a kubeconfig with a client certificate', () => {
    const written = made('kubeconfig', { server: 's', clientCertificate: EXAMPLE_CERTIFICATE, clientKey: EXAMPLE_KEY }).kubeconfig
    assert.match(written ?? '', new RegExp(`client-key-data: ${btoa(EXAMPLE_KEY).replaceAll('+', '\\+')}\n`))
  })
})

describe('fetched keys that do not fit', () => {
  test('neither a token nor a whole client certificate', () => {
    assert.deepEqual(misfit('kubeconfig', { server: 's', token: '', clientKey: EXAMPLE_KEY }), {
      what: 'no choice',
      groups: [['token'], ['clientCertificate', 'clientKey']],
    })
  })

  for (const [name, values, key] of [
    ['env-file', { A: '', 'b-c': '' }, 'b-c'],
    ['env-file', { '1A': '' }, '1A'],
    ['toml-file', { a: '', 'a.b': '' }, 'a'],
    ['ini-file', { '.a': '' }, '.a'],
  ] as const) {
    test(`${name} refuses the key ${key}`, () => {
      const found = findMisfit(shapeNamed(name), bytesOf(values))
      assert.ok(found?.what === 'key refused')
      assert.equal(found.refusal.key, key)
    })
  }

  for (const [name, values, holds] of [
    ['tls', { certificate: btoa(EXAMPLE_CERTIFICATE), key: EXAMPLE_KEY }, 'certificate'],
    ['tls', { certificate: EXAMPLE_CERTIFICATE, key: EXAMPLE_CERTIFICATE }, 'private key'],
    ['basic-auth', { username: 'a', password: Uint8Array.of(0xff) }, 'text'],
    ['ini-file', { a: 'b\n[c]' }, 'line'],
  ] as const) {
    test(`${name} refuses a value that is no ${holds}`, () => {
      const found = findMisfit(shapeNamed(name), bytesOf(values))
      assert.ok(found?.what === 'wrong value')
      assert.equal(found.holds, holds)
    })
  }
})

test('argocd-repository has its label and its keys, for the day when a policy allows it', () => {
  const { example, labels } = shapeNamed('argocd-repository')
  assert.deepEqual(labels, { 'argocd.argoproj.io/secret-type': 'repository' })
  assert.deepEqual(made('argocd-repository', example.values), example.gives)
})

test('every shape has a name that the annotation may have, and no two keys alike', () => {
  for (const { name, data, inputs } of library.values()) {
    assert.match(name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    assert.equal(new Set(data.map(({ key }) => key)).size, data.length, name)
    assert.equal(new Set(inputs.map(({ key }) => key)).size, inputs.length, name)
  }
})
