/** What may happen in the world. Each says all of it, so that any part of a list of operations can be played again. */
export type Operation =
  | { readonly what: 'externalSecret'; readonly namespace: string; readonly name: string; readonly object: WantedObject }
  | { readonly what: 'externalSecretGone' | 'externalSecretForced'; readonly namespace: string; readonly name: string }
  | { readonly what: 'secretStore'; readonly namespace: string; readonly state: 'there' | 'gone' | 'wrongMount' }
  | {
      readonly what: 'clusterSecretStore'
      readonly state: 'there' | 'gone'
      readonly controller?: string
      readonly conditions?: readonly object[]
    }
  | { readonly what: 'login'; readonly namespace: string; readonly state: 'right' | 'wrong' | 'gone' }
  | { readonly what: 'value'; readonly key: string; readonly state: 'changed' | 'gone' }
  | { readonly what: 'writtenValue'; readonly namespace: string; readonly key: string; readonly state: 'changed' | 'gone' }
  | { readonly what: 'target'; readonly namespace: string; readonly name: string; readonly edit: TargetEdit }
  | { readonly what: 'configMap'; readonly namespace: string; readonly text?: string }
  | { readonly what: 'namespaceTier'; readonly namespace: string; readonly tier?: string }
  | { readonly what: 'clusterExternalSecret'; readonly selects?: 'gold' | 'shop' | 'all' }
  | {
      readonly what: 'apiFault'
      readonly verb: 'create' | 'update' | 'patch' | 'delete' | 'get'
      readonly status: number
      readonly times: number
    }
  | { readonly what: 'watches'; readonly how: 'cut' | 'end' | 'expire' | 'compact' }
  | { readonly what: 'providerFault'; readonly fault: 'internalError' | 'throttled' | 'connectionReset'; readonly times: number }
  | { readonly what: 'restart'; readonly how: 'graceful' | 'crash' | 'crashInWrite' }

/** What somebody else does to the Secret of an ExternalSecret. */
export type TargetEdit =
  | 'made'
  | 'gone'
  | 'keyChanged'
  | 'keyAdded'
  | 'keyRemoved'
  | 'managedRemoved'
  | 'hashRemoved'
  | 'ownersRemoved'
  | 'otherController'
  | 'labelAdded'
  | 'frozen'

/** An ExternalSecret, as its author writes it. */
export interface WantedObject {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: WantedSpec
}

export interface WantedSpec {
  readonly refreshPolicy: 'Periodic' | 'OnChange' | 'CreatedOnce'
  readonly refreshInterval: string
  readonly secretStoreRef: WantedStoreRef
  readonly target: WantedTarget
  readonly data?: readonly WantedEntry[]
  readonly dataFrom?: readonly WantedSource[]
}

export interface WantedStoreRef {
  readonly kind: 'SecretStore' | 'ClusterSecretStore'
  readonly name: string
}

export interface WantedTarget {
  readonly name?: string
  readonly creationPolicy: 'Owner' | 'Orphan' | 'Merge' | 'CreateOrMerge' | 'None'
  readonly deletionPolicy: 'Retain' | 'Delete' | 'Merge'
  readonly immutable?: true
  readonly template?: WantedTemplate
}

export interface WantedTemplate {
  readonly mergePolicy?: 'Replace' | 'Merge'
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly data?: Readonly<Record<string, string>>
  readonly templateFrom?: readonly {
    readonly configMap: { readonly name: string; readonly items: readonly { readonly key: string }[] }
  }[]
}

export interface WantedEntry {
  readonly secretKey: string
  readonly remoteRef: { readonly key: string; readonly property?: string }
  readonly sourceRef?: { readonly storeRef: WantedStoreRef }
}

export interface WantedSource {
  readonly extract?: { readonly key: string }
  readonly find?: { readonly name: { readonly regexp: string } }
  readonly sourceRef?: { readonly storeRef: WantedStoreRef }
}
