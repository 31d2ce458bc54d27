export type Capability = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'list' | 'deny'

/** Paths within the namespace, exact or with `*` at the end, `+` for one segment, to what may be done there. */
export type Policy = Readonly<Record<string, readonly Capability[]>>

/** Reads and lists everything; what a login gives unless told otherwise. */
export const READER: Policy = { '*': ['read', 'list'] }

/** What of Vault's own default policy matters here: a token may look after itself. */
export const DEFAULT: Policy = {
  'auth/token/lookup-self': ['read'],
  'auth/token/renew-self': ['update'],
  'auth/token/revoke-self': ['update'],
}

const NEEDED: ReadonlyMap<string, readonly Capability[]> = new Map([
  ['GET', ['read']],
  ['LIST', ['list']],
  ['POST', ['create', 'update']],
  ['PUT', ['create', 'update']],
  ['PATCH', ['patch']],
  ['DELETE', ['delete']],
])

/** Of all rules that match, the longest decides; `deny` outranks what it stands beside (Vault, "Policies"). */
export function isAllowed(policies: readonly Policy[], method: string, path: string): boolean {
  // A listing is of a folder, and a rule may be written with its slash or without ("Policies", the capability list).
  const paths = method === 'LIST' ? [`${path.replace(/\/$/, '')}/`, path.replace(/\/$/, '')] : [path]
  return paths.some((one) => isAllowedAt(policies, method, one))
}

function isAllowedAt(policies: readonly Policy[], method: string, path: string): boolean {
  const matching = policies.flatMap((policy) => Object.entries(policy).filter(([rule]) => matches(rule, path)))
  const longest = Math.max(...matching.map(([rule]) => rule.length))
  const granted = new Set(matching.filter(([rule]) => rule.length === longest).flatMap(([, capabilities]) => capabilities))
  return !granted.has('deny') && (NEEDED.get(method) ?? []).some((needed) => granted.has(needed))
}

function matches(rule: string, path: string): boolean {
  const open = rule.endsWith('*')
  const wanted = (open ? rule.slice(0, -1) : rule)
    .split('/')
    .map((part) => (part === '+' ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  return new RegExp(`^${wanted.join('/')}${open ? '' : '$'}`).test(path)
}
