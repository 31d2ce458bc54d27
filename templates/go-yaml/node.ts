/** A document as it was written, before scalars mean anything. Lists and maps are filled while they are read: an alias may be inside. */
export type YamlNode = ScalarNode | ListNode | MapNode | AliasNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string
  /** In full, such as `tag:yaml.org,2002:str`; empty without one. */
  readonly tag: string
  /** Written without quotes and without a tag, so that its text decides what it is. */
  readonly implicit: boolean
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: YamlNode[]
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: (readonly [YamlNode, YamlNode])[]
}

export interface AliasNode {
  readonly kind: 'alias'
  readonly name: string
  readonly target: YamlNode
}
