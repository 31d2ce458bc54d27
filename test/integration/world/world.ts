import type { ExternalSecretObject } from '../../../plugin/controller/external-secrets/external-secret-object.ts'
import type { SecretObject } from '../../../plugin/controller/external-secrets/secret-object.ts'
import {
  CLUSTER_EXTERNAL_SECRETS,
  CLUSTER_SECRET_STORES,
  EXTERNAL_SECRETS,
  SECRET_STORES,
} from '../../../plugin/controller/resources.ts'
import { CONFIG_MAPS, NAMESPACES as NAMESPACE_RESOURCE, SECRETS } from '../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import { type KubeEmulator, startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import type { Kv2 } from '../../support/emulators/vault/kv2.ts'
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/vault/vault-emulator.ts'
import type { SimulatedTime } from '../../support/simulated-time.ts'
import {
  CLUSTER_STORE,
  EVERYWHERE,
  KEYS,
  LASTING_KEY,
  LOGIN,
  NAMESPACES,
  STORES_NAMESPACE,
  VAULT_STORE,
  WRITTEN_STORE,
} from './names.ts'
import type { WantedSpec, WantedStoreRef } from './operation.ts'
import type { Members, Scene, StoreScene } from './scene.ts'

export type WorldObject = ExternalSecretObject & { readonly spec: WantedSpec }
type Spoken = KubeObject & { readonly [field: string]: unknown }

/** Under which a store has its secrets; under the other nothing is. */
const MOUNT = 'secret'

/** A cluster and a Vault, and what a pass would find there. Who changes it is a test's hand. */
export class World {
  readonly kube: KubeEmulator
  readonly vault: VaultEmulator
  readonly #kv: Kv2
  /** What Vault has. */
  readonly values = new Map<string, Members>()
  /** What the stores with values of their own have, by namespace. */
  readonly written = new Map<string, Map<string, Members>>()
  #versions = 0

  private constructor(kube: KubeEmulator, vault: VaultEmulator) {
    this.kube = kube
    this.vault = vault
    this.#kv = vault.root.enableKv2(MOUNT)
  }

