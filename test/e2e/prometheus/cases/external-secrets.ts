import { type AlertCase, type FiringAlert, seriesOf } from '../alert-case.ts'
import { detectionCases } from './detection.ts'

const { own, scraped, up } = seriesOf('external-secrets-controller', 'argocd_external_secrets_controller_')
const leading = (shard: string, pod: string): string => own('leading', pod, { shard })
const oldest = (lane: string, pod: string): string => own('queue_oldest_seconds', pod, { shard: '0', lane })
const partial = (namespace: string, pod: string): string => own('partial_external_secrets', pod, { namespace })
const DATABASE = { namespace: 'shop', name: 'database' }
const OTHER = { namespace: 'shop', name: 'other' }
const calls = (of: typeof DATABASE, pod = 'a'): string => scraped('externalsecret_sync_calls_total', pod, of)
const errors = (of: typeof DATABASE, pod = 'a'): string => scraped('externalsecret_sync_calls_error', pod, of)
const staleness = (of: typeof DATABASE, pod = 'a'): string => own('staleness_seconds', pod, of)
const interval = (of: typeof DATABASE, pod = 'a'): string => own('refresh_interval_seconds', pod, of)
const NEVER: readonly FiringAlert[] = []

function isReady(kind: string, status: 'True' | 'False', of: Readonly<Record<string, string>>, pod = 'a'): string {
  return scraped(`${kind}_status_condition`, pod, { ...of, condition: 'Ready', status })
}

function notReadyCases(alert: string, kind: string, of: Readonly<Record<string, string>>, summary: string): readonly AlertCase[] {
  const another = { ...of, name: 'another' }
  return [
    {
      alert,
      when: 'it has not been ready for a quarter of an hour',
      series: {
        [isReady(kind, 'False', of)]: '0x4 1x40',
        [isReady(kind, 'True', of)]: '1x4 0x40',
        [isReady(kind, 'False', another)]: '0x45',
      },
      at: { '19m': NEVER, '21m': [{ labels: of, summary }] },
    },
    {
      alert,
      when: 'it is ready again in time, is deleted, or another process leads and finds it ready',
      series: {
        [isReady(kind, 'False', of)]: '0x4 1x9 0x30',
        [isReady(kind, 'False', another)]: '1x13 stale',
        [isReady(kind, 'False', { ...of, name: 'third' })]: '1x9 stale',
        [isReady(kind, 'False', { ...of, name: 'third' }, 'b')]: '_x12 0x30',
      },
      at: { '13m': NEVER, '16m': NEVER, '30m': NEVER },
    },
  ]
}

