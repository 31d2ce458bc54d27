import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../tools/wait-until.ts'
import { builtAlerts, INSTALLATIONS } from './built-alerts.ts'
import { exportedSeries, missingOf } from './exported-series.ts'
import { metricsOf } from './expression.ts'
import { promtool } from './promtool.ts'
import type { Scraped } from './scraped.ts'
import { scrapedBesideArgoCd } from './scraped-beside-argocd.ts'
import { scrapedExternalSecrets } from './scraped-external-secrets.ts'

/** Made by Prometheus for each target. */
const OF_PROMETHEUS = 'up'
/** Labels that the operator gives each target: a metric with one of them keeps its own only where that is said. */
const OF_TARGETS = new Set(['namespace', 'service', 'pod', 'container', 'endpoint', 'instance', 'job'])

describe('what the alerts ask about', () => {
  const scenes: Scraped[] = []
  const running = new AsyncDisposableStack()

  before(async () => {
    for (const start of [scrapedExternalSecrets, scrapedBesideArgoCd]) scenes.push(await start(running))
  })
  after(() => running.disposeAsync())

  for (const installation of INSTALLATIONS) {
    test(`of ${installation} is what its processes export at work, with these labels and values`, async () => {
      const { rules } = await builtAlerts(installation)
      const scene = scenes.find(({ texts }) => texts[installation] !== undefined)
      const url = scene?.texts[installation] ?? assert.fail()
      const named = rules.flatMap(({ expr }) => metricsOf(expr)).filter(({ name }) => name !== OF_PROMETHEUS)
      let text = ''
      let missing: readonly string[] = []
      await waitUntil(
        'every metric of an alert is exported',
        async () => {
          text = await (await fetch(url)).text()
          const exported = exportedSeries(text)
          missing = named.flatMap((metric) => missingOf(metric, exported))
          return missing.length === 0
        },
        () => `missing: ${missing.join(', ')}\n${scene?.log()}`,
      )
      const { isContent, said } = await promtool(['check', 'metrics', '--extended', '--lint=none'], text)
      assert.ok(isContent, said)
    })

    test(`of ${installation} is of the job that its ServiceMonitor makes, with the labels of its objects`, async () => {
      const { objects, rules } = await builtAlerts(installation)
      const [monitor, ...others] = objects.filter(({ kind }) => kind === 'ServiceMonitor')
      assert.ok(monitor)
      const { selector, endpoints } = monitor['spec'] as {
        selector: { matchLabels: Record<string, string> }
        endpoints: readonly { port: string; honorLabels?: boolean }[]
      }
      const scraped = objects.filter(({ kind, metadata: { labels = {} }, spec }) => {
        const { ports = [] } = (spec ?? {}) as { ports?: readonly { name: string }[] }
        const isSelected = Object.entries(selector.matchLabels).every(([label, value]) => labels[label] === value)
        return kind === 'Service' && isSelected && ports.some(({ name }) => name === endpoints[0]?.port)
      })
      const metrics = rules.flatMap(({ expr }) => metricsOf(expr))
      const jobs = new Set(metrics.flatMap(({ wanted }) => wanted.get('job') ?? []))
      assert.deepEqual([others.length, endpoints.length, scraped.map(({ metadata }) => metadata.name)], [0, 1, [...jobs]])
      const needsOwnLabels = metrics.some(({ groupedBy }) => groupedBy.some((label) => OF_TARGETS.has(label)))
      assert.ok(endpoints[0]?.honorLabels === true || !needsOwnLabels)
    })
  }

  test('is read out of expressions whole: a word that is no metric would be one that nobody exports', () => {
    const [named, other, ...rest] = metricsOf(
      'sum by (a, b) (rate(one_total{job="j", outcome=~"x|y"}[5m])) > 2 * max_over_time(max(two)[15m:1m]) and 1',
    )
    assert.deepEqual([named?.name, named?.wanted.get('outcome'), named?.groupedBy], ['one_total', ['x', 'y'], ['a', 'b']])
    assert.deepEqual([other?.name, rest], ['two', []])
    assert.deepEqual(
      missingOf(
        { name: 'one_total', wanted: new Map([['outcome', ['x', 'y']]]), groupedBy: ['a'] },
        exportedSeries('one_total{outcome="x"} 0\n'),
      ),
      ['one_total: a', 'one_total: outcome="y"'],
    )
  })
})
