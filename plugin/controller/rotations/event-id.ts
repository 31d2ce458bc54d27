import { createHash } from 'node:crypto'
import '../../api/jitless.ts'
import * as z from 'zod'

/** What is the same of an event each time that it is sent: clouds send one again whose answer is late, and queues give one twice. */
const told = z.union([
  // EventBridge, structure of an event.
  z.object({ source: z.string().startsWith('aws.'), id: z.string().min(1) }).transform(({ id }) => `aws ${id}`),
  // Pub/Sub, push subscriptions.
  z.object({ message: z.object({ messageId: z.string().min(1) }) }).transform(({ message }) => `pubsub ${message.messageId}`),
  // Event Grid, in both of its schemas; of several events that come together each may come again with others.
  z
    .object({ eventType: z.string().startsWith('Microsoft.KeyVault.'), id: z.string().min(1) })
    .transform(({ id }) => `azure ${id}`),
  z.object({ type: z.string().startsWith('Microsoft.KeyVault.'), id: z.string().min(1) }).transform(({ id }) => `azure ${id}`),
])

/** `undefined` where its sender gives it none. */
export function idOfEvent(event: unknown): string | undefined {
  const text = told.safeParse(Array.isArray(event) && event.length === 1 ? event[0] : event).data
  return text === undefined ? undefined : shortId(text)
}

/** Short, and tells nothing of what it is the id of. */
export function shortId(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
