import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connectToKube } from '../../../plugin/kube/connect-to-kube.ts'
import { LEASES } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { Lease } from '../../../plugin/kube/lease-record.ts'
import { DEFAULT_LEASE_TIMING, type LeaseTiming } from '../../../plugin/kube/lease-timing.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type Ledger, type LedgerEntry, startLedger } from './lease-ledger.ts'
import { type Contention, type LeaseProcess, startContender } from './lease-process.ts'

/** `LEASE_ROUNDS=50` for a long run: a round takes a quarter of a minute, most of it the four seconds that a lease lasts. */
const ROUNDS = Number(process.env['LEASE_ROUNDS'] ?? 10)
const SHORT: LeaseTiming = { leaseMs: 4_000, renewDeadlineMs: 3_000, retryMs: 500 }

const servers = startedServers()
let folder: string
let api: KubeApiServer
let client: KubeClient

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lease-'))
  api = servers.keep(await startKubeApiServer(servers.keep(await startEtcd(folder)), 'lease', folder))
  const options = { environment: new Map<string, string>(), requestTimeoutMs: 10_000, maxConnections: 4, userAgent: 'test' }
  client = await connectToKube(
    { ...options, kubeconfig: api.kubeconfig },
    { clock: systemClock, random: systemRandom, logger: silentLogger },
  )
})

