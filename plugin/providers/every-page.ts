import { SecretError } from '../model/secret-error.ts'

export interface ListingPage {
  /** What the next page is asked for by; absent or empty on the last one. */
  readonly nextToken: string | undefined
}

/**
 * The pages of a listing, one after the other, empty ones included. Throws SecretError Unavailable when a page leads back to one that was seen:
 * such a listing has no end.
 */
export async function* everyPage<Page extends ListingPage>(
  ask: (nextToken: string | undefined) => Promise<Page>,
): AsyncGenerator<Page> {
  const seen = new Set<string>()
  let token: string | undefined
  for (;;) {
    const page = await ask(token)
    yield page
    token = page.nextToken || undefined
    if (token === undefined) return
    if (seen.has(token)) throw endless()
    seen.add(token)
  }
}

function endless(): SecretError {
  return new SecretError('Unavailable', 'the listing has no end: a page leads back to an earlier one', {
    lasting: true,
    remedy: 'check the endpoint, and that no proxy answers in its place',
  })
}
