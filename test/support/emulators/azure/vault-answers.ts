import type { Request, Response } from 'express'
import { queryText } from './query-text.ts'
import { badParameter, failWith } from './vault-failures.ts'
import type { Properties } from './vault-objects.ts'

/** Key Vault lists 25 at a time, at most. */
const PAGE_SIZE = 25

/** Names that Key Vault takes ("About keys, secrets and certificates", object identifiers). */
export function nameIsGood(name: string): boolean {
  return /^[0-9a-zA-Z-]{1,127}$/.test(name)
}

export function attributesOf({ tags: _tags, ...attributes }: Properties): object {
  return { ...attributes, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 }
}

export function tagsOf({ tags }: Properties): object {
  return tags ? { tags } : {}
}

/** Answers a page of `items` and, while there are more, the link to the next one. */
export function answerPage(request: Request, response: Response, baseUrl: string, items: readonly object[]): void {
  const [maxresults, skip] = [queryText(request, 'maxresults'), queryText(request, '$skiptoken')]
  const size = maxresults === '' ? PAGE_SIZE : Number(maxresults)
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE) {
    return failWith(response, badParameter(`maxresults must be between 1 and ${PAGE_SIZE}`))
  }
  const from = skip ? Number(Buffer.from(skip, 'base64url').toString()) : 0
  const to = from + size
  const next = new URLSearchParams({
    'api-version': queryText(request, 'api-version'),
    $skiptoken: Buffer.from(String(to)).toString('base64url'),
    maxresults: String(size),
  })
  response.json({
    value: items.slice(from, to),
    nextLink: to < items.length ? `${baseUrl}${request.path}?${next.toString()}` : null,
  })
}
