import { SecretError } from '../model/secret-error.ts'

/** A whole answer of the daemon. */
export interface HttpAnswer {
  readonly status: number
  readonly body: Uint8Array
}

/** Takes what a socket gives, in pieces of any size, until one answer is whole. */
export interface ResponseReader {
  /** The answer once it is whole. Throws SecretError Unavailable for what is no answer with a length. */
  push(chunk: Buffer): HttpAnswer | undefined
}

const MAX_HEAD_BYTES = 16 * 1024
const END_OF_HEAD = Buffer.from('\r\n\r\n')

interface Head {
  readonly status: number
  /** Where the body begins, and its length. */
  readonly start: number
  readonly length: number
}

/** Reads one answer whose length is announced (RFC 9112 6.2), the only form that the daemon gives; bodies over `maxBytes` are refused. */
export function createResponseReader(maxBytes: number): ResponseReader {
  const chunks: Buffer[] = []
  let received = 0
  let head: Head | undefined
  return {
    push(chunk) {
      chunks.push(chunk)
      received += chunk.byteLength
      head ??= headOf(Buffer.concat(chunks), maxBytes)
      if (!head || received < head.start + head.length) return undefined
      if (received > head.start + head.length) throw misunderstood('it is longer than it announced')
      return { status: head.status, body: Buffer.concat(chunks, received).subarray(head.start) }
    },
  }
}

function headOf(bytes: Buffer, maxBytes: number): Head | undefined {
  const end = bytes.subarray(0, MAX_HEAD_BYTES).indexOf(END_OF_HEAD)
  if (end < 0) {
    if (bytes.byteLength >= MAX_HEAD_BYTES) throw misunderstood('it has no head')
    return undefined
  }
  const [first = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = /^HTTP\/1\.[01] ([2-5]\d\d)(?: |$)/.exec(first)?.[1]
  if (status === undefined) throw misunderstood('it is not HTTP')
  if (fields.some((field) => /^transfer-encoding:/i.test(field))) throw misunderstood('it has no length')
  const lengths = fields.flatMap((field) => /^content-length:[ \t]*(\d{1,12})[ \t]*$/i.exec(field)?.[1] ?? [])
  const [length] = lengths
  if (length === undefined || lengths.length > 1) throw misunderstood('it has no length')
  if (Number(length) > maxBytes) throw misunderstood(`it is larger than ${maxBytes} bytes`)
  return { status: Number(status), start: end + END_OF_HEAD.byteLength, length: Number(length) }
}

function misunderstood(what: string): SecretError {
  return new SecretError('Unavailable', `the answer of the daemon cannot be understood: ${what}`, {
    remedy: 'see that the daemon, and nothing else, listens at its socket, and that both containers run the same version',
  })
}
