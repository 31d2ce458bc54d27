import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

interface SignedRequest {
  readonly url: string
  readonly method: string
  readonly headers: readonly { readonly key: string; readonly value: string }[]
}

/**
 * The access key id that signed a GetCallerIdentity request, as Google's STS takes it for a subject token
 * (Google Cloud, "Workload identity federation with AWS"); undefined when the signature or anything else is wrong.
 */
export function awsCaller(subjectToken: string, audience: string, secrets: ReadonlyMap<string, string>): string | undefined {
  try {
    const request: SignedRequest = JSON.parse(decodeURIComponent(subjectToken))
    const headers = new Map(request.headers.map(({ key, value }) => [key.toLowerCase(), value]))
    const url = new URL(request.url)
    const isCallerIdentity =
      /^sts\.[a-z0-9-]+\.amazonaws\.com$/.test(url.hostname) && url.searchParams.get('Action') === 'GetCallerIdentity'
    if (!isCallerIdentity || headers.get('x-goog-cloud-target-resource') !== audience) return undefined
    return signer(request.method, url, headers, secrets)
  } catch {
    return undefined
  }
}

/** AWS Signature Version 4 (AWS General Reference, "Signing AWS API requests"). */
function signer(
  method: string,
  url: URL,
  headers: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string>,
): string | undefined {
  const authorization = headers.get('authorization') ?? ''
  const [, id = '', scope = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(authorization) ?? []
  const secret = secrets.get(id)
  if (secret === undefined || !signed.split(';').includes('host')) return undefined
  const query = Array.from(url.searchParams, ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort()
  const canonical = [
    method,
    url.pathname,
    query.join('&'),
    ...signed.split(';').map((name) => `${name}:${headers.get(name) ?? (name === 'host' ? url.host : '')}`),
    '',
    signed,
    sha256(''),
  ].join('\n')
  const [date = '', region = '', service = '', end = ''] = scope.split('/')
  const key = [date, region, service, end].reduce<Buffer>((part, word) => hmac(part, word), Buffer.from(`AWS4${secret}`))
  const expected = hmac(key, ['AWS4-HMAC-SHA256', headers.get('x-amz-date') ?? '', scope, sha256(canonical)].join('\n'))
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? id : undefined
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
