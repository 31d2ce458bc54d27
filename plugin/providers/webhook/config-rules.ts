import { parseGoDuration } from '../../api/go-duration.ts'
import type { FieldPath } from '../../model/field-path.ts'
import { quoteName } from '../../model/quote-name.ts'
import { isHeaderName } from '../http-header.ts'
import type { WebhookConfig } from './config-schema.ts'
import { fixedOrigin } from './fixed-origin.ts'

export interface ConfigProblem {
  /** Within the configuration. */
  readonly path: FieldPath
  readonly message: string
}

/** RFC 9110: a token. */
const METHOD = /^[!#$%&'*+.^_`|~\w-]+$/
/** What `.remoteRef` of the templates is made of. */
const RESERVED_NAME = 'remoteRef'

/** What no schema of single fields can say (external-secrets.md 7.7): a configuration with a problem can never work. */
export function checkWebhookConfig(config: WebhookConfig): readonly ConfigProblem[] {
  const { url, method, headers = {}, timeout, secrets = [], auth } = config
  return [
    ...problem(
      fixedOrigin(url) === undefined,
      ['url'],
      'must begin with http:// or https:// and a host in plain text: a template may only follow the slash behind it',
    ),
    ...problem(method !== undefined && method !== '' && !METHOD.test(method), ['method'], 'is no HTTP method'),
    ...problem(timeout !== undefined && !isPositiveDuration(timeout), ['timeout'], 'is no Go duration above zero, such as 10s'),
    ...Object.keys(headers).flatMap((name) =>
      problem(!isHeaderName(name), ['headers', name], `${quoteName(name)} cannot be sent as a header`),
    ),
    ...problem(auth !== undefined && auth.ntlm === undefined, ['auth'], 'no auth provider given: name ntlm, or leave auth out'),
    ...secrets.flatMap(({ name }, index) =>
      problem(name === RESERVED_NAME, ['secrets', index, 'name'], `${RESERVED_NAME} is the name of the reference`),
    ),
  ]
}

function isPositiveDuration(text: string): boolean {
  const ms = parseGoDuration(text)
  return ms !== undefined && ms > 0
}

function problem(isProblem: boolean, path: FieldPath, message: string): readonly ConfigProblem[] {
  return isProblem ? [{ path, message }] : []
}
