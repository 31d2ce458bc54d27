import express from 'express'
import { listen } from './emulator.ts'

/** An Application of the fake, as argocd-server gives it; what is rendered of it is the test's business. */
export interface FakeApplication {
  readonly name: string
  readonly namespace: string
  readonly project: string
  readonly path: string
  revision: string
  syncStatus: string
  hasError: boolean
}

/** The part of argocd-server's HTTP API that the controller calls (argo-cd v3.6, server/application). */
export interface FakeArgoServer extends AsyncDisposable {
  readonly url: string
  readonly applications: Map<string, FakeApplication>
  /** Names, in the order in which they were hard refreshed, and when. */
  readonly refreshes: { readonly name: string; readonly atMs: number }[]
  /** Authorization headers that came. */
  readonly tokens: Set<string | undefined>
}

export const FAKE_REPOSITORY = 'https://git.example.com/apps.git'

/** `render` is what a hard refresh does; an Application whose render fails has a ComparisonError. */
export async function startFakeArgoServer(render: (application: FakeApplication) => Promise<boolean>): Promise<FakeArgoServer> {
  const applications = new Map<string, FakeApplication>()
  const refreshes: { readonly name: string; readonly atMs: number }[] = []
  const tokens = new Set<string | undefined>()
  const app = express()
  app.use((incoming, _outgoing, next) => {
    tokens.add(incoming.headers.authorization)
    next()
  })
  app.get('/api/v1/applications/:name/syncwindows', (_incoming, outgoing) => void outgoing.json({ canSync: true }))
  app.get('/api/v1/applications/:name', async (incoming, outgoing) => {
    const { appNamespace, project, refresh } = incoming.query
    const found = applications.get(incoming.params.name)
    if (!found || found.namespace !== appNamespace || found.project !== project) {
      outgoing.status(404).json({ code: 5 })
      return
    }
    if (refresh === 'hard') {
      refreshes.push({ name: found.name, atMs: performance.now() })
      found.hasError = !(await render(found))
    }
    outgoing.json(applicationObject(found))
  })
  const { port, close } = await listen(app)
  return { url: `http://127.0.0.1:${port}`, applications, refreshes, tokens, [Symbol.asyncDispose]: close }
}

function applicationObject({ name, namespace, project, path, revision, syncStatus, hasError }: FakeApplication): object {
  return {
    metadata: { name, namespace, uid: `uid-${name}` },
    spec: {
      project,
      destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
      source: { repoURL: FAKE_REPOSITORY, path, targetRevision: 'main' },
      syncPolicy: { automated: { selfHeal: true } },
    },
    status: {
      sync: { status: syncStatus, revision },
      conditions: hasError ? [{ type: 'ComparisonError', message: 'failed' }] : [],
    },
  }
}
