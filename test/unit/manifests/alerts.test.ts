import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { applicationsMetrics } from '../../../plugin/observability/applications-metrics.ts'
import { controllerMetrics } from '../../../plugin/observability/controller-metrics.ts'
import { daemonMetrics } from '../../../plugin/observability/daemon-metrics.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

const zero = (): number => 0
const METRICS = {
  'external-secrets': controllerMetrics({
    shards: () => [{ isLeading: true, lanes: { priority: { ready: 0, oldestSeconds: 0 } } }],
    detectors: () => [],
    staleness: () => [{ namespace: 'shop', name: 'database', seconds: 1, intervalSeconds: 60 }],
    partial: () => new Map(),
  }),
  applications: applicationsMetrics({
    leads: zero,
    waiting: zero,
    oldestSeconds: zero,
    held: zero,
    running: zero,
    applications: zero,
    keys: zero,
    daemons: zero,
    stoppedStores: zero,
    paused: zero,
    standIns: () => new Map(),
    stale: zero,
    detectors: () => [],
    staleness: () => [],
  }),
  sidecar: daemonMetrics({ running: zero, waiting: zero, policyInForce: () => true, controllerConnected: () => true }),
}
/** Of a histogram. */
const PARTS = /_(?:bucket|sum|count)$/
const RUNBOOK = readFileSync('docs/alerts.md', 'utf8')
const TOLD = ['controller-applications', 'metrics'].map((page) => readFileSync(`docs/${page}.md`, 'utf8')).join('\n')

function rulesOf(folder: string): readonly Rule[] {
  return parse(readFileSync(`manifests/install/${folder}/monitoring/alerts.yaml`, 'utf8')).spec.groups.flatMap(
    ({ rules }: { rules: readonly Rule[] }) => rules,
  )
}

describe('the alerts', () => {
  for (const [folder, metrics] of Object.entries(METRICS)) {
    test(`of ${folder} are on metrics that it has, by labels that its metrics have`, async () => {
      const text = await metrics.text()
      for (const { alert, expr } of rulesOf(folder)) {
        const names = [...expr.matchAll(/\b(?:argocd_external_|externalsecret|secretstore|clustersecretstore)[a-z_]+/g)]
        assert.ok(names.length > 0 || expr.startsWith('absent(up{'), alert)
        for (const [name] of names)
          assert.ok(text.includes(`# TYPE ${name} `) || text.includes(`# TYPE ${name.replace(PARTS, '')} histogram`), name)
      }
    })

    test(`of ${folder} see the first of what they count: each outcome is there from the start, with 0`, async () => {
      const lines = (await metrics.text()).split('\n')
      for (const { alert, expr } of rulesOf(folder))
        for (const [, name = '', label, values = ''] of expr.matchAll(
          /\b(?:increase|rate)\((\w+)\{[^}]*\b(outcome|why)=~?"([^"]+)"/g,
        ))
          for (const value of values.split('|')) {
            const isThere = (line: string): boolean =>
              line.startsWith(`${name}{`) && line.includes(`${label}="${value}"`) && line.endsWith('} 0')
            assert.ok(lines.some(isThere), `${alert}: ${value}`)
          }
    })

    test(`of ${folder} ask for outcomes that are told`, () => {
      for (const { alert, expr } of rulesOf(folder))
        for (const [, values = ''] of expr.matchAll(/\b(?:outcome|why)=~?"([^"]+)"/g))
          for (const value of values.split('|')) assert.ok(TOLD.includes(`\`${value}\``), `${alert}: ${value}`)
    })
  }

  test('say what is wrong, what follows from it and how bad it is, and the runbook what to do', () => {
    const rules = Object.keys(METRICS).flatMap(rulesOf)
    for (const { alert, annotations, labels, ...rule } of rules) {
      assert.ok(annotations.summary && annotations.description && rule.for, alert)
      assert.ok(['critical', 'warning', 'info'].includes(labels.severity), alert)
    }
    const rows = Array.from(RUNBOOK.matchAll(/^\| `(\w+)` \| .{20}/gm), ([, alert = '']) => alert).toSorted()
    assert.deepEqual(rows, rules.map(({ alert }) => alert).sort())
    assert.equal(new Set(rows).size, rows.length)
  })
})
