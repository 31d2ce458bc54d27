import { CLIENT_FLAGS, startMessage } from './message.ts'

const BYTES = 40

/** The first message ([MS-NLMP] 2.2.1.1): what the client can do. It names nobody: domain and machine would be in the clear, and are optional. */
export function negotiateMessage(): Uint8Array {
  const message = startMessage(1, BYTES)
  message.writeUInt32LE(CLIENT_FLAGS, 12)
  // Two empty texts, which begin where the message ends.
  message.writeUInt32LE(BYTES, 20)
  message.writeUInt32LE(BYTES, 28)
  return message
}
