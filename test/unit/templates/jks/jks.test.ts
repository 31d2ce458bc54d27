import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { TemplateError } from '../../../../templates/engine.ts'
import { goTemplateEngine } from '../../../../templates/go-template/go-template-engine.ts'
import { EXAMPLE_CERTIFICATE, EXAMPLE_KEY } from '../../../../templates/library/example-certificate.ts'
import { library } from '../../../../templates/library/registry.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'
import { readJks } from './read-jks.ts'

type Values = Readonly<Record<string, string>>

function rendered(text: string, values: Values, seed = 'a'): Uint8Array {
  const data = new Map(Object.entries(values).map(([key, value]) => [key, new TextEncoder().encode(value)]))
  const surroundings = { ...roomySurroundings, random: () => seededRandom(seed) }
  return goTemplateEngine.compile(text, 'store').render(data, roomyBudget, surroundings).bytes
}

function stored(key: string, values: Values, seed?: string): Uint8Array {
  const text = library.get('jks-keystore')?.data.find((entry) => entry.key === key)?.text
  assert.ok(text)
  return rendered(text, values, seed)
}

const VALUES = { certificate: EXAMPLE_CERTIFICATE, key: EXAMPLE_KEY, ca: EXAMPLE_CERTIFICATE, password: 'changeit' }
const DER = new X509Certificate(EXAMPLE_CERTIFICATE).raw
const PKCS8 = createPrivateKey(EXAMPLE_KEY).export({ format: 'der', type: 'pkcs8' })

describe('a JKS file is read back', () => {
  test('a key store: one key and its chain', () => {
    const chain = `text before\n${EXAMPLE_CERTIFICATE}${EXAMPLE_CERTIFICATE}`
    const entries = readJks(stored('keystore.jks', { ...VALUES, certificate: chain }), 'changeit')
    assert.deepEqual(entries, [{ alias: 'certificate', key: PKCS8, certificates: [DER, DER] }])
  })

  test('a trust store: each certificate under its own alias', () => {
    const entries = readJks(stored('truststore.jks', { ...VALUES, ca: EXAMPLE_CERTIFICATE.repeat(3) }), 'changeit')
    assert.deepEqual(
      entries,
      ['ca', 'ca-2', 'ca-3'].map((alias) => ({ alias, key: undefined, certificates: [DER] })),
    )
  })

  test('with a password of any characters', () => {
    for (const password of ['', 'pässwörd', '\u{1f511}key']) {
      assert.equal(readJks(stored('keystore.jks', { ...VALUES, password }), password).length, 1)
    }
  })

  test('with the parameters of an EC key before it', () => {
    const key = `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${EXAMPLE_KEY}`
    assert.deepEqual(readJks(stored('keystore.jks', { ...VALUES, key }), 'changeit')[0]?.key, PKCS8)
  })
})

test('the same seed gives the same file, another one another salt', () => {
  assert.deepEqual(stored('keystore.jks', VALUES), stored('keystore.jks', VALUES))
  assert.notDeepEqual(stored('keystore.jks', VALUES), stored('keystore.jks', VALUES, 'b'))
  assert.deepEqual(stored('truststore.jks', VALUES), stored('truststore.jks', VALUES, 'b'))
})

for (const [what, template, message] of [
  ['no certificate', '{{ pemToJks "x" .key .password }}', /there is no certificate in PEM/],
  ['no key', '{{ pemToJks .certificate .certificate .password }}', /there is no private key in PEM/],
  ['no authority', '{{ pemTruststoreToJks "" .password }}', /there is no certificate in PEM/],
  ['a certificate that is none', '{{ pemTruststoreToJks .broken .password }}', /malformed certificate/],
] as const) {
  test(`${what} is an error`, () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    assert.throws(
      () => rendered(template, { ...VALUES, broken }),
      (thrown) => thrown instanceof TemplateError && message.test(thrown.message),
    )
  })
}

/** The program that everybody checks such a file with. */
const hasKeytool = spawnSync('keytool', ['-help']).error === undefined
if (!hasKeytool) process.stderr.write('NOT TESTED: there is no keytool here, so that Java has not read the JKS files\n')

describe('what keytool says of it', { skip: hasKeytool ? false : 'there is no keytool on this machine' }, () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'jks-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  const keytool = (...args: readonly string[]): string =>
    execFileSync('keytool', [...args, '-storetype', 'JKS', '-storepass', 'changeit'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })

  test('it lists the certificates, and takes the key out', () => {
    writeFileSync(join(folder, 'keystore.jks'), stored('keystore.jks', VALUES))
    writeFileSync(join(folder, 'truststore.jks'), stored('truststore.jks', { ...VALUES, ca: EXAMPLE_CERTIFICATE.repeat(2) }))
    assert.match(keytool('-list', '-keystore', 'keystore.jks'), /^certificate, .*PrivateKeyEntry/m)
    const trusted = keytool('-list', '-rfc', '-keystore', 'truststore.jks')
    assert.match(trusted, /Alias name: ca-2\n/)
    const certificates = Array.from(
      trusted.matchAll(/-----BEGIN[^]+?-----END CERTIFICATE-----/g),
      ([pem]) => new X509Certificate(pem).raw,
    )
    assert.deepEqual(certificates, [DER, DER])

    const changed = ['-importkeystore', '-srckeystore', 'keystore.jks', '-srcstoretype', 'JKS', '-srcstorepass', 'changeit']
    execFileSync('keytool', [...changed, '-destkeystore', 'out.p12', '-deststoretype', 'PKCS12', '-deststorepass', 'changeit'], {
      cwd: folder,
      stdio: 'ignore',
    })
    const key = execFileSync('openssl', ['pkcs12', '-in', 'out.p12', '-passin', 'pass:changeit', '-nodes', '-nocerts'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    assert.deepEqual(createPrivateKey(key).export({ format: 'der', type: 'pkcs8' }), PKCS8)
  })
})
