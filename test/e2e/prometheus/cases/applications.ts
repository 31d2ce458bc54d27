import { type AlertCase, type FiringAlert, seriesOf } from '../alert-case.ts'
import { detectionCases } from './detection.ts'

const { own, up } = seriesOf('external-secrets-applications-metrics', 'argocd_external_secrets_controller_')
const refreshes = (outcome: string, pod = 'a'): string => own('refreshes_total', pod, { outcome, cause: 'changed' })
const unready = (why: string): string => own('unready_daemons_total', 'a', { why })
const writes = (outcome: string, pod = 'a'): string => own('index_writes_total', pod, { outcome })
const partial = (project: string, pod: string): string => own('partial_applications', pod, { project })
const NEVER: readonly FiringAlert[] = []

export const APPLICATIONS_CASES: readonly AlertCase[] = [
  {
    alert: 'ExternalSecretsApplicationsControllerDown',
    when: 'no controller could be scraped for five minutes',
    series: { [up('a')]: '1x9 0x20', [up('b')]: '1x9 stale' },
    at: { '14m': NEVER, '16m': [{}] },
  },
  {
    alert: 'ExternalSecretsApplicationsControllerDown',
    when: 'one of two is down, or both are replaced within three minutes',
    series: { [up('a')]: '1x9 stale', [up('b')]: '0x9 stale', [up('c')]: '_x12 1x30' },
    at: { '9m': NEVER, '14m': NEVER, '30m': NEVER },
  },
  {
    alert: 'ExternalSecretsApplicationsControllerWithoutLeader',
    when: 'two run and neither leads for two minutes',
    series: { [own('leads', 'a')]: '1x9 0x20', [own('leads', 'b')]: '0x30' },
    at: { '11m': NEVER, '13m': [{}] },
  },
  {
    alert: 'ExternalSecretsApplicationsControllerWithoutLeader',
    when: 'the other one leads a minute after the first is gone, or nothing runs at all',
    series: { [own('leads', 'a')]: '1x9 stale', [own('leads', 'b')]: '0x10 1x9 stale' },
    at: { '5m': NEVER, '12m': NEVER, '15m': NEVER, '40m': NEVER },
  },
  {
    alert: 'ExternalSecretsRefreshesStopped',
    when: 'those of a store have been stopped for a quarter of an hour',
    series: { [own('stores_stopped', 'a')]: '0x4 1x40', [own('stores_stopped', 'b')]: '0x45' },
    at: { '19m': NEVER, '21m': [{}] },
  },
  {
    alert: 'ExternalSecretsRefreshesStopped',
    when: 'one went well soon after, or the process that had stopped them is gone',
    series: { [own('stores_stopped', 'a')]: '0x4 2x7 0x40', [own('stores_stopped', 'b')]: '_x15 1x9 stale' },
    at: { '12m': NEVER, '24m': NEVER, '30m': NEVER },
  },
  {
    alert: 'ExternalSecretsPartialApplications',
    when: 'something has stood in for a day, in which the process was replaced twice',
    series: {
      [partial('shop', 'a')]: '2x599 stale',
      [partial('shop', 'b')]: '_x604 2x399 stale',
      [partial('shop', 'c')]: '_x1010 2x600',
    },
    at: {
      '23h50m': NEVER,
      '24h1m': [
        {
          labels: { project: 'shop' },
          summary: 'In 2 Applications of the project shop something has stood in for a missing value for a day',
        },
      ],
    },
  },
  {
    alert: 'ExternalSecretsPartialApplications',
    when: 'it has for an evening, and each of two processes says so one after the other',
    series: { [partial('shop', 'a')]: '2x300 stale', [partial('shop', 'b')]: '_x305 2x300 stale' },
    at: { '10h20m': NEVER, '25h': NEVER },
  },
  {
    alert: 'ExternalSecretsNoDaemon',
    when: 'none has been connected for a quarter of an hour',
    series: { [own('daemons_connected', 'a')]: '2x4 0x40', [own('daemons_connected', 'b')]: '0x45' },
    at: { '19m': NEVER, '21m': [{}] },
  },
  {
    alert: 'ExternalSecretsNoDaemon',
    when: 'they are connected to the one that leads, which another becomes meanwhile',
    series: { [own('daemons_connected', 'a')]: '2x9 stale', [own('daemons_connected', 'b')]: '0x11 2x40' },
    at: { '5m': NEVER, '12m': NEVER, '40m': NEVER },
  },
  {
    alert: 'ExternalSecretsApplicationsStale',
    when: 'some have had last good values for a quarter of an hour',
    series: { [own('stale_applications', 'a')]: '0x4 3x40', [own('stale_applications', 'b')]: '0x45' },
    at: { '19m': NEVER, '21m': [{ summary: '3 Applications were rendered with last good values' }] },
  },
  {
    alert: 'ExternalSecretsApplicationsStale',
    when: 'they were rendered again soon after',
    series: { [own('stale_applications', 'a')]: '0x4 3x9 0x40' },
    at: { '14m': NEVER, '21m': NEVER, '40m': NEVER },
  },
  {
    alert: 'ExternalSecretsRefreshesLate',
    when: 'one has waited for more than an hour and a quarter',
    series: { [own('refreshes_oldest_seconds', 'a')]: '0+60x90', [own('refreshes_oldest_seconds', 'b')]: '0x90' },
    at: { '70m': NEVER, '77m': [{}] },
  },
  {
    alert: 'ExternalSecretsRefreshesLate',
    when: 'each waits for half an hour, or the process whose Applications wait is gone',
    series: {
      [own('refreshes_oldest_seconds', 'a')]: '0+60x30 0+60x30 0+60x30',
      [own('refreshes_oldest_seconds', 'b')]: '5000x9 stale',
    },
    at: { '16m': NEVER, '29m': NEVER, '90m': NEVER },
  },
  {
    alert: 'ExternalSecretsRefreshesFailing',
    when: 'four ended the same way within half an hour',
    series: { [refreshes('not-asked')]: '0x4 4x60', [refreshes('synced')]: '0+1x60' },
    at: {
      '15m': NEVER,
      '21m': [{ labels: { outcome: 'not-asked' }, summary: 'Refreshes of Applications end with not-asked' }],
      '40m': NEVER,
    },
  },
  {
    alert: 'ExternalSecretsRefreshesFailing',
    when: 'others than failures end, a few fail, or a process begins anew or is first seen with some of long ago',
    series: {
      [refreshes('synced')]: '0+9x60',
      [refreshes('out-of-sync')]: '0+9x60',
      [refreshes('sync-failed')]: '0x4 2x60',
      [refreshes('comparison-error')]: '50x9 0x60',
      [refreshes('refused', 'new')]: '_x9 50x60',
    },
    at: { '21m': NEVER, '30m': NEVER, '45m': NEVER },
  },
  {
    alert: 'ExternalSecretsDaemonsWithoutProvider',
    when: 'one could not read a new value, and each time after that it is asked, every five minutes',
    series: { [unready('away')]: '0x4 1x4 2x4 3x4 4x4 5x4 6x4', [unready('late')]: '0x40' },
    at: { '18m': NEVER, '22m': [{}] },
  },
  {
    alert: 'ExternalSecretsDaemonsWithoutProvider',
    when: 'it could at the second time, or was late',
    series: { [unready('away')]: '0x4 1x60', [unready('late')]: '0+1x60' },
    at: { '18m': NEVER, '22m': NEVER },
  },
  {
    alert: 'ExternalSecretsIndexNotKept',
    when: 'each attempt has failed for half an hour',
    series: { [writes('failed')]: '0x4 1+12x60', [writes('written')]: '0+12x4 48x60' },
    at: { '30m': NEVER, '36m': [{}] },
  },
  {
    alert: 'ExternalSecretsIndexNotKept',
    when: 'a minute of them failed, and another process begins at 0',
    series: { [writes('failed')]: '0x4 12x60', [writes('written')]: '0+12x4 48+12x60', [writes('failed', 'b')]: '99x9 0x60' },
    at: { '15m': NEVER, '36m': NEVER, '50m': NEVER },
  },
  {
    alert: 'ExternalSecretsPaused',
    when: 'everything has been paused for a day, in which the one process was replaced',
    series: { [own('paused', 'a')]: '1x799 stale', [own('paused', 'b')]: '_x804 0x1 1x800' },
    at: { '23h50m': NEVER, '24h1m': [{}] },
  },
  {
    alert: 'ExternalSecretsPaused',
    when: 'it was for twenty hours',
    series: { [own('paused', 'a')]: '1x1200 0x400', [own('paused', 'b')]: '1x1200 0x400' },
    at: { '20h': NEVER, '24h30m': NEVER },
  },
  ...detectionCases({
    own,
    storeSilent: 'ExternalSecretsApplicationsStoreSilent',
    quotaNearlyUsed: 'ExternalSecretsApplicationsQuotaNearlyUsed',
    eventsRefused: 'ExternalSecretsApplicationsEventsRefused',
    eventQueueUnread: 'ExternalSecretsApplicationsEventQueueUnread',
  }),
]
