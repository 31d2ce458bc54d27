import { connect } from 'node:net'
import { EXPAND_PATH, MAX_ANSWER_BYTES } from '../argocd/wire/expand-exchange.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { createResponseReader, type HttpAnswer } from './response-reader.ts'

/**
 * Posts `body` to the daemon that listens at `socketPath` and waits for its whole answer, for at most `timeoutMs`.
 * One request of HTTP/1.1 (RFC 9112), written by hand: loading `node:http` costs more than half of what Node needs to start.
 * Throws SecretError Unavailable without a daemon, or when it goes away before its answer is whole; Deadline when the time is over.
 */
export function unixExchange(socketPath: string, body: Uint8Array, timeoutMs: number): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
  const reader = createResponseReader(MAX_ANSWER_BYTES)
  const socket = connect({ path: socketPath })
  const timer = setTimeout(() => fail(tooLate(timeoutMs)), timeoutMs)
  let ended = false
  const end = (): boolean => {
    if (ended) return false
    ended = true
    clearTimeout(timer)
    return true
  }
  // What is going on at the daemon for nobody ends with the connection.
  const fail = (why: unknown): void => {
    if (!end()) return
    reject(why)
    socket.destroy()
  }
  socket.on('data', (chunk: Buffer) => {
    try {
      const answer = reader.push(chunk)
      if (!answer || !end()) return
      resolve(answer)
      // The daemon closes the connection; there is no reason to wait for it, nor to take it down.
      socket.unref()
    } catch (thrown) {
      fail(thrown)
    }
  })
  // A daemon that refuses early stops reading: that the rest of the request could not be sent does not make its answer less.
  socket.on('error', (error: NodeJS.ErrnoException) => ended || fail(connectionFailure(error.code, socketPath)))
  socket.on('close', () => ended || fail(connectionFailure(undefined, socketPath)))
  socket.write(
    `POST ${EXPAND_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n` +
      `Content-Length: ${body.byteLength}\r\nConnection: close\r\n\r\n`,
  )
  socket.write(body)
  return promise
}

function connectionFailure(code: string | undefined, socketPath: string): SecretError {
  const where = quoteName(socketPath)
  switch (code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new SecretError('Unavailable', `no daemon listens at ${where} (${code})`, {
        remedy: 'see that the container daemon runs and that both containers mount the folder of the socket',
      })
    case 'EACCES':
    case 'EPERM':
      return new SecretError('Unavailable', `the socket of the daemon at ${where} may not be opened (${code})`, {
        remedy: 'run both containers as the same user, who owns the folder of the socket',
      })
    default:
      return new SecretError('Unavailable', `the daemon went away before its answer was whole (${code ?? 'closed'})`, {
        remedy: 'see the log of the container daemon, and refresh the application',
      })
  }
}

function tooLate(timeoutMs: number): SecretError {
  return new SecretError('Deadline', `the daemon did not answer within the ${timeoutMs} ms that were left for this render`, {
    remedy:
      'see which provider is slow in the log of the container daemon, or raise the option timeout together with the timeouts of Argo CD',
  })
}
