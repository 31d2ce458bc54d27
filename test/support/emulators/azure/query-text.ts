import type { Request } from 'express'

/** A parameter of the query string; empty when it is missing or given more than once. */
export function queryText(request: Request, name: string): string {
  const text = request.query[name]
  return typeof text === 'string' ? text : ''
}