  static async start({ clock, serverTime }: SimulatedTime): Promise<World> {
    const resources = [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES, CLUSTER_EXTERNAL_SECRETS]
    const kube = await startKubeEmulator({ resources, clock })
    const vault = await startVaultEmulator({ now: clock.now })
    vault.control.time = serverTime
    const world = new World(kube, vault)
    for (const key of [LASTING_KEY, ...KEYS]) world.changeValue(key)
    for (const namespace of NAMESPACES) {
      // As an API server labels it (Kubernetes, NamespaceDefaultLabelName).
      kube.put(NAMESPACE_RESOURCE, { metadata: { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace } } })
      world.putLogin(namespace, 'right')
      world.putVaultStore(namespace, 'there')
      world.written.set(namespace, new Map())
      world.changeWritten(namespace, 'k1', 'changed')
    }
    world.putLogin(STORES_NAMESPACE, 'right')
    world.putClusterStore(undefined, undefined)
    return world
  }

  async close(): Promise<void> {
    await this.kube.close()
    await this.vault.close()
  }

  /** What nobody ever had before. */
  nextText(what: string): string {
    return `${what} #${++this.#versions}`
  }

  changeValue(key: string): void {
    const members = this.#nextMembers(key)
    this.values.set(key, members)
    this.#kv.put(key, JSON.stringify(members))
  }

  removeValue(key: string): void {
    this.values.delete(key)
    this.#kv.deleteAll(key)
  }

  changeWritten(namespace: string, key: string, state: 'changed' | 'gone'): void {
    const values = this.written.get(namespace) ?? new Map<string, Members>()
    if (state === 'gone') values.delete(key)
    else values.set(key, this.#nextMembers(`${namespace} ${key}`))
    const data = Array.from(values, ([name, members]) => ({ key: name, value: JSON.stringify(members) }))
    this.#put({ metadata: { namespace, name: WRITTEN_STORE }, spec: { provider: { fake: { data } } } })
  }

  putVaultStore(namespace: string, state: 'there' | 'wrongMount' | 'gone'): void {
    const key = { namespace, name: VAULT_STORE }
    if (state === 'gone') return this.kube.remove(SECRET_STORES, key)
    this.#put({ metadata: key, spec: { provider: this.#provider(state === 'there' ? MOUNT : 'elsewhere', {}) } })
  }

  putClusterStore(conditions: readonly object[] | undefined, controller: string | undefined): void {
    const store: Spoken = {
      metadata: { name: CLUSTER_STORE },
      spec: {
        provider: this.#provider(MOUNT, { namespace: STORES_NAMESPACE }),
        ...(conditions && { conditions }),
        ...(controller !== undefined && { controller }),
      },
    }
    this.kube.put(CLUSTER_SECRET_STORES, { ...this.kube.get(CLUSTER_SECRET_STORES, { name: CLUSTER_STORE }), ...store })
  }

  putLogin(namespace: string, state: 'right' | 'wrong' | 'gone'): void {
    if (state === 'gone') return this.kube.remove(SECRETS, { namespace, name: LOGIN })
    const token = state === 'right' ? this.vault.rootToken : 'nobody'
    const login: Spoken = { metadata: { namespace, name: LOGIN }, data: { token: Buffer.from(token).toString('base64') } }
    this.kube.put(SECRETS, login)
  }

  externalSecrets(): readonly WorldObject[] {
    return this.kube.list(EXTERNAL_SECRETS) as readonly unknown[] as readonly WorldObject[]
  }

  secret(key: { readonly namespace: string; readonly name: string }): SecretObject | undefined {
    return this.kube.get(SECRETS, key)
  }

  /** Where the ClusterExternalSecret wants its ExternalSecret. */
  namespacesOfAll(): readonly string[] {
    const all = this.kube.get(CLUSTER_EXTERNAL_SECRETS, { name: EVERYWHERE }) as SelectingObject | undefined
    if (!all || all.metadata.deletionTimestamp !== undefined) return []
    const { namespaces = [], namespaceSelectors = [] } = all.spec
    return NAMESPACES.filter(
      (namespace) =>
        namespaces.includes(namespace) ||
        namespaceSelectors.some(({ matchLabels }) => !matchLabels || this.#tierOf(namespace) === matchLabels.tier),
    )
  }

  #tierOf(namespace: string): string | undefined {
    return this.kube.get(NAMESPACE_RESOURCE, { name: namespace })?.metadata.labels?.['tier']
  }

  sceneOf(object: WorldObject): Scene {
    const { namespace = '', name } = object.metadata
    return {
      object,
      target: this.secret({ namespace, name: object.spec.target.name ?? name }),
      store: (ref) => this.#storeScene(ref, namespace),
      configMap: (map) =>
        (this.kube.get(CONFIG_MAPS, { namespace, name: map }) as { readonly data?: Readonly<Record<string, string>> } | undefined)
          ?.data,
    }
  }

  #storeScene(ref: WantedStoreRef, namespace: string): StoreScene | 'unreadable' | 'foreign' {
    const isEveryones = ref.kind === 'ClusterSecretStore'
    const key = isEveryones ? { name: ref.name } : { namespace, name: ref.name }
    const store = this.kube.get(isEveryones ? CLUSTER_SECRET_STORES : SECRET_STORES, key) as StoreObject | undefined
    if (!store) return 'unreadable'
    if (store.spec.controller !== undefined) return 'foreign'
    const { vault } = store.spec.provider
    if (!vault) return { values: this.written.get(namespace) ?? new Map(), missingMemberIsAbsent: true }
    const login = this.secret({ namespace: isEveryones ? STORES_NAMESPACE : namespace, name: LOGIN })
    const token = Buffer.from(login?.data?.['token'] ?? '', 'base64').toString()
    if (token !== this.vault.rootToken || !this.#isAllowed(store, namespace)) return 'unreadable'
    // A mount that is not there is an error whatever deletionPolicy says (docs/providers/vault.md): a slip must not take Secrets away.
    return vault.path === MOUNT ? { values: this.values, missingMemberIsAbsent: false } : 'unreadable'
  }

  /** external-secrets.md 5.1 */
  #isAllowed({ spec: { conditions } }: StoreObject, namespace: string): boolean {
    const labels = this.kube.get(NAMESPACE_RESOURCE, { name: namespace })?.metadata.labels ?? {}
    return (
      conditions === undefined ||
      conditions.some(
        ({ namespaces = [], namespaceRegexes = [], namespaceSelector }) =>
          namespaces.includes(namespace) ||
          namespaceRegexes.some((regex) => new RegExp(regex).test(namespace)) ||
          (namespaceSelector && Object.entries(namespaceSelector.matchLabels).every(([label, value]) => labels[label] === value)),
      )
    )
  }

  #provider(path: string, ref: object): object {
    const tokenSecretRef = { name: LOGIN, key: 'token', ...ref }
    return { vault: { server: this.vault.url, path, version: 'v2', auth: { tokenSecretRef } } }
  }

  #nextMembers(what: string): Members {
    return { a: this.nextText(`${what} a`), b: this.nextText(`${what} b`) }
  }

  /** A SecretStore; who has set what on it stays. */
  #put(store: Spoken): void {
    this.kube.put(SECRET_STORES, { ...this.kube.get(SECRET_STORES, store.metadata), ...store })
  }
}

interface SelectingObject extends KubeObject {
  readonly spec: {
    readonly namespaces?: readonly string[]
    /** One without labels is for all. */
    readonly namespaceSelectors?: readonly { readonly matchLabels?: { readonly tier: string } }[]
  }
}

interface StoreObject {
  readonly spec: {
    readonly controller?: string
    readonly provider: { readonly vault?: { readonly path: string } }
    readonly conditions?: readonly {
      readonly namespaces?: readonly string[]
      readonly namespaceRegexes?: readonly string[]
      readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> }
    }[]
  }
}
