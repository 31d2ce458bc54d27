import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import { type GoMap, goTypeOf, mapOfAny } from '../value.ts'
import type { TemplateFunction } from './template-function.ts'
import { hostnameOf } from './url-host.ts'
import { parseUrl, type Url } from './url-parse.ts'
import { urlText } from './url-text.ts'

export const urlFunctions: readonly TemplateFunction[] = [
  {
    name: 'urlParse',
    parameters: [{ name: 'url', type: types.string }],
    returns: types.anyMap,
    doc: 'Its parts by name: scheme, host (with the port), hostname, path, query, opaque, fragment, userinfo. Paths and fragments are unescaped.',
    source: 'sprig',
    example: {
      go: '{{get (urlParse "https://u:p@h:8443/a?b=c") "host"}}',
      handlebars: '{{lookup (urlParse "https://u:p@h:8443/a?b=c") "host"}}',
      gives: 'h:8443',
    },
    safeMessage: false,
    run: (call) => dictOf(withPrefix('unable to parse url', () => parseUrl(call.text(0)))),
  },
  {
    name: 'urlJoin',
    parameters: [{ name: 'parts', type: types.anyMap }],
    returns: types.string,
    doc: 'The URL of the parts that `urlParse` gives; what is missing is empty.',
    source: 'sprig',
    example: { go: '{{urlJoin (urlParse "http://h/a b?c#d e")}}', gives: 'http://h/a%20b?c#d%20e' },
    safeMessage: false,
    run: (call) => urlText(partsOf(call.map(0))),
  },
]

function withPrefix<T>(prefix: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError(`${prefix}: ${error.message}`, error.safe) : error
  }
}

function dictOf({ userinfo, ...url }: Url): GoMap {
  return mapOfAny([...Object.entries(url), ['hostname', hostnameOf(url.host)], ['userinfo', userinfo ?? '']])
}

function partsOf(dict: GoMap): Url {
  const [scheme, host, path, query, opaque, fragment] = ['scheme', 'host', 'path', 'query', 'opaque', 'fragment'].map((key) =>
    textAt(dict, key),
  )
  return {
    scheme: scheme ?? '',
    host: host ?? '',
    path: path ?? '',
    query: query ?? '',
    opaque: opaque ?? '',
    fragment: fragment ?? '',
    userinfo: userinfoOf(textAt(dict, 'userinfo')),
  }
}

/** Written by hand it need not be escaped; read as that of a URL it is. */
function userinfoOf(text: ByteText): ByteText | undefined {
  return text === '' ? undefined : withPrefix('unable to parse userinfo in dict', () => parseUrl(`proto://${text}@host`).userinfo)
}

function textAt(dict: GoMap, key: ByteText): ByteText {
  if (!dict.has(key)) return ''
  const value = dict.get(key)
  if (typeof value === 'string') return value
  if (value === undefined) throw new FunctionError('runtime error: invalid memory address or nil pointer dereference', true)
  throw new FunctionError(`unable to parse ${key} key, must be of type string, but ${goTypeOf(value)?.kind} found`, true)
}
