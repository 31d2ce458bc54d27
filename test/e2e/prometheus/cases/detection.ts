import type { AlertCase, FiringAlert, seriesOf } from '../alert-case.ts'

/** Both duties of the controller look for changes and take events, and alert on the same of it. */
export interface DetectionAlerts {
  readonly own: ReturnType<typeof seriesOf>['own']
  readonly storeSilent: string
  readonly quotaNearlyUsed: string
  readonly eventsRefused: string
  readonly eventQueueUnread: string
}

const STORE = { store: 'ClusterSecretStore vault' }
const OTHER = { store: 'SecretStore shop/aws' }
const NEVER: readonly FiringAlert[] = []

export function detectionCases(names: DetectionAlerts): readonly AlertCase[] {
  return [...storeCases(names), ...eventCases(names)]
}

function storeCases({ own, storeSilent, quotaNearlyUsed }: DetectionAlerts): readonly AlertCase[] {
  const calls = (store: typeof STORE, pod: string): string => own('detector_calls_total', pod, store)
  const quota = (store: typeof STORE, pod: string): string => own('detector_quota', pod, store)
  const rounds = (store: typeof STORE, pod: string): string => own('detector_failed_rounds', pod, store)
  return [
    {
      alert: storeSilent,
      when: 'a store has not answered four times in a row, and not in the ten minutes after',
      series: { [rounds(STORE, 'a')]: '0+1x4 4x30', [rounds(OTHER, 'a')]: '0x40' },
      at: { '13m': NEVER, '15m': [{ labels: STORE, summary: 'ClusterSecretStore vault does not answer' }] },
    },
    {
      alert: storeSilent,
      when: 'it answers again, is deleted, or failed as seldom as three times',
      series: {
        [rounds(STORE, 'a')]: '5x8 0x30',
        [rounds(OTHER, 'a')]: '5x8 stale',
        [rounds({ store: 'SecretStore shop/vault' }, 'a')]: '3x40',
      },
      at: { '9m': NEVER, '12m': NEVER, '30m': NEVER },
    },
    {
      alert: quotaNearlyUsed,
      when: 'nine tenths of what it may are used for longer than half an hour',
      series: {
        [calls(STORE, 'a')]: '0+54x90',
        [quota(STORE, 'a')]: '1x90',
        [calls(OTHER, 'a')]: '0+54x90',
        [quota(OTHER, 'a')]: '2x90',
      },
      at: {
        '29m': NEVER,
        '50m': [{ labels: STORE, summary: 'The detector of ClusterSecretStore vault makes almost as many calls as it may' }],
      },
    },
    {
      alert: quotaNearlyUsed,
      when: 'one process after the other leads and begins to count at 0',
      series: {
        [calls(STORE, 'a')]: '900000+6x30 stale',
        [quota(STORE, 'a')]: '1x30 stale',
        [calls(STORE, 'b')]: '_x32 0+6x20 0+6x40',
        [quota(STORE, 'b')]: '_x32 1x61',
      },
      at: { '33m': NEVER, '50m': NEVER, '90m': NEVER },
    },
  ]
}

function eventCases({ own, eventsRefused, eventQueueUnread }: DetectionAlerts): readonly AlertCase[] {
  const events = (sender: string, outcome: string, pod = 'a'): string => own('rotation_events_total', pod, { sender, outcome })
  const reads = (outcome: string, pod = 'a'): string => own('rotation_queue_reads_total', pod, { outcome })
  const summary = 'Events of eventgrid are not taken'
  return [
    {
      alert: eventsRefused,
      when: 'many were refused at once, by whichever replica they reached',
      series: {
        [events('eventgrid', 'refused')]: '0x4 4x60',
        [events('eventgrid', 'refused', 'b')]: '0x4 5x60',
        [events('sns', 'refused')]: '0x60',
      },
      at: { '8m': NEVER, '11m': [{ labels: { sender: 'eventgrid' }, summary }], '25m': NEVER },
    },
    {
      alert: eventsRefused,
      when: 'events are taken, a few are not, or a process begins anew or is first seen with some of long ago',
      series: {
        [events('sns', 'taken')]: '0+9x60',
        [events('pubsub', 'standby')]: '0+9x60',
        [events('eventgrid', 'refused')]: '0x4 3x60',
        [events('eventbridge', 'failed')]: '70x9 0x60',
        [events('plain', 'refused', 'new')]: '_x9 40x60',
      },
      at: { '11m': NEVER, '20m': NEVER, '40m': NEVER },
    },
    {
      alert: eventQueueUnread,
      when: 'it could be read until now, and cannot any more, however seldom that is tried',
      series: {
        [reads('ok')]: '0+3x9 27x60',
        [reads('failed')]: '0x9 1+1x60',
        [reads('ok', 'b')]: '0x60',
        [reads('failed', 'b')]: '0x60',
      },
      at: { '20m': NEVER, '40m': [{}] },
    },
    {
      alert: eventQueueUnread,
      when: 'there is no queue, or one read of four fails',
      series: {
        [reads('ok')]: '0+3x60',
        [reads('failed')]: '0+1x60',
        [reads('ok', 'b')]: '0x60',
        [reads('failed', 'b')]: '0x60',
      },
      at: { '20m': NEVER, '50m': NEVER },
    },
    {
      alert: eventQueueUnread,
      when: 'no queue is read at all',
      series: { [reads('ok')]: '0x60', [reads('failed')]: '0x60' },
      at: { '20m': NEVER, '50m': NEVER },
    },
  ]
}
