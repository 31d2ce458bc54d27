import { Counter, type Registry } from 'prom-client'

/** Events of providers, of either duty of the controller. Labels are bounded. */
export interface RotationMetrics {
  event(sender: string, outcome: string): void
  /** One attempt to read the queue of events. */
  queueRead(outcome: 'ok' | 'failed'): void
}

const PREFIX = 'argocd_external_secrets_controller_'

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
  return {
    event: (sender, outcome) => events.inc({ sender, outcome }),
    queueRead: (outcome) => reads.inc({ outcome }),
  }
}
