import { isIP } from 'node:net'
import * as z from 'zod'
import type { Option } from './option.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'

/** A port of its own, so that a NetworkPolicy can tell visitors from Prometheus. */
export const dashboard: Option<string> = {
  name: 'dashboard',
  doc: 'HOST:PORT of the dashboard. Empty for none; it needs --dashboard-token or --dashboard-proxy.',
  value: 'ADDRESS',
  schema: z.string(),
  default: '',
  env: `${PREFIX}DASHBOARD`,
}

export const dashboardToken: Option<string> = {
  name: 'dashboard-token',
  doc: 'File with the token that visitors show: as the password of any user name, or as a bearer token.',
  value: 'FILE',
  schema: z.string(),
  default: '',
  env: `${PREFIX}DASHBOARD_TOKEN`,
}

export const dashboardProxy: Option<string> = {
  name: 'dashboard-proxy',
  doc: 'Addresses or CIDRs, with commas between them, of a proxy that has authenticated visitors; its header counts from nowhere else.',
  value: 'CIDR,…',
  schema: z.string().refine(isAddressList, 'write addresses or CIDRs, such as 10.1.0.0/16,10.2.3.4'),
  default: '',
  env: `${PREFIX}DASHBOARD_PROXY`,
}

export const dashboardUserHeader: Option<string> = {
  name: 'dashboard-user-header',
  doc: 'The header in which that proxy says who the visitor is.',
  value: 'NAME',
  schema: z.string().regex(/^[A-Za-z0-9-]+$/),
  default: 'x-forwarded-user',
  env: `${PREFIX}DASHBOARD_USER_HEADER`,
}

function isAddressList(text: string): boolean {
  return text === '' || text.split(',').every((part) => isAddressOrCidr(part.trim()))
}

function isAddressOrCidr(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32))
}

export const dashboardOptions: readonly Option<string>[] = [dashboard, dashboardToken, dashboardProxy, dashboardUserHeader]
