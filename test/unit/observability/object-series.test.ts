import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Gauge, Registry } from 'prom-client'
import { type NamedObject, ObjectTable } from '../../../plugin/observability/object-series.ts'

const OF_EXTERNAL_SECRETS = { countsPasses: true, hasObjectLabels: false }
const OF_STORES = { countsPasses: false, hasObjectLabels: false }

function named(name: string, namespace?: string): NamedObject {
  return { metadata: { name, ...(namespace !== undefined && { namespace }) } }
}

/** Lines without their help. */
function lines(table: ObjectTable): readonly string[] {
  return table
    .text()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}

describe('the series of objects', () => {
  test('say of each object its passes, its failures, how long the last pass took and whether it is Ready', () => {
    const table = new ObjectTable('externalsecret', OF_EXTERNAL_SECRETS)
    table.reconciled(named('db', 'shop'), 0.5)
    table.reconciled(named('db', 'shop'), 0.25)
    table.failed(named('db', 'shop'))
    table.conditions(named('db', 'shop'), { status: 'False' })
    table.reconciled(named('db', 'other'), 1)
    assert.deepEqual(lines(table), [
      'externalsecret_reconcile_duration{name="db",namespace="shop"} 250000000',
      'externalsecret_reconcile_duration{name="db",namespace="other"} 1000000000',
      'externalsecret_status_condition{name="db",namespace="shop",condition="Ready",status="True"} 0',
      'externalsecret_status_condition{name="db",namespace="shop",condition="Ready",status="False"} 1',
      'externalsecret_sync_calls_total{name="db",namespace="shop"} 2',
      'externalsecret_sync_calls_total{name="db",namespace="other"} 1',
      'externalsecret_sync_calls_error{name="db",namespace="shop"} 1',
      'externalsecret_sync_calls_error{name="db",namespace="other"} 0',
    ])
  })

  test('of stores count no passes', () => {
    const table = new ObjectTable('clustersecretstore', OF_STORES)
    table.reconciled(named('vault'), 0)
    assert.deepEqual(lines(table), ['clustersecretstore_reconcile_duration{name="vault",namespace=""} 0'])
    assert.doesNotMatch(table.text(), /sync_calls/)
  })

  test('end with their object', () => {
    const table = new ObjectTable('externalsecret', OF_EXTERNAL_SECRETS)
    table.conditions(named('db', 'shop'), { status: 'True' })
    table.deleted(named('db', 'shop'))
    table.deleted(named('never', 'seen'))
    assert.deepEqual(lines(table), [])
  })

  test('have the labels of their object that Kubernetes recommends, where that is wanted: those of now, empty ones for none', () => {
    const table = new ObjectTable('externalsecret', { countsPasses: true, hasObjectLabels: true })
    const labelled = (labels: Readonly<Record<string, string>>): NamedObject => ({
      metadata: { name: 'db', namespace: 'shop', labels },
    })
    table.reconciled(labelled({ 'app.kubernetes.io/name': 'old', team: 'a' }), 1)
    table.conditions(labelled({ 'app.kubernetes.io/name': 'sh"op', 'app.kubernetes.io/part-of': 'store', name: 'x' }), {
      status: 'True',
    })
    const more = [
      'app_kubernetes_io_name="sh\\"op"',
      'app_kubernetes_io_instance=""',
      'app_kubernetes_io_version=""',
      'app_kubernetes_io_component=""',
      'app_kubernetes_io_part_of="store"',
      'app_kubernetes_io_managed_by=""',
    ].join(',')
    assert.deepEqual(lines(table), [
      `externalsecret_reconcile_duration{name="db",namespace="shop",${more}} 1000000000`,
      `externalsecret_status_condition{name="db",namespace="shop",condition="Ready",status="True",${more}} 1`,
      `externalsecret_status_condition{name="db",namespace="shop",condition="Ready",status="False",${more}} 0`,
      `externalsecret_sync_calls_total{name="db",namespace="shop",${more}} 1`,
      `externalsecret_sync_calls_error{name="db",namespace="shop",${more}} 0`,
    ])
  })

  test('are written as prom-client writes them', async () => {
    const object = named('a"b\\c\nd', 'shop')
    const table = new ObjectTable('x', OF_STORES)
    table.reconciled(object, 2)
    const registry = new Registry()
    const help = 'Nanoseconds of the last pass.'
    const gauge = new Gauge({ name: 'x_reconcile_duration', help, labelNames: ['name', 'namespace'], registers: [registry] })
    gauge.set({ name: object.metadata.name, namespace: 'shop' }, 2e9)
    assert.ok(table.text().startsWith(await registry.metrics()))
  })
})
