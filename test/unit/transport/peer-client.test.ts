import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import express from 'express'
import { UsageError } from '../../../plugin/config/usage-error.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { openPeerClient, type PeerClient, type PeerFiles } from '../../../plugin/transport/peer-client.ts'
import { peerUrl } from '../../../plugin/transport/peer-url.ts'
import { listen } from '../../support/emulator.ts'
import { testClientCertificate, testTls } from '../../support/emulators/tls/test-tls.ts'
import { FakeClock } from '../../support/fake-clock.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'peer-'))
})
after(() => rm(folder, { recursive: true }))

async function file(name: string, content: string): Promise<string> {
  const full = path.join(folder, name)
  await writeFile(full, content)
  return full
}

interface Seen {
  readonly token: string | undefined
  readonly isCertified: boolean
  readonly url: string
}

async function peer() {
  const seen: Seen[] = []
  const app = express()
  app.use((incoming, outgoing) => {
    const { authorized } = incoming.socket as TLSSocket
    seen.push({ token: incoming.headers.authorization, isCertified: authorized, url: incoming.url })
    outgoing.sendStatus(204)
  })
  const tls = testTls()
  const listening = await listen(app, { ...tls, clientCa: tls.ca })
  return { url: new URL(`https://localhost:${listening.port}/base`), seen, close: listening.close }
}

async function client(url: URL, files: PeerFiles, clock = new FakeClock()): Promise<PeerClient> {
  return openPeerClient({ url, files, environment: new Map(), clock, logger: silentLogger })
}

const ask = { method: 'GET', path: '/floors?after=1', signal: new AbortController().signal } as const

test('a token and a certificate are read again when their files change', async () => {
  const { url, seen, close } = await peer()
  const own = testClientCertificate()
  const files = {
    ca: await file('ca', testTls().ca),
    certificate: await file('cert', own.cert),
    key: await file('key', own.key),
    token: await file('token', 'first\n'),
  }
  const clock = new FakeClock()
  const self = await client(url, files, clock)
  try {
    await self.send(ask)
    await file('token', 'second')
    await self.send(ask)
    clock.advance(5_000)
    await self.send(ask)
    await rm(files.token)
    clock.advance(5_000)
    await self.send(ask)
    assert.deepEqual(
      seen.map(({ token }) => token),
      ['Bearer first', 'Bearer first', 'Bearer second', 'Bearer second'],
    )
    assert.ok(seen.every(({ isCertified, url: asked }) => isCertified && asked === '/base/floors?after=1'))
  } finally {
    self.close()
    await close()
  }
})

test('a projected token is read again when the kubelet swaps its folder, and is shown as it is then', async () => {
  const { url, seen, close } = await peer()
  // As the kubelet writes (Kubernetes, AtomicWriter): a folder for each version, and one link that is swapped for another.
  const mount = await mkdtemp(path.join(folder, 'mount-'))
  const write = async (version: string): Promise<void> => {
    await mkdir(path.join(mount, version))
    await writeFile(path.join(mount, version, 'token'), `token-${version}`)
    await symlink(version, path.join(mount, '..data_tmp'))
    await rename(path.join(mount, '..data_tmp'), path.join(mount, '..data'))
  }
  await write('1')
  await symlink(path.join('..data', 'token'), path.join(mount, 'token'))
  const clock = new FakeClock()
  const self = await client(url, { ca: await file('kubelet-ca', testTls().ca), token: path.join(mount, 'token') }, clock)
  try {
    await self.send(ask)
    await write('2')
    await rm(path.join(mount, '1'), { recursive: true })
    clock.advance(5_000)
    await self.send(ask)
    assert.deepEqual(
      seen.map(({ token }) => token),
      ['Bearer token-1', 'Bearer token-2'],
    )
  } finally {
    self.close()
    await close()
  }
})

test('a peer whose authority is another is not spoken to', async () => {
  const { url, seen, close } = await peer()
  const self = await client(url, { token: await file('other-token', 'x') })
  try {
    await assert.rejects(self.send(ask), { kind: 'Unavailable' })
    assert.deepEqual(seen, [])
  } finally {
    self.close()
    await close()
  }
})

test('plain http is for this machine alone', () => {
  for (const url of ['https://controller:8443', 'http://127.0.0.1:81', 'http://[::1]:81', 'http://localhost:81'])
    assert.equal(peerUrl('--controller', url).href.startsWith(url), true)
  for (const url of ['http://controller', 'http://127.example.com', 'ftp://x', 'https://a:b@c', 'x', 'https://a?b'])
    assert.throws(() => peerUrl('--controller', url), UsageError, url)
})
