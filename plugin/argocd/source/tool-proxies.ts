/** Nothing listens there (RFC 863, discard): a request that is sent to this proxy is refused. */
export const DEAD_PROXY = 'http://127.0.0.1:9'

const GIVEN: readonly string[] = ['HTTPS_PROXY', 'https_proxy']

/**
 * The variables by which the tools find the network. Everything in the pod shares the identity that the cloud's metadata service hands out, and every
 * such service speaks plain http: a base or a chart at its address would be read with it. So plain http goes nowhere, redirects included, unless the
 * administrator allows it; and no exception of `NO_PROXY` leads to link-local addresses.
 */
export function toolProxies(
  environment: ReadonlyMap<string, string>,
  plainHttp: 'refused' | 'allowed',
): Readonly<Record<string, string>> {
  const given = (name: string): Readonly<Record<string, string>> => {
    const value = environment.get(name)
    return value ? { [name]: value } : {}
  }
  const exceptions = ['NO_PROXY', 'no_proxy'].flatMap((name) => {
    const value = reachableExceptions(environment.get(name) ?? '')
    return value === '' ? [] : [[name, value] as const]
  })
  const http =
    plainHttp === 'allowed'
      ? { ...given('HTTP_PROXY'), ...given('http_proxy') }
      : { HTTP_PROXY: DEAD_PROXY, http_proxy: DEAD_PROXY }
  return Object.assign(http, ...GIVEN.map(given), Object.fromEntries(exceptions))
}

/** `*` would except everything. */
function reachableExceptions(list: string): string {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter(
      (entry) =>
        entry !== '' &&
        entry !== '*' &&
        !/^\[?(169\.254\.|fe80:|fd00:ec2:|0\.0\.0\.0\/|::\/)/i.test(entry) &&
        !/metadata/i.test(entry),
    )
    .join(',')
}
