import type { TokenBucket } from '../applications/token-bucket.ts'

/** `undefined` for everything but a body with status 200; follows no redirect. */
export type FetchText = (url: URL) => Promise<string | undefined>

/** What a cloud publishes of its keys, asked for at whatever pace messages name them: each once at a time, and no more than the bucket lets through. */
export function keyFetches(fetchText: FetchText, bucket: TokenBucket): FetchText {
  const underWay = new Map<string, Promise<string | undefined>>()
  return async (url) => {
    const known = underWay.get(url.href)
    if (known) return await known
    if (bucket.take() > 0) return undefined
    const fetching = fetchText(url).finally(() => underWay.delete(url.href))
    underWay.set(url.href, fetching)
    return await fetching
  }
}
