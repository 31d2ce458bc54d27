import '../../api/jitless.ts'
import express from 'express'
import * as z from 'zod'
import { applicationId } from './application-view.ts'
import type { ApplicationsController } from './applications-controller.ts'
import type { KeyUse } from './render-index.ts'

export const REFRESH_PATH = '/refresh'

/** What the command `refresh` asks. */
export const refreshRequest = z.object({ store: z.string().min(1), key: z.string().min(1), dryRun: z.boolean() })

/** `argocd/shop`, sorted: who uses the key, and for whom it was missing at the last render, so that something stands in for it. */
export const refreshAnswer = z.object({ applications: z.array(z.string()), missing: z.array(z.string()) })

export type RefreshAnswer = Readonly<z.infer<typeof refreshAnswer>>

export function refreshAnswerOf(uses: readonly KeyUse[]): RefreshAnswer {
  const names = (some: readonly KeyUse[]): string[] =>
    [...new Set(some.map(({ application }) => applicationId(application)))].toSorted()
  return { applications: names(uses), missing: names(uses.filter(({ used }) => used.version === undefined)) }
}

/** For whoever may run a command in this pod; it listens on this machine alone. */
export function operatorApp(leader: () => Pick<ApplicationsController, 'index' | 'refresh'> | undefined): express.Express {
  const app = express()
  app.disable('x-powered-by')
  // A page in a browser on this machine must not be able to ask: no simple request has this type.
  app.post(REFRESH_PATH, express.json({ limit: 16_384, type: 'application/json' }), (incoming, outgoing) => {
    const { data } = refreshRequest.safeParse(incoming.body)
    const leading = leader()
    if (!data || !leading) {
      outgoing.status(data ? 503 : 422).end()
      return
    }
    const { store, key, dryRun } = data
    outgoing.json(refreshAnswerOf(dryRun ? leading.index.usersOf(store, key) : leading.refresh(store, key)))
  })
  return app
}
