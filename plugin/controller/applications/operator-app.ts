import '../../api/jitless.ts'
import express from 'express'
import * as z from 'zod'
import { applicationId } from './application-view.ts'
import type { ApplicationsController } from './applications-controller.ts'

export const REFRESH_PATH = '/refresh'

/** What the command `refresh` asks. */
export const refreshRequest = z.object({ store: z.string().min(1), key: z.string().min(1), dryRun: z.boolean() })

/** `argocd/shop`, sorted. */
export const refreshAnswer = z.object({ applications: z.array(z.string()) })

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
    const users = dryRun ? leading.index.usersOf(store, key) : leading.refresh(store, key)
    const applications = [...new Set(users.map(({ application }) => applicationId(application)))].toSorted()
    outgoing.json({ applications } satisfies z.infer<typeof refreshAnswer>)
  })
  return app
}
