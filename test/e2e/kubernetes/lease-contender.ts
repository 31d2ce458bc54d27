import { connectToKube } from '../../../plugin/kube/connect-to-kube.ts'
import { CONFIG_MAPS } from '../../../plugin/kube/core-resources.ts'
import { isKubeError } from '../../../plugin/kube/kube-error.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import { LeaseElection } from '../../../plugin/kube/lease-election.ts'
import { guardedClient } from '../../../plugin/kube/lease-guard.ts'
import type { Leadership } from '../../../plugin/kube/lease-tenure.ts'
import type { LeaseTiming } from '../../../plugin/kube/lease-timing.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'

/**
 * One process that contends for a Lease and counts up the ConfigMap of the same name for as long as it leads.
 * Says on a line each when it leads, when it does not any more, and when a write was refused. SIGTERM: it stops in order.
 * SIGUSR2: it stops itself (SIGSTOP) between its next look at the lease and the write that it looked for.
 */
const [kubeconfig = '', name = '', contended = '', times = ''] = process.argv.slice(2)

interface Ledger extends KubeObject {
  readonly data?: { readonly count?: string; readonly writer?: string }
}

const ports = { clock: systemClock, random: systemRandom, logger: silentLogger }
const options = {
  kubeconfig,
  environment: new Map<string, string>(),
  requestTimeoutMs: 5_000,
  maxConnections: 4,
  userAgent: name,
}
const stop = new AbortController()
let freezesAtNextWrite = false
process.on('SIGTERM', () => stop.abort())
process.on('SIGUSR2', () => (freezesAtNextWrite = true))

const forLease = await connectToKube(options, ports)
const forWrites = await connectToKube(options, ports)
const lease = { namespace: 'default', name: contended }
const timing = JSON.parse(times) as LeaseTiming
const election = new LeaseElection({ client: forLease, lease, timing, identity: name, ...ports })
await election.run(count, stop.signal)
forLease.close()
forWrites.close()

async function count(leadership: Leadership): Promise<void> {
  say('leads')
  const client = guardedClient(forWrites, leadership)
  while (leadership.mayWrite() && !stop.signal.aborted) {
    const ledger = await client.get<Ledger>(CONFIG_MAPS, lease)
    const next: Ledger = { ...ledger, data: { count: String(Number(ledger.data?.count ?? 0) + 1), writer: name } }
    try {
      if (freezesAtNextWrite && leadership.mayWrite()) await writeLate(next)
      else await client.update(CONFIG_MAPS, next)
    } catch (thrown) {
      if (isKubeError(thrown, 'Conflict')) say('refused')
      else if (!isKubeError(thrown)) throw thrown
    }
    await systemClock.sleep(20)
  }
  say('ends')
}

/** The write of one that looked and was stopped before it wrote: no check can help it, only the version that it carries. */
async function writeLate(next: Ledger): Promise<void> {
  freezesAtNextWrite = false
  process.kill(process.pid, 'SIGSTOP')
  await forWrites.update(CONFIG_MAPS, next)
}

function say(what: string): void {
  console.log(what)
}
