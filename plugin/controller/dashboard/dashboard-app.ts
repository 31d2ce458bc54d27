import express from 'express'
import { applicationsPage, overviewPage, secretPage, secretsPage, storesPage } from './dashboard-pages.ts'
import type { DashboardView } from './dashboard-view.ts'
import { CONTENT_SECURITY_POLICY } from './page.ts'
import { type DashboardAccess, visitorOf } from './visitor.ts'

/** `GET /dashboard`: pages for people, `GET /dashboard.json`: the same facts for programs. Everything else is not there. */
export function dashboardApp(view: () => DashboardView, access: DashboardAccess): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((incoming, outgoing, next) => {
    outgoing.set({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    const visitor = visitorOf(
      {
        remoteAddress: incoming.socket.remoteAddress ?? '',
        authorization: incoming.get('authorization'),
        header: (name) => incoming.get(name),
      },
      access,
    )
    if (visitor !== undefined) return next()
    if (access.token) outgoing.set('www-authenticate', 'Basic realm="argocd-external-secrets", charset="UTF-8"')
    outgoing.status(401).type('text/plain').send('Show the token of the dashboard as the password, or come through its proxy.\n')
  })
  app.get('/', (_incoming, outgoing) => outgoing.redirect('/dashboard'))
  app.get('/dashboard', (_incoming, outgoing) => void outgoing.send(overviewPage(view())))
  app.get('/dashboard/secrets', (incoming, outgoing) => {
    const text = (name: string): string => (typeof incoming.query[name] === 'string' ? incoming.query[name] : '')
    const filter = { namespace: text('namespace'), state: text('state'), search: text('search'), page: Number(text('page')) || 1 }
    outgoing.send(secretsPage(view(), filter))
  })
  app.get('/dashboard/secrets/:namespace/:name', (incoming, outgoing) => {
    const found = secretPage(view(), incoming.params.namespace, incoming.params.name)
    if (found === undefined) outgoing.status(404).type('text/plain').send('There is no such ExternalSecret.\n')
    else outgoing.send(found)
  })
  app.get('/dashboard/stores', (_incoming, outgoing) => void outgoing.send(storesPage(view())))
  app.get('/dashboard/applications', (_incoming, outgoing) => void outgoing.send(applicationsPage(view())))
  app.get('/dashboard.json', (_incoming, outgoing) => void outgoing.json(view()))
  app.use((_incoming, outgoing) => void outgoing.status(404).type('text/plain').send('There is nothing here; try /dashboard.\n'))
  return app
}
