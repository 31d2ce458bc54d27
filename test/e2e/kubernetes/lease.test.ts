import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { connectToKube } from '../../../plugin/kube/connect-to-kube.ts'
import { LEASES } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { Lease } from '../../../plugin/kube/lease-record.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type Ledger, type LedgerEntry, startLedger } from './lease-ledger.ts'
import { type LeaseProcess, startContender } from './lease-process.ts'

/** `LEASE_ROUNDS=50` for a long run: a round takes about a minute, most of it the 15 seconds that a lease lasts. */
const ROUNDS = Number(process.env['LEASE_ROUNDS'] ?? 1)
const FAILOVER_MS = { crash: 24_000, stop: 2_000 }

const servers = startedServers()
const processes = new Map<string, LeaseProcess>()
let folder: string
let api: KubeApiServer
let client: KubeClient
let ledger: Ledger
let started = 0

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lease-'))
  api = servers.keep(await startKubeApiServer(servers.keep(await startEtcd(folder)), 'lease', folder))
  const options = { environment: new Map<string, string>(), requestTimeoutMs: 10_000, maxConnections: 4, userAgent: 'test' }
  client = await connectToKube(
    { ...options, kubeconfig: api.kubeconfig },
    { clock: systemClock, random: systemRandom, logger: silentLogger },
  )
  ledger = await startLedger(client)
  await Promise.all([startOne(), startOne(), startOne()])
  await waitUntil('somebody writes', async () => ledger.entries.length > 0)
})

after(async () => {
  await Promise.all(Array.from(processes.values(), (contender) => contender.stop()))
  await ledger?.stop()
  client?.close()
  await servers.stop()
  await rm(folder, { recursive: true, force: true })
})

async function startOne(): Promise<void> {
  const name = `contender-${++started}`
  processes.set(name, await startContender(name, api.kubeconfig))
}

/** The one that wrote last, once it writes steadily. */
async function leader(): Promise<LeaseProcess> {
  const before = ledger.entries.length
  await waitUntil('it writes steadily', async () => ledger.entries.length > before + 20)
  const found = processes.get(ledger.entries.at(-1)?.writer ?? '')
  assert.ok(found)
  return found
}

/** Milliseconds from now until another than `former` has written. */
async function failover(former: LeaseProcess): Promise<number> {
  const began = performance.now()
  const first = (): LedgerEntry | undefined => ledger.entries.find(({ at, writer }) => at > began && writer !== former.name)
  await waitUntil('another writes', async () => first() !== undefined, standing)
  return (first()?.at ?? Number.POSITIVE_INFINITY) - began
}

async function standing(): Promise<string> {
  const { spec } = await client.get<Lease>(LEASES, { namespace: 'default', name: 'contended' })
  const said = Array.from(processes.values(), (contender) => `${contender.name}: ${contender.said.join(', ')}`)
  return [JSON.stringify(spec), ...said].join('\n')
}

/** Goes on a former leader that was stopped, and waits until it knows. */
async function goOn(former: LeaseProcess): Promise<void> {
  const takeovers = ledger.writers().length
  former.signal('SIGCONT')
  await waitUntil('it notices', async () => former.said.at(-1) === 'ends', standing)
  await leader()
  assert.equal(ledger.writers().length, takeovers, `it wrote again: ${ledger.writers().slice(-4).join(', ')}`)
}

async function replace(former: LeaseProcess): Promise<void> {
  processes.delete(former.name)
  await startOne()
}

/** Updates of the ConfigMap that the API server refused to this process. */
async function conflicts({ name }: LeaseProcess): Promise<number> {
  const events = await api.audit()
  return events.filter(
    ({ verb, userAgent, objectRef, responseStatus }) =>
      verb === 'update' && userAgent === name && objectRef?.resource === 'configmaps' && responseStatus?.code === 409,
  ).length
}

for (let round = 1; round <= ROUNDS; round++) {
  test(`round ${round}: a leader that was stopped between its look at the lease and its write is refused`, async () => {
    const former = await leader()
    former.signal('SIGUSR2')
    assert.ok((await failover(former)) <= FAILOVER_MS.crash)
    await goOn(former)
    assert.ok(former.said.includes('refused'))
    assert.ok((await conflicts(former)) >= 1)
  })

  test(`round ${round}: a leader that is stopped at any moment does not write when it goes on`, async () => {
    const former = await leader()
    await systemClock.sleep(systemRandom.fraction() * 2_000)
    former.signal('SIGSTOP')
    assert.ok((await failover(former)) <= FAILOVER_MS.crash)
    await goOn(former)
  })

  test(`round ${round}: after a leader was killed another writes within 24 seconds`, async () => {
    const former = await leader()
    former.signal('SIGKILL')
    assert.ok((await failover(former)) <= FAILOVER_MS.crash)
    await former.ended
    await replace(former)
  })

  test(`round ${round}: after a leader was told to stop another writes within two seconds`, async () => {
    const former = await leader()
    former.signal('SIGTERM')
    assert.ok((await failover(former)) <= FAILOVER_MS.stop)
    assert.equal(await former.ended, 0)
    await replace(former)
  })
}

test('a Lease that somebody deletes is made anew by its leader, who goes on', async () => {
  const former = await leader()
  const key = { namespace: 'default', name: 'contended' }
  const { metadata } = await client.get<Lease>(LEASES, key)
  await client.delete(LEASES, key)
  const isNew = async (): Promise<boolean> => {
    const now = await client.get<Lease>(LEASES, key).catch(() => undefined)
    return now !== undefined && now.metadata.uid !== metadata.uid
  }
  await waitUntil('the Lease is there again', isNew, standing)
  assert.equal((await client.get<Lease>(LEASES, key)).spec?.holderIdentity, former.name)
  assert.equal(await leader(), former)
})

test('no write was lost or doubled, and nobody wrote after another had begun to', async () => {
  await leader()
  assert.deepEqual(
    ledger.entries.map(({ count }) => count),
    ledger.entries.map((_, place) => place + 1),
  )
  // Each takeover is one that a contender knew of; who is named once more has led once more.
  const tenures = new Map(
    Array.from(processes.values(), ({ name, said }) => [name, said.filter((word) => word === 'leads').length]),
  )
  for (const [name, times] of tenures) assert.ok(ledger.writers().filter((writer) => writer === name).length <= times, name)
  assert.equal(ledger.writers().length, 4 * ROUNDS + 1)
})