export const EXTERNAL_SECRETS_CASES: readonly AlertCase[] = [
  {
    alert: 'ExternalSecretsControllerDown',
    when: 'no controller could be scraped for five minutes',
    series: { [up('a')]: '1x9 0x20', [up('b')]: '1x9 stale' },
    at: { '14m': NEVER, '16m': [{}] },
  },
  {
    alert: 'ExternalSecretsControllerDown',
    when: 'one of two is down, or both are replaced within three minutes',
    series: { [up('a')]: '1x9 stale', [up('b')]: '0x9 stale', [up('c')]: '_x12 1x30' },
    at: { '9m': NEVER, '14m': NEVER, '30m': NEVER },
  },
  {
    alert: 'ExternalSecretsControllerWithoutLeader',
    when: 'nobody leads one of two shards for two minutes',
    series: {
      [leading('0', 'a')]: '1x30',
      [leading('0', 'b')]: '0x30',
      [leading('1', 'a')]: '0x30',
      [leading('1', 'b')]: '1x9 0x20',
    },
    at: { '11m': NEVER, '13m': [{ labels: { shard: '1' } }] },
  },
  {
    alert: 'ExternalSecretsControllerWithoutLeader',
    when: 'the other one leads a minute after the first is gone, or nothing runs at all',
    series: { [leading('0', 'a')]: '1x9 stale', [leading('0', 'b')]: '0x10 1x9 stale' },
    at: { '5m': NEVER, '12m': NEVER, '15m': NEVER, '40m': NEVER },
  },
  {
    alert: 'ExternalSecretsQueueStuck',
    when: 'one has waited for more than ten minutes',
    series: { [oldest('priority', 'a')]: '0+60x40', [oldest('periodic', 'a')]: '0x40', [oldest('priority', 'b')]: '0x40' },
    at: {
      '10m': NEVER,
      '12m': [
        {
          labels: { lane: 'priority' },
          summary: 'An ExternalSecret has waited for more than 5 minutes in the lane priority',
        },
      ],
    },
  },
  {
    alert: 'ExternalSecretsQueueStuck',
    when: 'each waits for four minutes, or the process whose objects wait is gone or leads no more',
    series: {
      [oldest('priority', 'a')]: '240x60',
      [oldest('periodic', 'a')]: '600x3 0x60',
      [oldest('periodic', 'b')]: '600x3 stale',
    },
    at: { '4m': NEVER, '12m': NEVER, '40m': NEVER },
  },
  ...notReadyCases(
    'ExternalSecretNotReady',
    'externalsecret',
    DATABASE,
    'ExternalSecret shop/database has not been ready for 15 minutes',
  ),
  ...notReadyCases(
    'SecretStoreNotReady',
    'secretstore',
    { namespace: 'shop', name: 'vault' },
    'SecretStore shop/vault has not been ready for 15 minutes',
  ),
  ...notReadyCases(
    'ClusterSecretStoreNotReady',
    'clustersecretstore',
    { name: 'vault' },
    'ClusterSecretStore vault has not been ready for 15 minutes',
  ),
  {
    alert: 'ExternalSecretsFailing',
    when: 'each pass fails, the first failure of each object among them, tried again every eight minutes',
    series: {
      [calls(DATABASE)]: '9x4 10x7 11x7 12x7 13x7',
      [errors(DATABASE)]: '0x4 1x7 2x7 3x7 4x7',
      [calls(OTHER)]: '9x4 10x7 11x7 12x7 13x7',
      [errors(OTHER)]: '0x4 1x7 2x7 3x7 4x7',
    },
    at: { '19m': NEVER, '22m': [{}] },
  },
  {
    alert: 'ExternalSecretsFailing',
    when: 'one of many does, a few fail once, objects are deleted, or a process begins anew or is first seen with failures of long ago',
    series: {
      [calls(DATABASE)]: '0+5x60',
      [errors(DATABASE)]: '0x9 1x50',
      [calls(OTHER)]: '40x4 41x4 stale',
      [errors(OTHER)]: '40x4 41x4 stale',
      [calls(DATABASE, 'b')]: '_x9 90+1x60',
      [errors(DATABASE, 'b')]: '_x9 90x60',
    },
    at: { '8m': NEVER, '22m': NEVER, '40m': NEVER },
  },
  {
    alert: 'ExternalSecretsFailing',
    when: 'nothing is passed over at all',
    series: { [calls(DATABASE)]: '3x60', [errors(DATABASE)]: '3x60' },
    at: { '22m': NEVER, '40m': NEVER },
  },
  {
    alert: 'ExternalSecretStale',
    when: 'it was not refreshed for two of its intervals and twenty-five minutes',
    series: {
      [staleness(DATABASE)]: '0+60x90',
      [interval(DATABASE)]: '600x90',
      [staleness(OTHER)]: '0+60x90',
      [interval(OTHER)]: '3600x90',
    },
    at: {
      '44m': NEVER,
      '46m': [
        {
          labels: DATABASE,
          summary: 'ExternalSecret shop/database has not been refreshed for more than two of its intervals',
          description:
            'Its Secret may have what its provider had 46m 0s ago. Its page of the dashboard, the condition of its store and the queue of the controller say what it waits for.',
        },
      ],
    },
  },
  {
    alert: 'ExternalSecretStale',
    when: 'it is refreshed an interval late, is deleted, or another process leads and refreshes it',
    series: {
      [staleness(DATABASE)]: '0+60x20 0+60x20 0+60x20',
      [interval(DATABASE)]: '600x62',
      [staleness(OTHER)]: '9000x8 stale',
      [interval(OTHER)]: '600x8 stale',
      [staleness({ ...OTHER, name: 'third' })]: '9000x5 stale',
      [interval({ ...OTHER, name: 'third' })]: '600x5 stale',
      [staleness({ ...OTHER, name: 'third' }, 'b')]: '_x7 9000x1 0x40',
      [interval({ ...OTHER, name: 'third' }, 'b')]: '_x7 600x42',
    },
    at: { '9m': NEVER, '12m': NEVER, '40m': NEVER, '60m': NEVER },
  },
  {
    alert: 'ExternalSecretsPartial',
    when: 'something has stood in for a day in two shards, of which one has another leader meanwhile',
    series: { [partial('shop', 'a')]: '1x1600', [partial('shop', 'b')]: '2x699 stale', [partial('shop', 'c')]: '_x704 2x900' },
    at: {
      '23h50m': NEVER,
      '24h1m': [
        {
          labels: { namespace: 'shop' },
          summary: 'In 3 ExternalSecrets of shop something has stood in for a missing value for a day',
        },
      ],
    },
  },
  {
    alert: 'ExternalSecretsPartial',
    when: 'the one process is replaced twice within the day',
    series: {
      [partial('shop', 'a')]: '1x599 stale',
      [partial('shop', 'b')]: '_x604 1x399 stale',
      [partial('shop', 'c')]: '_x1010 1x600',
    },
    at: {
      '23h50m': NEVER,
      '24h1m': [
        {
          labels: { namespace: 'shop' },
          summary: 'In 1 ExternalSecrets of shop something has stood in for a missing value for a day',
        },
      ],
    },
  },
  {
    alert: 'ExternalSecretsPartial',
    when: 'it has for an evening',
    series: { [partial('shop', 'a')]: '1x600 stale' },
    at: { '10h': NEVER, '24h30m': NEVER },
  },
  ...detectionCases({
    own,
    storeSilent: 'ExternalSecretsStoreSilent',
    quotaNearlyUsed: 'ExternalSecretsQuotaNearlyUsed',
    eventsRefused: 'ExternalSecretsEventsRefused',
    eventQueueUnread: 'ExternalSecretsEventQueueUnread',
  }),
]
