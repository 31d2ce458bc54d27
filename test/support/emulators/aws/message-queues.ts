import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AccessRules } from './access-rules.ts'
import type { Principal } from './key-ring.ts'
import { ServiceFailure } from './service-failure.ts'

interface HeldMessage {
  readonly id: string
  readonly body: string
  receipt: string | undefined
  hiddenUntilMs: number
  receives: number
}

/** The queues of SQS by the last part of their URL; a message that was received is hidden, and comes again. */
export class MessageQueues {
  readonly #queues = new Map<string, HeldMessage[]>()

  create(name: string): void {
    this.#queues.set(name, [])
  }

  send(name: string, body: string): void {
    this.find(name).push({ id: randomUUID(), body, receipt: undefined, hiddenUntilMs: 0, receives: 0 })
  }

  /** Bodies that are there, hidden ones too, and how often each was given. */
  held(name: string): readonly { readonly body: string; readonly receives: number }[] {
    return this.find(name).map(({ body, receives }) => ({ body, receives }))
  }

  /** Everything that is hidden can be received again. */
  showAll(name: string): void {
    for (const message of this.find(name)) message.hiddenUntilMs = 0
  }

  find(name: string): HeldMessage[] {
    const queue = this.#queues.get(name)
    if (!queue) throw new ServiceFailure('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.')
    return queue
  }
}

export interface MessageQueueCall {
  readonly input: MessageQueueInput
  readonly principal: Principal
  readonly queues: MessageQueues
  readonly rules: AccessRules
  readonly now: () => number
  /** False once the caller has gone. */
  readonly isAwaited: () => boolean
}

export interface MessageQueueInput {
  readonly QueueUrl?: string
  readonly MessageBody?: string
  readonly MaxNumberOfMessages?: number
  readonly WaitTimeSeconds?: number
  readonly VisibilityTimeout?: number
  readonly Entries?: readonly { readonly Id: string; readonly ReceiptHandle: string }[]
}

const POLL_MS = 10

export const messageQueueOperations: Readonly<Record<string, (call: MessageQueueCall) => Promise<object>>> = {
  async SendMessage(call) {
    permit(call, 'SendMessage')
    call.queues.send(nameOf(call), call.input.MessageBody ?? '')
    return { MessageId: randomUUID() }
  },

  async ReceiveMessage(call) {
    permit(call, 'ReceiveMessage')
    const { input, queues, now, isAwaited } = call
    const { MaxNumberOfMessages = 1, WaitTimeSeconds = 0, VisibilityTimeout = 30 } = input
    const end = now() + WaitTimeSeconds * 1_000
    const visible = (): readonly HeldMessage[] =>
      queues
        .find(nameOf(call))
        .filter(({ hiddenUntilMs }) => hiddenUntilMs <= now())
        .slice(0, MaxNumberOfMessages)
    while (visible().length === 0 && now() < end && isAwaited()) await sleep(POLL_MS)
    const given = isAwaited() ? visible() : []
    for (const message of given) {
      message.hiddenUntilMs = now() + VisibilityTimeout * 1_000
      message.receives++
      message.receipt = randomUUID()
    }
    return given.length === 0 ? {} : { Messages: given.map(shown) }
  },

  async DeleteMessageBatch(call) {
    permit(call, 'DeleteMessage')
    const queue = call.queues.find(nameOf(call))
    const entries = call.input.Entries ?? []
    if (entries.length > 10) throw new ServiceFailure('com.amazonaws.sqs#TooManyEntriesInBatchRequest', '')
    for (const { ReceiptHandle } of entries) {
      const place = queue.findIndex(({ receipt }) => receipt === ReceiptHandle)
      if (place >= 0) queue.splice(place, 1)
    }
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] }
  },
}

function shown({ id, body, receipt }: HeldMessage): object {
  return { MessageId: id, ReceiptHandle: receipt, Body: body, MD5OfBody: createHash('md5').update(body).digest('hex') }
}

function nameOf({ input }: MessageQueueCall): string {
  return (input.QueueUrl ?? '').split('/').at(-1) ?? ''
}

function permit(call: MessageQueueCall, action: string): void {
  call.rules.check(call.principal, `sqs:${action}`, nameOf(call))
}
