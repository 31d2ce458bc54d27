import { APPLICATIONS } from '../../../plugin/controller/applications/argo-annotations.ts'
import type { PeerClient } from '../../../plugin/transport/peer-client.ts'
import type { KubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'
import type { ModelApplication } from './model-application.ts'
import type { ArgoWitness, ModelArgo } from './model-argo.ts'

export interface ArgoDoorTools {
  readonly argo: ModelArgo
  readonly kube: KubeEmulator
  readonly clock: VirtualClock
  readonly witness: Pick<ArgoWitness, 'asked'>
  readonly onSync: (app: ModelApplication, names: readonly string[] | undefined) => void
}

const CALL_MS = 50

interface SyncBody {
  readonly appNamespace?: string
  readonly project?: string
  readonly resources?: readonly { readonly kind: string; readonly name: string }[]
}

/** argocd-server's API, as the controller calls it (argo-cd v3.6, server/application). */
export function argoDoor({ argo, kube, clock, witness, onSync }: ArgoDoorTools): Pick<PeerClient, 'send'> {
  async function refreshed(app: ModelApplication, what: 'normal' | 'hard', signal: AbortSignal): Promise<void> {
    witness.asked(app, what)
    await argo.refresh(app, what, signal)
  }

  function windowsOf(app: ModelApplication) {
    const window = argo.windows.get(app.project)
    const windows = window ? [{ kind: 'deny', manualSync: window.manualSync }] : null
    return answer(200, { canSync: argo.maySync(app, 'people'), activeWindows: windows, assignedWindows: windows })
  }

  function syncOf(app: ModelApplication, { resources }: SyncBody) {
    // "cannot sync: blocked by sync window", PermissionDenied.
    if (!argo.maySync(app, 'people')) return answer(403)
    const names = resources?.map(({ kind, name }) => (kind === 'Secret' ? name : kind))
    if (!argo.sync(app, names)) return answer(400)
    onSync(app, names)
    return answer(200, {})
  }

  return {
    async send({ method, path, body, signal }) {
      await clock.sleep(CALL_MS, signal)
      if (argo.isAway) return answer(503)
      const { pathname, searchParams } = new URL(path, 'https://argocd')
      const [, , , , name = '', suffix] = pathname.split('/')
      const sent = (body === undefined ? {} : JSON.parse(body)) as SyncBody
      const namespace = searchParams.get('appNamespace') ?? sent.appNamespace ?? ''
      const project = searchParams.get('project') ?? sent.project
      const app = argo.apps.get(`${namespace}/${name}`)
      // Without a project nobody learns whether it is there.
      if (!app) return answer(project === undefined ? 403 : 404)
      if (project !== undefined && project !== app.project) return answer(404)
      if (suffix === 'syncwindows') return windowsOf(app)
      if (method === 'POST') return syncOf(app, sent)
      const refresh = searchParams.get('refresh')
      if (refresh !== null) await refreshed(app, refresh === 'hard' ? 'hard' : 'normal', signal)
      const object = kube.get(APPLICATIONS, app)
      return object ? answer(200, object) : answer(404)
    },
  }
}

function answer(status: number, body: object = {}) {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) }
}
