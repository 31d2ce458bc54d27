import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argoRequest } from '../../../plugin/argocd/request/argo-request.ts'
import { renderReport } from '../../../plugin/controller/applications/report-schema.ts'
import { renderListener } from '../../../plugin/daemon/render-listener.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import type { StandIn } from '../../../plugin/model/stand-in.ts'
import { daemonMetrics } from '../../../plugin/observability/daemon-metrics.ts'
import type { RenderFacts } from '../../../plugin/observability/render-facts.ts'
import { ARGO_REQUEST } from '../../support/daemon-process.ts'

const STAND_IN: StandIn = { externalSecret: 'shop/app', kind: 'default', what: 'level', store: '' }

const GENERATED = { externalSecret: 'shop/app', generator: 'Password shop/logins' }

test('what stands in is counted by kind and reported, and the controller takes the report', async () => {
  const gauges = { running: () => 0, waiting: () => 0, policyInForce: () => true, controllerConnected: () => false }
  const metrics = daemonMetrics(gauges)
  const posted: RenderFacts[] = []
  const reports = {
    post: (facts: RenderFacts) => void posted.push(facts),
    waiting: 0,
    resend: () => undefined,
    close: async () => undefined,
  }
  const listener = renderListener({ logger: silentLogger, metrics, reports })
  listener.onRender({
    argo: argoRequest(new Map(Object.entries(ARGO_REQUEST))),
    policyDigest: undefined,
    durationMs: 1,
    problems: [],
    outputBytes: 1,
    reads: [],
    generated: [GENERATED],
    standIns: [STAND_IN, { ...STAND_IN, kind: 'leftOut' }, STAND_IN],
  })
  const text = await metrics.text()
  assert.match(text, /^argocd_external_secrets_stand_ins_total\{kind="default"\} 2$/m)
  assert.match(text, /^argocd_external_secrets_stand_ins_total\{kind="leftOut"\} 1$/m)
  const { standIns: _, generated: _generated, ...older } = posted[0] ?? assert.fail()
  assert.deepEqual(renderReport.parse(JSON.parse(JSON.stringify(posted[0]))).standIns[0], STAND_IN)
  assert.deepEqual(renderReport.parse(JSON.parse(JSON.stringify(posted[0]))).generated, [GENERATED])
  assert.deepEqual(renderReport.parse(older).standIns, [])
  assert.deepEqual(renderReport.parse(older).generated, [])
})
