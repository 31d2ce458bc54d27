import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import express from 'express'
import {
  answerHead,
  decodeExpandRequest,
  EXPAND_PATH,
  type ExpandAnswer,
  MAX_REQUEST_BYTES,
  tooLarge,
} from '../argocd/wire/expand-exchange.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import { createTurns } from '../model/turns.ts'
import { refusal } from './expand-service.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { queuedExpand } from './queued-expand.ts'

export interface ExpandAppTools {
  readonly expand: ReturnType<typeof queuedExpand>
  readonly heldBytes: HeldBytes
  /** Told of a request whose bytes found no room. */
  readonly onTurnedAway: () => void
}

/** `POST /expand`: the body of a request in, the body of an answer out. A client that goes away ends its render. */
export function expandApp(tools: ExpandAppTools): express.Express {
  const app = express()
  app.disable('x-powered-by')
  const body = express.raw({ limit: MAX_REQUEST_BYTES, type: () => true, inflate: false })
  app.post(EXPAND_PATH, admission(tools), body, async (incoming, outgoing) => {
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    const given = await answered(bytesOf(incoming.body), tools, gone.signal)
    await createTurns().take()
    send(outgoing, given)
  })
  app.use(((_error, _incoming, outgoing, _next) => {
    send(outgoing, refused(400, new SecretError('InvalidSpec', 'the request could not be read')))
  }) satisfies express.ErrorRequestHandler)
  return app
}

interface Answered {
  readonly status: number
  readonly answer: ExpandAnswer
}

/** Before a byte of the body is kept. Who has no room is answered after its body was read and thrown away: a client that still writes would miss it. */
function admission({ heldBytes, onTurnedAway }: ExpandAppTools): express.RequestHandler {
  return async (incoming, outgoing, next) => {
    const bytes = lengthOf(incoming)
    if (bytes !== undefined && bytes <= MAX_REQUEST_BYTES && heldBytes.take(bytes)) {
      outgoing.once('close', () => heldBytes.give(bytes))
      next()
      return
    }
    incoming.resume()
    await once(incoming, 'close')
    if (bytes === undefined) send(outgoing, refused(411, new SecretError('InvalidSpec', 'the request does not tell its length')))
    else if (bytes > MAX_REQUEST_BYTES) send(outgoing, refused(413, tooLarge()))
    else {
      onTurnedAway()
      send(outgoing, refused(503, tooManyBytes(heldBytes.held)))
    }
  }
}

function lengthOf({ headers }: IncomingMessage): number | undefined {
  const given = headers['content-length']
  return given === undefined || headers['transfer-encoding'] !== undefined ? undefined : Number(given)
}

async function answered(body: Uint8Array, { expand }: ExpandAppTools, signal: AbortSignal): Promise<Answered> {
  try {
    const { answer, isFull } = await expand(decodeExpandRequest(body), signal)
    return { status: isFull ? 503 : 200, answer }
  } catch (thrown) {
    return refused(400, asSecretError(thrown))
  }
}

function tooManyBytes(held: number): SecretError {
  return new SecretError('Throttled', `the daemon holds ${held} bytes of manifests that are not rendered yet`, {
    remedy: 'give repo-server more replicas, or refresh fewer applications at once',
  })
}

function refused(status: number, error: SecretError): Answered {
  return { status, answer: refusal([error]) }
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array()
}

function send(outgoing: express.Response, { status, answer }: Answered): void {
  if (outgoing.destroyed || outgoing.headersSent) return
  const head = answerHead(answer)
  const length = head.byteLength + answer.output.byteLength
  outgoing.writeHead(status, { 'content-type': 'application/octet-stream', 'content-length': length })
  outgoing.write(head)
  outgoing.end(answer.output)
}
