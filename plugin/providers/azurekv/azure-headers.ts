import type { HttpAnswer } from '../http-client.ts'

/** Azure's name for a request, for its support; nothing else that a server may put there. */
export function requestIdOf({ headers }: HttpAnswer): string | undefined {
  const id = headers['x-ms-request-id']
  return id && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : undefined
}

/** How long the service wants to be left alone, in milliseconds; Azure says it in seconds. */
export function retryAfterMsOf({ headers }: HttpAnswer): number | undefined {
  const seconds = headers['retry-after']
  return seconds && /^\d{1,5}$/.test(seconds) ? Number(seconds) * 1000 : undefined
}
