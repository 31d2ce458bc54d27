import process from 'node:process'
import * as own from '../../config/applications-options.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { readIndexMaps, recordsIn } from '../../controller/applications/index-store.ts'
import { REFRESH_PATH, type RefreshAnswer, refreshAnswer, refreshAnswerOf } from '../../controller/applications/operator-app.ts'
import { DEFAULT_INDEX, RenderIndex } from '../../controller/applications/render-index.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { systemClock } from '../../model/clock.ts'
import { SecretError } from '../../model/secret-error.ts'
import { jsonLogger } from '../../observability/json-logger.ts'
import { kubeConnection } from '../kube-connection.ts'

export interface RefreshAsking {
  readonly store: string
  readonly key: string
  readonly dryRun: boolean
  /** Where the user is: what paths are relative to. */
  readonly directory: string
}

/** The Applications that the controller has refreshed, or would have. Throws SecretError. */
export async function refreshApplications(asking: RefreshAsking, sources: OptionSources): Promise<RefreshAnswer> {
  const answer = await askController(asking, setting(own.operatorListen, sources), setting(options.callTimeout, sources))
  if (answer) return answer
  if (asking.dryRun) return usersInIndex(asking, sources)
  throw new SecretError('Unavailable', 'no controller that leads answers on this machine', {
    remedy: 'run it in the pod that holds the Lease argocd-external-secrets-applications, where --operator-listen is its own',
  })
}

async function askController(
  { store, key, dryRun }: RefreshAsking,
  address: string,
  timeoutMs: number,
): Promise<RefreshAnswer | undefined> {
  if (address === '') return undefined
  try {
    const answer = await fetch(`http://${address}${REFRESH_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ store, key, dryRun }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body: unknown = await answer.json()
    return answer.ok ? refreshAnswer.safeParse(body).data : undefined
  } catch {
    return undefined
  }
}

async function usersInIndex({ store, key, directory }: RefreshAsking, sources: OptionSources): Promise<RefreshAnswer> {
  const timeoutMs = setting(options.callTimeout, sources)
  const client = await kubeConnection(sources, { directory, requestTimeoutMs: timeoutMs, maxConnections: 1 })
  try {
    const maps = await readIndexMaps(client, setting(own.ownNamespace, sources), AbortSignal.timeout(timeoutMs))
    const index = new RenderIndex(DEFAULT_INDEX)
    index.restore(
      recordsIn(
        maps,
        jsonLogger('warn', systemClock, (line) => process.stderr.write(line)),
      ),
    )
    return refreshAnswerOf(index.usersOf(store, key))
  } catch (thrown) {
    if (!isKubeError(thrown)) throw thrown
    throw new SecretError('Unavailable', `the index of the controller cannot be read (${thrown.status} ${thrown.reason})`, {
      remedy: 'grant list on configmaps in its namespace, or run it in its pod',
    })
  } finally {
    client.close()
  }
}
