import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { QueueApi } from './api.ts'
import { failing } from './aws-failure.ts'
import type { ClientSettings } from './client-settings.ts'

export function queueApi(settings: ClientSettings, queueUrl: string): QueueApi {
  const client = new SQSClient(settings)

  return {
    async receiveMessages({ waitSeconds, hiddenSeconds }, abortSignal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: hiddenSeconds,
      })
      const { Messages = [] } = await failing(client.send(command, { abortSignal }))
      return Messages.map(({ ReceiptHandle = '', Body = '' }) => ({ receipt: ReceiptHandle, body: Body }))
    },

    async deleteMessages(receipts, abortSignal) {
      const Entries = receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }))
      const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })
      const { Failed = [] } = await failing(client.send(command, { abortSignal }))
      return Failed.length
    },
  }
}
