import type { RequestData } from '../../../templates/go-template/request-template.ts'
import type { Clock } from '../../model/clock.ts'
import { quoteName } from '../../model/quote-name.ts'
import type { Random } from '../../model/random.ts'
import { SecretError } from '../../model/secret-error.ts'
import { isHeaderValue } from '../http-header.ts'
import type { WebhookConfig } from './config-schema.ts'
import { fixedOrigin } from './fixed-origin.ts'
import { requestTexts } from './request-texts.ts'

/** A request as it is sent, and the way to the value in its answer. */
export interface WebhookRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Empty: the answer itself. */
  readonly jsonPath: string
}

/** What the templates of one request see: in the URL its parts are escaped (external-secrets.md 7.7). */
export interface RequestFacts {
  readonly inUrl: RequestData
  readonly elsewhere: RequestData
}

export interface WebhookRequests {
  /** Throws SecretError InvalidSpec with the field: a template fails, a header or URL cannot be sent. */
  write(facts: RequestFacts): WebhookRequest
}

/** What is no part of a path, in all its spellings. */
const STEP = /^(?:\.|%2e){1,2}$/i

/** Compiles the templates of a configuration. `prefix` is its path in the object, for errors. Throws SecretError InvalidSpec. */
export async function webhookRequests(
  { url, method, headers = {}, body = '', result: { jsonPath = '' } = {} }: WebhookConfig,
  prefix: string,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<WebhookRequests> {
  const names = Object.keys(headers)
  const fieldOf = (name: string): string => `${prefix}.headers.${name}`
  const fields = { url: `${prefix}.url`, body: `${prefix}.body`, jsonPath: `${prefix}.result.jsonPath` }
  const texts = await requestTexts(
    new Map([
      [fields.url, url],
      [fields.body, body],
      [fields.jsonPath, jsonPath],
      ...Object.entries(headers).map(([name, text]) => [fieldOf(name), text] as const),
    ]),
    ports,
  )
  const textOf = (field: string, data: RequestData): string => new TextDecoder().decode(texts.render(field, data))

  return {
    write({ inUrl, elsewhere }) {
      const written = texts.render(fields.body, elsewhere)
      return {
        method: method || 'GET',
        url: checkedUrl(textOf(fields.url, inUrl), fixedOrigin(url), fields.url),
        headers: Object.fromEntries(
          names.map((name) => [name, checkedHeader(name, textOf(fieldOf(name), elsewhere), fieldOf(name))]),
        ),
        ...(written.byteLength > 0 && { body: written }),
        jsonPath: textOf(fields.jsonPath, elsewhere),
      }
    },
  }
}

/** R5: whatever the templates made, the request goes where the store's own text says, and no part of its path leads elsewhere. */
function checkedUrl(text: string, origin: string | undefined, field: string): URL {
  const url = URL.parse(text.trim())
  // A URL drops some of them without a word.
  const isPlain = !/\p{Cc}/u.test(text.trim())
  const steps = (text.split(/[?#]/)[0] ?? '').split(/[/\\]/).some((part) => STEP.test(part))
  if (url && isPlain && !steps && url.origin === origin && url.username === '' && url.password === '') return url
  throw new SecretError('InvalidSpec', 'the reference makes a URL that leads out of what the store names, or none at all', {
    place: { field },
    remedy: 'a key may have no part that is . or .., and the URL no control characters',
  })
}

function checkedHeader(name: string, value: string, field: string): string {
  // A line feed at the end is what files and YAML blocks end in.
  const plain = value.replace(/[\r\n]+$/, '')
  if (isHeaderValue(plain)) return plain
  throw new SecretError('InvalidSpec', `the value of the header ${quoteName(name)} cannot be sent`, {
    place: { field },
    remedy: 'a header has one line of plain characters: encode the value, with b64enc or urlquery',
  })
}
