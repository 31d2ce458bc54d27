import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AlertCase, FiringAlert } from './alert-case.ts'
import { type AlertRule, type BuiltAlerts, builtAlerts, INSTALLATIONS, type Installation } from './built-alerts.ts'
import { APPLICATIONS_CASES } from './cases/applications.ts'
import { EXTERNAL_SECRETS_CASES } from './cases/external-secrets.ts'
import { SIDECAR_CASES } from './cases/sidecar.ts'
import { promtool } from './promtool.ts'

const CASES: Readonly<Record<Installation, readonly AlertCase[]>> = {
  sidecar: SIDECAR_CASES,
  applications: APPLICATIONS_CASES,
  'external-secrets': EXTERNAL_SECRETS_CASES,
}

/** Some time. */
const fires = ({ at }: AlertCase): boolean => Object.values(at).some(({ length }) => length > 0)

for (const installation of INSTALLATIONS)
  describe(`the alerts of ${installation}, as kustomize makes them, in Prometheus`, () => {
    let folder: string
    let built: BuiltAlerts

    before(async () => {
      built = await builtAlerts(installation)
      folder = await mkdtemp(path.join(tmpdir(), 'alerts-'))
      await writeFile(path.join(folder, 'rules.yaml'), JSON.stringify(built.file))
    })
    after(() => rm(folder, { recursive: true, force: true }))

    test('are rules that Prometheus takes', async () => {
      const { isContent, said } = await promtool([
        'check',
        'rules',
        '--lint=all',
        '--lint-fatal',
        path.join(folder, 'rules.yaml'),
      ])
      assert.ok(isContent && said.includes(`${built.rules.length} rules found`), said)
    })

    test('each have something for which they fire, and something for which they do not', () => {
      const alerts = built.rules.map(({ alert }) => alert).toSorted()
      for (const does of [true, false]) {
        const tried = CASES[installation].filter((one) => fires(one) === does).map(({ alert }) => alert)
        assert.deepEqual([...new Set(tried)].sort(), alerts, does ? 'fire' : 'do not fire')
      }
    })

    for (const [index, one] of CASES[installation].entries())
      test(`${one.alert} ${fires(one) ? 'fires' : 'does not fire'} when ${one.when}`, async () => {
        const rule = built.rules.find(({ alert }) => alert === one.alert)
        assert.ok(rule)
        // Alone: the others would be computed for each minute of a day as well.
        await writeFile(path.join(folder, `${index}-rule.yaml`), JSON.stringify({ groups: [{ name: 'one', rules: [rule] }] }))
        const file = path.join(folder, `${index}.yaml`)
        await writeFile(file, JSON.stringify(testFile(`${index}-rule.yaml`, one, rule)))
        const { isContent, said } = await promtool(['test', 'rules', file])
        assert.ok(isContent, said)
      })
  })

/** A file of unit tests as Prometheus reads one. */
function testFile(ruleFile: string, { alert, series, at }: AlertCase, rule: AlertRule): object {
  return {
    rule_files: [ruleFile],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: Object.entries(at).map(([time, firing]) => ({
          eval_time: time,
          alertname: alert,
          exp_alerts: firing.map((expected) => expectedAlert(expected, rule)),
        })),
      },
    ],
  }
}

/** Texts that need a value are those of the case: they must be the whole of what is made with it. */
function expectedAlert({ labels, ...texts }: FiringAlert, rule: AlertRule): object {
  return { exp_labels: { ...rule.labels, ...labels }, exp_annotations: { ...rule.annotations, ...texts } }
}
