import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Logger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { keyCommands } from '../../../../plugin/stores/keys/key-commands.ts'
import type { KeyRing, RingKey } from '../../../../plugin/stores/keys/key-ring.ts'
import { openKeyRing, processKeyRing } from '../../../../plugin/stores/keys/open-key-ring.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { ManualClock } from '../warm/manual-clock.ts'

const ONE = Buffer.alloc(32, 1)
const TWO = Buffer.alloc(32, 2)

let directory: string
let clock: ManualClock
let ring: KeyRing | undefined
let said: string[]
const logger: Logger = { info: (message) => said.push(message), warn: (message) => said.push(message) }

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'keys-'))
  clock = new ManualClock()
  said = []
})
afterEach(async () => {
  ring?.close()
  await rm(directory, { recursive: true })
})

async function open(files: Readonly<Record<string, Uint8Array>>): Promise<KeyRing> {
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(directory, name), bytes)
  ring = await openKeyRing(directory, { clock, logger })
  return ring
}

function print({ key }: RingKey): string {
  return createHmac('sha256', key).update('x').digest('hex')
}

const seedOf = (from: KeyRing): string => Buffer.from(from.seed()?.reveal() ?? []).toString('hex')

/** Until it has looked at the folder once more. */
async function lookAgain(until: () => boolean): Promise<void> {
  for (let look = 0; look < 500 && !until(); look++) {
    clock.advance(10_000)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assert.ok(until())
}

describe('a ring of a mounted folder', () => {
  test('has the newest version first, by its number', async () => {
    const { all, newest } = await open({ v1: ONE, v10: TWO, v9: Buffer.alloc(32, 9), 'README.txt': Buffer.from('x') })
    assert.deepEqual(
      all('hmac').map(({ id }) => id.split('-')[0]),
      ['v10', 'v9', 'v1'],
    )
    assert.equal(newest('aead'), all('aead')[0])
  })

  test('has another key for each purpose and each version, and the same ones in every replica', async () => {
    const { all } = await open({ v1: ONE, v2: TWO })
    const prints = [...all('hmac'), ...all('aead')].map(print)
    assert.equal(new Set(prints).size, 4)
    const replica = await openKeyRing(directory, { clock, logger })
    assert.deepEqual([...replica.all('hmac'), ...replica.all('aead')].map(print), prints)
    replica.close()
  })

  test('derives its sub-keys as it always did', async () => {
    const { newest, seed } = await open({ v1: ONE })
    assert.equal(newest('hmac').id, 'v1-ce681b17')
    assert.equal(print(newest('hmac')), '8e6a00aa60447135c7cdaa463a6adf137c89cf6a68d9ccc65599800deae786d5')
    assert.equal(print(newest('aead')), '35050337eedb6a18b212c7373be3e51d9bddef274de42818489247a13009f279')
    assert.equal(
      Buffer.from(seed()?.reveal() ?? []).toString('hex'),
      'd4da0883889070e4dfc0b19eedc5e1180ec154093fb3d794f5375375c4949f85',
    )
  })

  test('a version that is added changes no random value: the seed is of the oldest', async () => {
    const before = seedOf(await open({ v1: ONE }))
    assert.equal(seedOf(await open({ v2: TWO })), before)
  })

  test('reads keys as Kubernetes mounts them, behind links, and sees them change', async () => {
    await mkdir(path.join(directory, '..one'))
    await writeFile(path.join(directory, '..one', 'v1'), ONE)
    await symlink('..one', path.join(directory, '..data'))
    await symlink('..data/v1', path.join(directory, 'v1'))
    const mounted = await open({})
    const [first] = mounted.all('hmac')
    await mkdir(path.join(directory, '..two'))
    await writeFile(path.join(directory, '..two', 'v1'), TWO)
    await symlink('..two', path.join(directory, '..tmp'))
    await rename(path.join(directory, '..tmp'), path.join(directory, '..data'))
    await lookAgain(() => mounted.newest('hmac').id !== first?.id)
    assert.deepEqual(said, ['keys were read again'])
  })

  test('stays in force while the folder is broken, and says so once', async () => {
    const mounted = await open({ v1: ONE })
    const { id } = mounted.newest('hmac')
    await writeFile(path.join(directory, 'v2'), 'short')
    await lookAgain(() => mounted.problem() !== undefined)
    await lookAgain(() => true)
    assert.equal(mounted.newest('hmac').id, id)
    assert.match(mounted.problem()?.message ?? '', /v2" has 5 bytes, fewer than 32/)
    assert.equal(said.length, 1)
    await writeFile(path.join(directory, 'v2'), TWO)
    await lookAgain(() => mounted.problem() === undefined)
    assert.match(mounted.newest('hmac').id, /^v2-/)
    assert.match(mounted.detail(), /^keys v2, v1 of /)
  })

  for (const [name, files, message] of [
    ['no key at all', { key: ONE }, /holds no key: keys are files named v1, v2/],
    ['a short key', { v1: ONE.subarray(1) }, /v1" has 31 bytes, fewer than 32/],
    ['a huge key', { v1: Buffer.alloc(65_537) }, /v1" has more than 65536 bytes/],
    ['the same key twice', { v1: ONE, v2: ONE }, /has the same bytes under v2 and v1/],
  ] as const) {
    test(`cannot be opened with ${name}`, async () => {
      await assert.rejects(open(files), (thrown) => {
        assert.ok(thrown instanceof SecretError)
        assert.equal(thrown.kind, 'InvalidSpec')
        assert.match(thrown.message, message)
        assert.match(thrown.remedy ?? '', /openssl rand .* && kubectl .*create secret/)
        return true
      })
    })
  }

  test('cannot be opened where there is no folder', async () => {
    await assert.rejects(openKeyRing(path.join(directory, 'absent'), { clock, logger }), /absent" cannot be read \(ENOENT\)/)
  })
})

test('a ring of the process has no seed: what came of it would end with the process', () => {
  const own = processKeyRing(seededRandom('own'))
  assert.equal(own.seed(), undefined)
  assert.match(own.detail(), /random keys of this process/)
  assert.equal(own.all('hmac').length, 1)
})

test('commands that make keys are those of the documentation, for the Secret that the install mounts', () => {
  const page = readFileSync(new URL('../../../../docs/caching.md', import.meta.url), 'utf8')
  for (const commands of [keyCommands.create, keyCommands.rotate]) {
    assert.match(commands.join('\n'), /argocd-external-secrets-keys/)
    assert.ok(page.includes(commands.join('\n')))
  }
})