after(async () => {
  client?.close()
  await servers.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Three processes that contend for one Lease, and what they write. */
class Contenders {
  readonly processes = new Map<string, LeaseProcess>()
  readonly ledger: Ledger
  readonly #contention: Contention
  #started = 0

  private constructor(ledger: Ledger, contention: Contention) {
    this.ledger = ledger
    this.#contention = contention
  }

  static async start(lease: string, timing: LeaseTiming): Promise<Contenders> {
    const contenders = new Contenders(await startLedger(client, lease), { kubeconfig: api.kubeconfig, lease, timing })
    await Promise.all([contenders.startOne(), contenders.startOne(), contenders.startOne()])
    await waitUntil('somebody writes', async () => contenders.ledger.entries.length > 0)
    return contenders
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this.processes.values(), (contender) => contender.stop()))
    await this.ledger.stop()
  }

  async startOne(): Promise<void> {
    const name = `${this.#contention.lease}-${++this.#started}`
    this.processes.set(name, await startContender(name, this.#contention))
  }

  /** The one that wrote last, once it writes steadily. */
  async leader(): Promise<LeaseProcess> {
    const before = this.ledger.entries.length
    await waitUntil('it writes steadily', async () => this.ledger.entries.length > before + 20)
    const found = this.processes.get(this.ledger.entries.at(-1)?.writer ?? '')
    assert.ok(found)
    return found
  }

  /** Milliseconds from now until another than `former` has written. */
  async failover(former: LeaseProcess): Promise<number> {
    const began = performance.now()
    const first = (): LedgerEntry | undefined =>
      this.ledger.entries.find(({ at, writer }) => at > began && writer !== former.name)
    await waitUntil('another writes', async () => first() !== undefined, this.standing)
    return (first()?.at ?? Number.POSITIVE_INFINITY) - began
  }

  readonly standing = async (): Promise<string> => {
    const { spec } = await client.get<Lease>(LEASES, { namespace: 'default', name: this.#contention.lease })
    const said = Array.from(this.processes.values(), (contender) => `${contender.name}: ${contender.said.join(', ')}`)
    return [JSON.stringify(spec), ...said].join('\n')
  }

  /** Goes on a former leader that was stopped, and waits until it knows. */
  async goOn(former: LeaseProcess): Promise<void> {
    const takeovers = this.ledger.writers().length
    former.signal('SIGCONT')
    await waitUntil('it notices', async () => former.said.at(-1) === 'ends', this.standing)
    await this.leader()
    assert.equal(this.ledger.writers().length, takeovers, `it wrote again: ${this.ledger.writers().slice(-4).join(', ')}`)
  }

  async replace(former: LeaseProcess): Promise<void> {
    this.processes.delete(former.name)
    await this.startOne()
  }

  /** No write was lost or doubled, and nobody wrote after another had begun to, in so many rounds. */
  assertLawful(rounds: number): void {
    const { ledger, processes } = this
    assert.deepEqual(
      ledger.entries.map(({ count }) => count),
      ledger.entries.map((_, place) => place + 1),
    )
    // Each takeover is one that a contender knew of; who is named once more has led once more.
    for (const { name, said } of processes.values()) {
      const times = said.filter((word) => word === 'leads').length
      assert.ok(ledger.writers().filter((writer) => writer === name).length <= times, name)
    }
    assert.equal(ledger.writers().length, 4 * rounds + 1)
  }
}

/** Updates of the ConfigMap that the API server refused to this process. */
async function conflicts({ name }: LeaseProcess): Promise<number> {
  const events = await api.audit()
  return events.filter(
    ({ verb, userAgent, objectRef, responseStatus }) =>
      verb === 'update' && userAgent === name && objectRef?.resource === 'configmaps' && responseStatus?.code === 409,
  ).length
}

/** Whether all of these have been told whose the Lease is. */
async function haveAsked(names: Iterable<string>): Promise<boolean> {
  const events = await api.audit()
  const asked = new Set(
    events
      .filter(({ objectRef, responseStatus }) => objectRef?.resource === 'leases' && responseStatus?.code === 200)
      .map(({ userAgent }) => userAgent),
  )
  return [...names].every((name) => asked.has(name))
}

/** A crash is noticed when the lease is over and somebody looks; a stop gives it back. */
function contend(
  lease: string,
  rounds: number,
  timing: LeaseTiming,
  failoverMs: { readonly crash: number; readonly stop: number },
): void {
  let contenders: Contenders

  before(async () => {
    contenders = await Contenders.start(lease, timing)
  })
  after(() => contenders?.stop())

  for (let round = 1; round <= rounds; round++) {
    test(`round ${round}: a leader that was stopped between its look at the lease and its write is refused`, async () => {
      const former = await contenders.leader()
      former.signal('SIGUSR2')
      assert.ok((await contenders.failover(former)) <= failoverMs.crash)
      await contenders.goOn(former)
      assert.ok(former.said.includes('refused'))
      assert.ok((await conflicts(former)) >= 1)
    })

    test(`round ${round}: a leader that is stopped at any moment does not write when it goes on`, async () => {
      const former = await contenders.leader()
      await systemClock.sleep(systemRandom.fraction() * timing.retryMs)
      former.signal('SIGSTOP')
      assert.ok((await contenders.failover(former)) <= failoverMs.crash)
      await contenders.goOn(former)
    })

    test(`round ${round}: after a leader was killed another writes in time`, async () => {
      const former = await contenders.leader()
      former.signal('SIGKILL')
      assert.ok((await contenders.failover(former)) <= failoverMs.crash)
      await former.ended
      await contenders.replace(former)
    })

    test(`round ${round}: after a leader was told to stop another writes at once`, async () => {
      const former = await contenders.leader()
      former.signal('SIGTERM')
      assert.ok((await contenders.failover(former)) <= failoverMs.stop)
      assert.equal(await former.ended, 0)
      await contenders.replace(former)
    })
  }

  test('a Lease that somebody deletes is made anew by its leader, who goes on', async () => {
    // One that starts at this very moment has seen no leader, and may make the Lease itself.
    await waitUntil('all have seen the Lease', () => haveAsked(contenders.processes.keys()), contenders.standing)
    const former = await contenders.leader()
    const key = { namespace: 'default', name: lease }
    const { metadata } = await client.get<Lease>(LEASES, key)
    await client.delete(LEASES, key)
    const isNew = async (): Promise<boolean> => {
      const now = await client.get<Lease>(LEASES, key).catch(() => undefined)
      return now !== undefined && now.metadata.uid !== metadata.uid
    }
    await waitUntil('the Lease is there again', isNew, contenders.standing)
    assert.equal((await client.get<Lease>(LEASES, key)).spec?.holderIdentity, former.name)
    assert.equal(await contenders.leader(), former)
  })

  test('no write was lost or doubled, and nobody wrote after another had begun to', async () => {
    await contenders.leader()
    contenders.assertLawful(rounds)
  })
}

describe('three processes contend for a Lease', { concurrency: true }, () => {
  // Side by side: one round of the times that are the default takes a minute, within 24 seconds after a crash and two after a stop.
  describe('with the default times', { concurrency: false }, () =>
    contend('with-defaults', 1, DEFAULT_LEASE_TIMING, { crash: 24_000, stop: 2_000 }),
  )
  // Bounds that only a machine that stands still would miss.
  describe('with short times', { concurrency: false }, () =>
    contend('with-short-times', ROUNDS, SHORT, { crash: 12_000, stop: 4_000 }),
  )
})
