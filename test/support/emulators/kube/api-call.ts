import { badRequest, Refused } from './refused.ts'
import type { ServedResource } from './stored-object.ts'

/** A request as it comes in, by a socket or without one. */
export interface RawRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly accept: string
  readonly contentType: string
  readonly userAgent: string
  readonly authorization: string
  readonly body: string
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'

/** What a request asks for (apiserver, RequestInfo). */
export interface ApiCall {
  readonly verb: Verb
  readonly resource: ServedResource
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
  readonly query: URLSearchParams
  readonly request: RawRequest
}

const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/.))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/

export function readCall(request: RawRequest, served: readonly ServedResource[]): ApiCall {
  const { pathname, searchParams: query } = new URL(request.url, 'http://localhost')
  const parts = PATH.exec(pathname)?.groups ?? {}
  const { group = '', version, plural } = parts
  const resource = served.find((known) => known.group === group && known.version === version && known.plural === plural)
  if (!resource) throw new Refused(404, 'NotFound', 'the server could not find the requested resource')
  const [namespace, name] = [decoded(parts['namespace']), decoded(parts['name'])]
  return {
    verb: verbOf(request.method, name, query),
    resource,
    namespace,
    name,
    subresource: parts['subresource'],
    query,
    request,
  }
}

function decoded(segment: string | undefined): string | undefined {
  return segment === undefined ? undefined : decodeURIComponent(segment)
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): Verb {
  switch (method) {
    case 'GET':
      if (name !== undefined) return 'get'
      return /^(true|1)$/.test(query.get('watch') ?? '') ? 'watch' : 'list'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      if (name !== undefined) return 'delete'
  }
  throw new Refused(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
}

export function bodyOf({ request }: ApiCall): unknown {
  try {
    return JSON.parse(request.body)
  } catch {
    throw badRequest('the object provided is unrecognized')
  }
}

/** Who writes: the parameter, or the first word of the user agent (apiserver, managerOrUserAgent). */
export function managerOf({ query, request }: ApiCall): string {
  return query.get('fieldManager') ?? request.userAgent.split('/', 1)[0] ?? ''
}
