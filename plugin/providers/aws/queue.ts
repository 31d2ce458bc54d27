import { SecretError } from '../../model/secret-error.ts'
import { createHttpClient } from '../http-client.ts'
import type { QueuedMessage } from './api.ts'
import { AwsFailure } from './aws-failure.ts'
import { environmentKeys } from './base-credentials.ts'
import { clientSettings, signedWith } from './client-settings.ts'
import { type Attempt, explain } from './explain.ts'
import { explained } from './explained.ts'

export interface AwsQueueOptions {
  readonly url: string
  /** Undefined: that of the URL's host, else of the environment. */
  readonly region: string | undefined
  /** Of this process: keys, region, endpoint and proxies. */
  readonly environment: ReadonlyMap<string, string>
}

/** A queue of SQS, with the identity of this process. Every call throws SecretError. */
export interface AwsQueue {
  /** Up to ten messages, after at most {@link WAIT_SECONDS}; nobody else is given them for {@link HIDDEN_SECONDS}. */
  receive(signal: AbortSignal): Promise<readonly QueuedMessage[]>
  remove(receipts: readonly string[], signal: AbortSignal): Promise<void>
  close(): void
}

/** The longest that SQS waits (SQS API reference, ReceiveMessage). */
const WAIT_SECONDS = 20
/** Enough to tell ten events at the pace at which they are taken. */
const HIDDEN_SECONDS = 60
/** An answer that is so much later than it must be does not come any more, in milliseconds. */
const LATE_MS = 10_000

/** Throws SecretError InvalidSpec for a URL that is none, or whose region nobody says. */
export async function openAwsQueue({ url, region, environment }: AwsQueueOptions): Promise<AwsQueue> {
  const http = createHttpClient({ environment })
  const plain = clientSettings('Queue', regionOf(url, region, environment), { environment }, http)
  const keys = environmentKeys(environment)
  const { queueApi } = await import('./sdk-queue.ts')
  const api = queueApi(keys ? signedWith(plain, () => keys) : plain, url)
  const target = 'the queue of --rotations-queue'
  return {
    receive(signal) {
      const within = AbortSignal.any([signal, AbortSignal.timeout(WAIT_SECONDS * 1_000 + LATE_MS)])
      const wish = { waitSeconds: WAIT_SECONDS, hiddenSeconds: HIDDEN_SECONDS }
      return explained(api.receiveMessages(wish, within), { action: 'sqs:ReceiveMessage', target })
    },
    async remove(receipts, signal) {
      const attempt: Attempt = { action: 'sqs:DeleteMessage', target }
      const failed = await explained(api.deleteMessages(receipts, signal), attempt)
      if (failed > 0) throw explain(new AwsFailure('ServiceUnavailable'), attempt)
    },
    close: () => http.close(),
  }
}

/** `sqs.REGION.amazonaws.com`, its FIPS twin, an endpoint in a VPC, and the older `REGION.queue.amazonaws.com` (SQS endpoints and quotas). */
const HOST = /(?:^|\.)sqs(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\.|^([a-z]{2,}(?:-[a-z]+)+-\d+)\.queue\./

function regionOf(url: string, region: string | undefined, environment: ReadonlyMap<string, string>): string {
  const { hostname, protocol } = URL.parse(url) ?? {}
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new SecretError('InvalidSpec', '--rotations-queue is no URL', {
      place: { field: '--rotations-queue' },
      remedy: 'give the URL of the queue: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME',
    })
  const [, ofHost, ofOldHost] = HOST.exec(hostname ?? '') ?? []
  const found = region || ofHost || ofOldHost || environment.get('AWS_REGION') || environment.get('AWS_DEFAULT_REGION')
  if (found) return found
  throw new SecretError('InvalidSpec', 'the region of --rotations-queue is not known', {
    place: { field: '--rotations-queue-region' },
    remedy: 'give --rotations-queue-region',
  })
}
