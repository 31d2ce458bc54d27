import type { World } from './world.ts'

/** One render, as Argo CD would ask for it. */
export interface Trial {
  /** What stands in Git. */
  readonly manifests: readonly object[]
  /** A document as it is, before the others: for what no object can say. */
  readonly text?: string
  /** Beside, or instead of, the variables of team-a's application; an empty text takes one away. */
  readonly environment?: Readonly<Record<string, string>>
  /** Rules instead of {@link World.rules}. */
  readonly rules?: readonly object[]
}

/** One way to read what the policy does not allow, and the same without the trick. */
export interface Attempt {
  readonly name: string
  readonly trick: (world: World) => Trial
  /** What the policy allows, as like the trick as can be: its value must come out. */
  readonly twin: (world: World) => Trial
  /**
   * What becomes of the trick: `refused` (nothing comes out, and no backend hears of it), `failed` (nothing comes out), `in vain` (the render is
   * made, without what the trick was for), `guarded` (what comes out has no value at all, and no backend hears of it). Nothing forbidden comes out in
   * any case, and the attacker's server hears nothing.
   */
  readonly outcome: 'refused' | 'failed' | 'in vain' | 'guarded'
  /** What the report calls it; AccessDenied where the policy itself refuses. */
  readonly kind?: 'AccessDenied' | 'InvalidSpec' | 'Conflict' | 'NotFound' | 'Unavailable' | 'Deadline'
  /** Prepares the backends for the trick. */
  readonly before?: (world: World) => void
}

export interface ReadOptions {
  readonly store?: string
  readonly kind?: string
  readonly namespace?: string
  readonly target?: object
  readonly spec?: object
  readonly remoteRef?: object
  readonly annotations?: Readonly<Record<string, string>>
}

/** An ExternalSecret that reads the password of `key`. */
export function reads(key: string, options: ReadOptions = {}): object {
  const { store = 'store', kind = 'SecretStore', namespace, target = {}, spec = {}, remoteRef = {}, annotations } = options
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'db', ...(namespace !== undefined && { namespace }), ...(annotations && { annotations }) },
    spec: {
      secretStoreRef: { name: store, kind },
      target,
      data: [{ secretKey: 'password', remoteRef: { key, property: 'password', ...remoteRef } }],
      ...spec,
    },
  }
}

/** A store of Git. */
export function storeOf(
  provider: string,
  config: object,
  {
    kind = 'SecretStore',
    name = 'store',
    namespace,
  }: { readonly kind?: string; readonly name?: string; readonly namespace?: string } = {},
): object {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: { provider: { [provider]: config } },
  }
}
