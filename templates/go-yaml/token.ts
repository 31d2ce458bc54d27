/** What the scanner finds. `line` is 0-based, where the token starts. */
export type Token = (MarkerToken | ScalarToken | NameToken | TagToken | VersionToken | TagDirectiveToken) & {
  readonly line: number
}

export type Marker =
  | 'stream end'
  | 'document start'
  | 'document end'
  | 'block list'
  | 'block map'
  | 'block end'
  | 'block entry'
  | 'flow list'
  | 'flow list end'
  | 'flow map'
  | 'flow map end'
  | 'flow entry'
  | 'key'
  | 'value'

export interface MarkerToken {
  readonly kind: Marker
}

export interface ScalarToken {
  readonly kind: 'scalar'
  readonly value: string
  /** Neither quoted nor a block. */
  readonly plain: boolean
}

export interface NameToken {
  readonly kind: 'anchor' | 'alias'
  readonly name: string
}

export interface TagToken {
  readonly kind: 'tag'
  /** Empty for a tag that is written in full. */
  readonly handle: string
  readonly suffix: string
}

export interface VersionToken {
  readonly kind: 'version'
  readonly version: string
}

export interface TagDirectiveToken {
  readonly kind: 'tag directive'
  readonly handle: string
  readonly prefix: string
}
