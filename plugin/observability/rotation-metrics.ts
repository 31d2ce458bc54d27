import { Counter, type Registry } from 'prom-client'

/** Events of providers, of either duty of the controller. Labels are bounded. */
export interface RotationMetrics {
  event(sender: string, outcome: string): void
  /** One attempt to read the queue of events. */
  queueRead(outcome: 'ok' | 'failed'): void
}

const PREFIX = 'argocd_external_secrets_controller_'
/** What alerts ask for: of those that post events, and of the queue. */
const POSTING = ['plain', 'eventbridge', 'sns', 'eventgrid', 'pubsub']
const NOT_TAKEN = ['refused', 'not-understood', 'failed']

export function rotationMetrics(registry: Registry): RotationMetrics {
  const events = new Counter({
    name: `${PREFIX}rotation_events_total`,
    help: 'Events of providers by sender and outcome.',
    labelNames: ['sender', 'outcome'],
    registers: [registry],
  })
  const reads = new Counter({
    name: `${PREFIX}rotation_queue_reads_total`,
    help: 'Attempts to read the queue of events.',
    labelNames: ['outcome'],
    registers: [registry],
  })
  // What is first seen with a number has not risen for Prometheus.
  for (const sender of POSTING) for (const outcome of NOT_TAKEN) events.inc({ sender, outcome }, 0)
  events.inc({ sender: 'sqs', outcome: 'not-understood' }, 0)
  for (const outcome of ['ok', 'failed']) reads.inc({ outcome }, 0)
  return {
    event: (sender, outcome) => events.inc({ sender, outcome }),
    queueRead: (outcome) => reads.inc({ outcome }),
  }
}
