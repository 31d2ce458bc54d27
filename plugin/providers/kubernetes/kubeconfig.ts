import { SecretError } from '../../model/secret-error.ts'
import { serverUrl } from './server-url.ts'

/** What of a kubeconfig says whom to ask, and as whom. */
export interface KubeconfigFacts {
  readonly server: URL
  /** PEM. */
  readonly ca?: string
  readonly token?: string
  readonly clientCertificate?: { readonly cert: string; readonly key: string }
}

type Fields = Readonly<Record<string, unknown>>

/** What would run a program, read a file of this process, or look away where somebody pretends to be the server. */
const REFUSED_OF_USER = [
  'exec',
  'auth-provider',
  'tokenFile',
  'client-certificate',
  'client-key',
  'username',
  'as',
  'as-uid',
  'as-groups',
]
const REFUSED_OF_CLUSTER = ['certificate-authority', 'insecure-skip-tls-verify', 'proxy-url', 'tls-server-name']

/**
 * The current context of a kubeconfig that stands in a Secret: it has to hold all that it names. Throws SecretError InvalidSpec with `field`; nothing
 * of the text is quoted but the names of fields.
 */
export async function readKubeconfig(text: string, field: string): Promise<KubeconfigFacts> {
  const config = await parsed(text, field)
  const context = entry(config, 'contexts', config['current-context'], 'context', field)
  const cluster = entry(config, 'clusters', context['cluster'], 'cluster', field)
  const user = entry(config, 'users', context['user'], 'user', field)
  const refused = [...REFUSED_OF_CLUSTER.filter((name) => cluster[name]), ...REFUSED_OF_USER.filter((name) => user[name])]
  if (refused.length > 0) throw invalid(`says ${refused.join(', ')}, which is not followed here`, field)
  const server = serverUrl(textOf(cluster['server']) ?? '')
  if (!server) throw invalid('names no server', field)
  const [ca, cert, key] = [
    decoded(cluster['certificate-authority-data']),
    decoded(user['client-certificate-data']),
    decoded(user['client-key-data']),
  ]
  const token = textOf(user['token'])
  if (token === undefined && !(cert && key)) throw invalid('has neither a token nor a client certificate', field)
  return {
    server,
    ...(ca !== undefined && { ca }),
    ...(token !== undefined && { token }),
    ...(cert !== undefined && key !== undefined && { clientCertificate: { cert, key } }),
  }
}

async function parsed(text: string, field: string): Promise<Fields> {
  const { parse } = await import('yaml')
  try {
    const config: unknown = parse(text)
    if (isFields(config)) return config
  } catch {
    // The parser's own error quotes what it could not read.
  }
  throw invalid('is no kubeconfig', field)
}

/** The entry of a list that has this name, and in it what its kind calls it: `{name, cluster: {…}}`. */
function entry(config: Fields, list: string, name: unknown, kind: string, field: string): Fields {
  const entries = config[list]
  const named = Array.isArray(entries) ? entries.find((one: unknown) => isFields(one) && one['name'] === name) : undefined
  const fields: unknown = isFields(named) ? named[kind] : undefined
  if (typeof name === 'string' && name !== '' && isFields(fields)) return fields
  throw invalid(`has no ${kind} of that name`, field)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function decoded(value: unknown): string | undefined {
  const text = textOf(value)
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8')
}

function invalid(what: string, field: string): SecretError {
  return new SecretError('InvalidSpec', `the kubeconfig of the store ${what}`, {
    place: { field },
    remedy: 'give one with server, certificate-authority-data, and token or client-certificate-data and client-key-data',
  })
}
