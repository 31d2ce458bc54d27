import { type AlertCase, type FiringAlert, seriesOf } from '../alert-case.ts'

const { own, up } = seriesOf('argocd-external-secrets-metrics', 'argocd_external_secrets_')
const renders = (outcome: string, pod = 'a'): string => own('renders_total', pod, { outcome })
const reports = (outcome: string): string => own('reports_total', 'a', { outcome })
const NEVER: readonly FiringAlert[] = []

export const SIDECAR_CASES: readonly AlertCase[] = [
  {
    alert: 'ExternalSecretsDaemonDown',
    when: 'no daemon could be scraped for five minutes',
    series: { [up('a')]: '1x9 0x20', [up('b')]: '1x9 stale' },
    at: { '9m': NEVER, '14m': NEVER, '16m': [{}] },
  },
  {
    alert: 'ExternalSecretsDaemonDown',
    when: 'nothing was ever scraped',
    series: { 'up{job="something-else"}': '1x20' },
    at: { '4m': NEVER, '6m': [{}] },
  },
  {
    alert: 'ExternalSecretsDaemonDown',
    when: 'one of two is down, or its Pod is replaced within three minutes',
    series: { [up('a')]: '1x9 stale', [up('b')]: '_x12 1x30', [up('c')]: '_x12 0x30' },
    at: { '9m': NEVER, '15m': NEVER, '30m': NEVER },
  },
  {
    alert: 'ExternalSecretsStaleValues',
    when: 'one render alone had last good values, for as long as that is less than half an hour ago',
    series: { [own('stale_values_total', 'a')]: '0x9 3x60', [own('stale_values_total', 'b')]: '0x60' },
    at: { '15m': NEVER, '21m': [{}], '35m': [{}], '45m': NEVER },
  },
  {
    alert: 'ExternalSecretsStaleValues',
    when: 'a daemon that once had some begins anew, or is first seen with some of long ago',
    series: { [own('stale_values_total', 'a')]: '7x9 0x60', [own('stale_values_total', 'b')]: '_x9 5x60' },
    at: { '9m': NEVER, '21m': NEVER, '35m': NEVER },
  },
  {
    alert: 'ExternalSecretsPolicyNotInForce',
    when: 'one of two daemons has not the policy that is mounted for five minutes',
    series: { [own('policy_in_force', 'a')]: '1x30', [own('policy_in_force', 'b')]: '1x4 0x20' },
    at: { '9m': NEVER, '11m': [{}] },
  },
  {
    alert: 'ExternalSecretsPolicyNotInForce',
    when: 'it was mended within three minutes, or its daemon is gone',
    series: { [own('policy_in_force', 'a')]: '1x4 0x2 1x20', [own('policy_in_force', 'b')]: '0x3 stale' },
    at: { '6m': NEVER, '11m': NEVER, '15m': NEVER },
  },
  {
    alert: 'ExternalSecretsRendersTurnedAway',
    when: 'some are turned away again and again for ten minutes',
    series: { [own('turned_away_total', 'a')]: '0x4 1+1x40', [own('turned_away_total', 'b')]: '0x40' },
    at: { '10m': NEVER, '16m': [{}] },
  },
  {
    alert: 'ExternalSecretsRendersTurnedAway',
    when: 'many were at once, and a daemon began anew',
    series: { [own('turned_away_total', 'a')]: '0x4 90x40', [own('turned_away_total', 'b')]: '50x9 0x30' },
    at: { '6m': NEVER, '16m': NEVER, '25m': NEVER },
  },
  {
    alert: 'ExternalSecretsRendersFailing',
    when: 'two Applications failed three times each, after which Argo CD asks no more for an hour',
    series: { [renders('Unavailable')]: '0x1 2x2 4x2 6x70', [renders('ok')]: '0+3x70' },
    at: {
      '15m': NEVER,
      '25m': [{ labels: { outcome: 'Unavailable' }, summary: 'Renders fail with Unavailable' }],
      '45m': NEVER,
    },
  },
  {
    alert: 'ExternalSecretsRendersFailing',
    when: 'what is in Git is the reason, only a few failed, or a daemon began anew',
    series: {
      [renders('NotFound')]: '0+5x60',
      [renders('InvalidSpec')]: '0+5x60',
      [renders('Throttled')]: '0x4 3x60',
      [renders('Timeout')]: '90x9 0x60',
      [renders('AccessDenied', 'new')]: '_x9 40x60',
    },
    at: { '15m': NEVER, '25m': NEVER, '45m': NEVER },
  },
  {
    alert: 'ExternalSecretsRenderBug',
    when: 'the first render failed by a fault of ours',
    series: { [renders('Bug')]: '0x4 1x70', [own('uncaught_total', 'a')]: '0x80' },
    at: { '4m': NEVER, '7m': [{}], '62m': [{}], '70m': NEVER },
  },
  {
    alert: 'ExternalSecretsRenderBug',
    when: 'an exception belonged to no render',
    series: { [renders('Bug')]: '0x80', [own('uncaught_total', 'a')]: '0x4 1x70' },
    at: { '4m': NEVER, '7m': [{}] },
  },
  {
    alert: 'ExternalSecretsRenderBug',
    when: 'renders fail for other reasons, and a daemon that had one began anew',
    series: { [renders('Bug')]: '2x4 0x70', [renders('Timeout')]: '0+1x70', [own('uncaught_total', 'a')]: '1x4 0x70' },
    at: { '7m': NEVER, '30m': NEVER },
  },
  {
    alert: 'ExternalSecretsReportsDropped',
    when: 'a single one was dropped',
    series: { [reports('dropped')]: '0x4 1x60', [reports('sent')]: '0x60' },
    at: { '8m': NEVER, '11m': [{}], '40m': NEVER },
  },
  {
    alert: 'ExternalSecretsReportsDropped',
    when: 'they cannot be sent at once, and a daemon that had dropped some began anew',
    series: { [reports('dropped')]: '8x4 0x60', [reports('failed')]: '0+1x60', [reports('sent')]: '0+1x60' },
    at: { '11m': NEVER, '30m': NEVER },
  },
]
