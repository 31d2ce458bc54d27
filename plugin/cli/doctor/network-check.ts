import { type AskedEndpoint, askedEndpoints } from './asked-endpoints.ts'
import type { DoctorCheck, Finding } from './doctor-check.ts'

/** Whether each endpoint of the administrator's stores can be reached from here, and by which way. */
export const networkCheck: DoctorCheck = {
  name: 'network',
  async run(examination) {
    const endpoints = await askedEndpoints(examination)
    if (!endpoints) return [{ state: 'skipped', text: 'no --policy is named: this is not the container of the daemon' }]
    if (endpoints.length === 0) return [{ state: 'skipped', text: 'no store of the policy asks anybody' }]
    return endpoints.map(findingOf)
  },
}

function findingOf({ url, stores, proxy, failure, hasOwnAuthority }: AskedEndpoint): Finding {
  const way = proxy === undefined ? 'directly' : `through the proxy ${proxy}`
  const who = `for ${stores.join(', ')}`
  if (!failure) return { state: 'ok', text: `${url.host}: answers ${way}, ${who}` }
  // Of what lasts there is only a certificate here.
  if (failure.lasting && hasOwnAuthority)
    return { state: 'ok', text: `${url.host}: reached ${way}, ${who}; its certificate is a matter of the store's own authority` }
  const remedy =
    proxy === undefined || failure.lasting
      ? failure.remedy
      : `see that the proxy is there and lets ${url.host} pass, or except the host by NO_PROXY`
  return { state: 'wrong', text: `${failure.message}, tried ${way}, ${who}`, ...(remedy !== undefined && { remedy }) }
}
