import { APPLICATIONS, argoAnnotations } from '../../plugin/controller/applications/argo-annotations.ts'
import { argoApi } from '../../plugin/controller/applications/argo-api.ts'
import { REFRESH_ANNOTATION } from '../../plugin/controller/applications/read-application.ts'
import { APP_PROJECTS } from '../../plugin/controller/sync-windows/project-windows.ts'
import type { PeerRequest } from '../../plugin/transport/peer-client.ts'
import { startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type ApplicationsSubject, applicationsContract, CONTRACT_APPLICATION, type SyncStatus } from './applications.contract.ts'

const { namespace, name, project } = CONTRACT_APPLICATION

function applicationIn(status: SyncStatus): object {
  return {
    spec: { project, destination: { name: 'in-cluster', namespace: 'shop' } },
    status: { sync: { status, revision: 'r1' } },
  }
}

/** Kubernetes with an Argo CD that has done what the annotation asks for by the next look. */
async function byAnnotation(): Promise<ApplicationsSubject> {
  const kube = await startKubeEmulator({ namespaces: [namespace], resources: [APPLICATIONS, APP_PROJECTS] })
  const clock = new VirtualClock()
  const putApplication = (status: SyncStatus): void =>
    void kube.put(APPLICATIONS, { metadata: { namespace, name }, ...applicationIn(status) })
  const putWindows = (syncWindows: readonly object[]): void =>
    void kube.put(APP_PROJECTS, { metadata: { namespace, name: project }, spec: { syncWindows } })
  const windowOf = (kind: string, schedule: string, manualSync: boolean): object => ({
    kind,
    schedule,
    duration: '1h',
    applications: [name],
    manualSync,
  })
  let current: SyncStatus = 'Synced'
  let refreshed: SyncStatus = 'Synced'
  return {
    applications: argoAnnotations(kube.localClient({ clock }), namespace, clock),
    put(now, next) {
      putApplication(now)
      current = now
      refreshed = next
    },
    windows: (states) =>
      // It is midnight.
      putWindows(
        states.map(({ kind, manualSync, isActive }) => windowOf(kind, isActive ? '* * * * *' : '0 12 * * *', manualSync)),
      ),
    unreadableWindow: () => putWindows([windowOf('allow', '@daily', true)]),
    refuse: () => kube.inject({ status: 403, reason: 'Forbidden' }, undefined, 100),
    async ended(promise) {
      const state = { isOver: false }
      const over = promise.finally(() => (state.isOver = true))
      over.catch(() => undefined)
      while (!state.isOver) {
        await clock.run(100)
        const { annotations } = kube.get(APPLICATIONS, { namespace, name })?.metadata ?? {}
        if (annotations?.[REFRESH_ANNOTATION] === 'hard') current = refreshed
        if (annotations) putApplication(current)
      }
      return await over
    },
    reset() {
      kube.clearFaults()
      putApplication('Synced')
      putWindows([])
    },
    close: () => kube.close(),
  }
}

/** argocd-server as its API was seen to answer (argo-cd v3.6.1). */
async function byApi(): Promise<ApplicationsSubject> {
  let status: SyncStatus = 'Synced'
  let refreshed: SyncStatus = 'Synced'
  let windows: object | undefined = { canSync: true }
  let isRefused = false
  function answer({ path }: PeerRequest): readonly [status: number, body: object | undefined] {
    const { pathname, searchParams } = new URL(path, 'http://argocd')
    if (isRefused) return [403, { code: 7 }]
    if (!pathname.startsWith(`/api/v1/applications/${name}`)) return [404, { code: 5 }]
    if (pathname.endsWith('/syncwindows')) return windows ? [200, windows] : [500, { code: 2 }]
    if (searchParams.get('refresh') === 'hard') status = refreshed
    return [200, { metadata: { namespace, name }, ...applicationIn(status) }]
  }
  const send = async (request: PeerRequest) => {
    const [code, body] = answer(request)
    return { status: code, headers: {}, body: Buffer.from(JSON.stringify(body)) }
  }
  return {
    applications: argoApi({ send }, { maySync: false }),
    put(now, next) {
      status = now
      refreshed = next
    },
    windows(states, canSync) {
      const assignedWindows = states.map(({ kind, manualSync }) => ({ kind, schedule: '* * * * *', duration: '1h', manualSync }))
      const activeWindows = assignedWindows.filter((_, index) => states[index]?.isActive)
      windows = {
        ...(activeWindows.length > 0 && { activeWindows }),
        ...(assignedWindows.length > 0 && { assignedWindows }),
        canSync,
      }
    },
    unreadableWindow: () => void (windows = undefined),
    refuse: () => void (isRefused = true),
    ended: (promise) => promise,
    reset() {
      status = 'Synced'
      isRefused = false
      windows = { canSync: true }
    },
    close: async () => undefined,
  }
}

applicationsContract('by its API', byApi)
applicationsContract('by annotation', byAnnotation)
