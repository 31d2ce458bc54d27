import path from 'node:path'
import * as daemonOptions from '../../config/daemon-options.ts'
import * as options from '../../config/options.ts'
import { setting } from '../../config/settings.ts'
import { systemClock } from '../../model/clock.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { createHttpClient, type HttpClient } from '../../providers/http-client.ts'
import { providers } from '../../providers/registry.ts'
import { storeId } from '../../stores/store-lookup.ts'
import type { Examination } from './doctor-check.ts'
import { proxyOf } from './proxy-of.ts'
import { type StoreEndpoint, storeEndpoint } from './store-endpoint.ts'

/** An endpoint of the administrator's stores that was asked for its first page, without a credential. */
export interface AskedEndpoint extends StoreEndpoint {
  /** Of those that use it. */
  readonly stores: readonly string[]
  /** Host and port. */
  readonly proxy: string | undefined
  /** Why there was no answer; any answer is one. */
  readonly failure: SecretError | undefined
  /** How far this machine's clock is ahead of the answer's `Date`, in milliseconds, give or take a second; negative behind it. */
  readonly aheadMs: number | undefined
}

const asked = new WeakMap<Examination, Promise<readonly AskedEndpoint[]>>()

/** Each endpoint once, however many checks look at it; `undefined` where there is no policy. */
export async function askedEndpoints(examination: Examination): Promise<readonly AskedEndpoint[] | undefined> {
  if (setting(daemonOptions.policy, examination.sources) === '') return undefined
  const answers = asked.get(examination) ?? askAll(examination)
  asked.set(examination, answers)
  return answers
}

async function askAll({ sources, directory, signal }: Examination): Promise<readonly AskedEndpoint[]> {
  const { environment } = sources
  const { stores } = await readPolicy(path.resolve(directory, setting(daemonOptions.policy, sources)), providers)
  const found = stores.flatMap((store) => {
    const { kind, metadata } = store.resource
    const name = storeId(kind, store.namespace, metadata.name)
    const endpoint = storeEndpoint(store, environment)
    return endpoint ? [{ ...endpoint, name }] : []
  })
  const client = createHttpClient({ environment })
  try {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(setting(options.callTimeout, sources))])
    const byOrigin = Map.groupBy(found, ({ url }) => url.origin)
    return await Promise.all(
      Array.from(byOrigin, async ([origin, users]) => {
        const url = new URL(origin)
        return {
          ...(await ask(url, client, ends)),
          url,
          hasOwnAuthority: users.some((user) => user.hasOwnAuthority),
          stores: users.map(({ name }) => name),
          proxy: proxyOf(url, environment),
        }
      }),
    )
  } finally {
    client.close()
  }
}

async function ask(url: URL, client: HttpClient, signal: AbortSignal): Promise<Pick<AskedEndpoint, 'failure' | 'aheadMs'>> {
  const startedAt = systemClock.now()
  try {
    const { headers } = await client.send({ method: 'GET', url, headers: {}, signal })
    const date = Date.parse(headers['date'] ?? '')
    const middle = (startedAt + systemClock.now()) / 2
    return { failure: undefined, aheadMs: Number.isNaN(date) ? undefined : middle - date }
  } catch (thrown) {
    return { failure: asSecretError(thrown), aheadMs: undefined }
  }
}
