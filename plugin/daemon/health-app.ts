import express from 'express'
import type { DaemonMetrics } from '../observability/daemon-metrics.ts'

/** One thing that has to be well before renders are sent here. */
export interface ReadinessCheck {
  readonly name: string
  /** Why it is not well; `undefined` when it is. */
  problem(): string | undefined
  /** What there is to say of it when it is. */
  detail?(): string
}

/** `/healthz`: the process answers. `/readyz`: it can render; the body says what is missing, a line a check. */
export function healthApp(
  checks: readonly ReadinessCheck[],
  metrics: Pick<DaemonMetrics, 'contentType' | 'text'>,
): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.get('/healthz', (_incoming, outgoing) => {
    outgoing.type('text/plain').send('ok\n')
  })
  app.get('/readyz', (_incoming, outgoing) => {
    const lines = checks.map((check) => ({ name: check.name, problem: check.problem(), detail: check.detail?.() ?? 'ok' }))
    const text = lines.map(({ name, problem, detail }) => `${name}: ${problem ?? detail}\n`).join('')
    outgoing
      .status(lines.some(({ problem }) => problem !== undefined) ? 503 : 200)
      .type('text/plain')
      .send(text)
  })
  app.get('/metrics', async (_incoming, outgoing) => {
    const text = await metrics.text()
    outgoing.set('content-type', metrics.contentType).send(text)
  })
  return app
}
