import { Kv1 } from './kv1.ts'
import { Kv2 } from './kv2.ts'
import type { LoginMethod } from './logins/login-method.ts'
import { DEFAULT, type Policy, READER } from './policy.ts'

export type Engine = Kv1 | Kv2

/** One namespace: its secrets engines, auth methods and policies. The root namespace has the path ''. */
export class VaultNamespace {
  readonly path: string
  readonly engines = new Map<string, Engine>()
  readonly logins = new Map<string, LoginMethod>()
  readonly #policies = new Map<string, Policy>([
    ['default', DEFAULT],
    ['reader', READER],
  ])
  readonly #now: () => number

  constructor(path: string, now: () => number) {
    this.path = path
    this.#now = now
  }

  enableKv1(mount: string): Kv1 {
    const engine = new Kv1()
    this.engines.set(mount, engine)
    return engine
  }

  enableKv2(mount: string): Kv2 {
    const engine = new Kv2(this.#now)
    this.engines.set(mount, engine)
    return engine
  }

  /** `mount` as in `auth/<mount>/login`. */
  enableLogin(mount: string, method: LoginMethod): void {
    this.logins.set(mount, method)
  }

  setPolicy(name: string, policy: Policy): void {
    this.#policies.set(name, policy)
  }

  policies(names: readonly string[]): Policy[] {
    return names.map((name) => this.#policies.get(name) ?? {})
  }
}

/** The mount that `path` is under, the longest if several are, and what follows it. */
export function mountOf<T>(
  mounts: ReadonlyMap<string, T>,
  path: string,
): { readonly name: string; readonly mounted: T; readonly rest: string } | undefined {
  const names = [...mounts.keys()].filter((name) => path === name || path.startsWith(`${name}/`))
  const [name] = names.sort((a, b) => b.length - a.length)
  const mounted = name === undefined ? undefined : mounts.get(name)
  if (name === undefined || mounted === undefined) return undefined
  return { name, mounted, rest: path.slice(name.length + 1) }
}
