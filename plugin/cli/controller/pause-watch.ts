import type { ConfigMap } from '../../controller/applications/index-store.ts'
import { noPauses, type Pauses, readPauses } from '../../controller/applications/pause-switch.ts'
import { CONFIG_MAPS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'

export const PAUSE_MAP = 'argocd-external-secrets-pause'
const LOOK_MS = 5_000

/** Looks at the ConfigMap that pauses, until `signal` is aborted. One that cannot be read leaves what was before. */
export async function watchPauses(
  client: Pick<KubeClient, 'get'>,
  namespace: string,
  onPauses: (pauses: Pauses) => void,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  let before = ''
  while (!signal.aborted) {
    const data = await readMap(client, namespace, signal)
    const text = JSON.stringify(data)
    if (data && text !== before) {
      onPauses(readPauses(data))
      if (before !== '' || text !== '{}') logger.info('what is paused has changed', { pauses: text.slice(0, 1_000) })
      before = text
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined)
  }
  onPauses(noPauses)
}

async function readMap(
  client: Pick<KubeClient, 'get'>,
  namespace: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return (await client.get<ConfigMap>(CONFIG_MAPS, { namespace, name: PAUSE_MAP }, { signal })).data ?? {}
  } catch (thrown) {
    return isKubeError(thrown, 'NotFound') ? {} : undefined
  }
}
