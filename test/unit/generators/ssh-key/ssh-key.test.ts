import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { sshKey } from '../../../../plugin/generators/ssh-key/ssh-key.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { generatorContext, textOf } from '../../../support/generator-context.ts'

const SSH_KEYGEN = '/usr/bin/ssh-keygen'
const SIGNAL = new AbortController().signal

interface Made {
  readonly privateKey: string
  readonly publicKey: string
}

async function made(spec: object): Promise<Made> {
  const { values } = await sshKey.generate(sshKey.spec.parse(spec), generatorContext(), SIGNAL)
  return { privateKey: textOf(values, 'privateKey'), publicKey: textOf(values, 'publicKey') }
}

/** What OpenSSH makes of the file. */
async function keygen(privateKey: string, ...options: readonly string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssh-key-'))
  try {
    const file = path.join(folder, 'key')
    await writeFile(file, privateKey, { mode: 0o600 })
    return execFileSync(SSH_KEYGEN, [...options, '-f', file], { encoding: 'utf8', input: '', stdio: 'pipe' })
  } finally {
    await rm(folder, { recursive: true })
  }
}

const CASES: readonly (readonly [spec: object, bits: number, name: string])[] = [
  [{}, 2048, 'RSA'],
  [{ keyType: 'rsa', keySize: 1024 }, 1024, 'RSA'],
  [{ keyType: 'rsa', keySize: 3072 }, 3072, 'RSA'],
  [{ keyType: 'ecdsa' }, 256, 'ECDSA'],
  [{ keyType: 'ecdsa', keySize: 384 }, 384, 'ECDSA'],
  [{ keyType: 'ecdsa', keySize: 521 }, 521, 'ECDSA'],
  [{ keyType: 'ecdsa', keySize: 2048 }, 256, 'ECDSA'],
  [{ keyType: 'ed25519', keySize: 4096, comment: 'deploy@example.org' }, 256, 'ED25519'],
]

describe('OpenSSH', { skip: !existsSync(SSH_KEYGEN) && 'ssh-keygen is not installed' }, () => {
  for (const [spec, bits, name] of CASES) {
    test(`reads the key of ${JSON.stringify(spec)} and finds the same public key in it`, async () => {
      const { privateKey, publicKey } = await made(spec)
      assert.equal(await keygen(privateKey, '-y'), publicKey)
      assert.match(await keygen(privateKey, '-l'), new RegExp(`^${bits} SHA256:\\S+ .*\\(${name}\\)\\n$`))
    })
  }

  test('reads many keys, whatever bytes they begin with', async () => {
    for (let round = 0; round < 20; round++) {
      const { privateKey, publicKey } = await made({ keyType: round % 2 ? 'ecdsa' : 'ed25519', comment: 'x'.repeat(round) })
      assert.equal(await keygen(privateKey, '-y'), publicKey)
    }
  })
})

describe('a key', () => {
  test('is written in lines, with an end', async () => {
    const { privateKey, publicKey } = await made({ keyType: 'ed25519', comment: 'ada' })
    assert.match(
      privateKey,
      /^-----BEGIN OPENSSH PRIVATE KEY-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END OPENSSH PRIVATE KEY-----\n$/,
    )
    assert.match(publicKey, /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\S{43} ada\n$/)
  })

  test('is another one each time', async () => {
    const [one, two] = [await made({ keyType: 'ed25519' }), await made({ keyType: 'ed25519' })]
    assert.notEqual(one.privateKey, two.privateKey)
  })

  for (const [what, spec, field] of [
    ['a short rsa key', { keySize: 512 }, 'spec.keySize'],
    ['a comment of two lines', { keyType: 'ed25519', comment: 'a\nssh-rsa AAAA' }, 'spec.comment'],
  ] as const) {
    test(`is refused: ${what}`, async () => {
      await assert.rejects(made(spec), (error) => error instanceof SecretError && error.place.field === field)
    })
  }

  for (const spec of [{ keySize: 255 }, { keySize: 8193 }, { keyType: 'dsa' }]) {
    test(`does not fit the schema: ${JSON.stringify(spec)}`, () => assert.ok(!sshKey.spec.safeParse(spec).success))
  }
})
