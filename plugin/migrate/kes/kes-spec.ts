import { isPlainObject, type PlainObject } from '../../api/plain-object.ts'
import type { FieldPath } from '../../model/field-path.ts'
import type { FieldObstacle } from '../obstacle.ts'

/** `spec` of an ExternalSecret of kubernetes-client.io/v1, its old names replaced by the new ones. */
export interface KesSpec {
  readonly backendType: string
  readonly roleArn?: string
  readonly region?: string
  readonly vaultMountPoint?: string
  readonly vaultRole?: string
  readonly kvVersion: '1' | '2'
  readonly keyVaultName?: string
  readonly projectId?: string
  readonly data: readonly KesDatum[]
  readonly dataFrom: readonly KesReference[]
  readonly template: PlainObject
  /** Where `template` stands, for places. */
  readonly templatePath: FieldPath
}

/** What is read, and where it stands. */
export interface KesReference {
  readonly path: FieldPath
  readonly key: string
  readonly property?: string
  readonly version?: string
  readonly versionStage?: string
  readonly versionId?: string
  readonly isBinary?: true
}

export type KesDatum =
  | (KesReference & { readonly name: string })
  /** Every parameter below a path, by the last part of its name. */
  | { readonly path: FieldPath; readonly below: string; readonly recursive: boolean }

const SPEC_FIELDS = new Set(
  'backendType controllerId roleArn region vaultMountPoint vaultRole kvVersion keyVaultName projectId data properties dataFrom dataFromWithOptions template type'.split(
    ' ',
  ),
)
const ITEM_FIELDS = new Set('key name property isBinary version versionStage versionId'.split(' '))
const PATH_FIELDS = new Set(['path', 'recursive'])

/** Reads the spec, with every obstacle in it. */
export function readKesSpec(object: PlainObject): KesSpec | readonly FieldObstacle[] {
  const root = isPlainObject(object['spec']) ? 'spec' : 'secretDescriptor'
  const spec = object[root]
  if (!isPlainObject(spec)) return [obstacle(['spec'], 'there is no spec', 'write one')]
  return new SpecReader(root, spec).read()
}

function obstacle(path: FieldPath, text: string, remedy: string): FieldObstacle {
  return { path, obstacle: text, remedy }
}

class SpecReader {
  readonly #root: string
  readonly #spec: PlainObject
  readonly #obstacles: FieldObstacle[] = []

  constructor(root: string, spec: PlainObject) {
    this.#root = root
    this.#spec = spec
  }

  read(): KesSpec | readonly FieldObstacle[] {
    const dataField = this.#spec['data'] === undefined ? 'properties' : 'data'
    const spec: KesSpec = {
      ...this.#texts(
        this.#spec,
        [this.#root],
        ['roleArn', 'region', 'vaultMountPoint', 'vaultRole', 'keyVaultName', 'projectId'],
      ),
      backendType: this.#text(this.#spec, [this.#root], 'backendType') ?? '',
      kvVersion: this.#spec['kvVersion'] === 1 || this.#spec['kvVersion'] === '1' ? '1' : '2',
      data: this.#items(dataField).flatMap(([item, path]) => this.#datum(item, path)),
      dataFrom: [...this.#wholes(), ...this.#items('dataFromWithOptions').flatMap(([item, path]) => this.#reference(item, path))],
      template: this.#template(),
      templatePath: [this.#root, 'template'],
    }
    this.#unknown(this.#spec, [this.#root], SPEC_FIELDS)
    return this.#obstacles.length > 0 ? this.#obstacles : spec
  }

  #template(): PlainObject {
    const { template = {}, type } = this.#spec
    if (!isPlainObject(template)) {
      this.#obstacles.push(obstacle([this.#root, 'template'], 'is no map', 'correct it'))
      return {}
    }
    return type === undefined ? template : { type, ...template }
  }

  #items(field: string): readonly (readonly [PlainObject, FieldPath])[] {
    const items = this.#spec[field] ?? []
    if (Array.isArray(items)) {
      return items.flatMap((item: unknown, index): [PlainObject, FieldPath][] => {
        const path = [this.#root, field, index]
        if (isPlainObject(item)) return [[item, path]]
        this.#obstacles.push(obstacle(path, 'is no map', 'correct it'))
        return []
      })
    }
    this.#obstacles.push(obstacle([this.#root, field], 'is no list', 'correct it'))
    return []
  }

  #wholes(): readonly KesReference[] {
    const keys = this.#spec['dataFrom'] ?? []
    if (!Array.isArray(keys)) {
      this.#obstacles.push(obstacle([this.#root, 'dataFrom'], 'is no list', 'correct it'))
      return []
    }
    return keys.flatMap((key: unknown, index): KesReference[] => {
      const path = [this.#root, 'dataFrom', index]
      if (typeof key === 'string') return [{ path, key }]
      this.#obstacles.push(obstacle(path, 'is no text', 'write the key of the secret'))
      return []
    })
  }

  #datum(item: PlainObject, path: FieldPath): readonly KesDatum[] {
    const below = this.#text(item, path, 'path')
    if (below !== undefined) {
      this.#unknown(item, path, PATH_FIELDS)
      return [{ path, below, recursive: item['recursive'] === true }]
    }
    const name = this.#text(item, path, 'name')
    if (name === undefined) this.#obstacles.push(obstacle(path, 'has no name', 'give it one, or write the key into dataFrom'))
    const [reference] = this.#reference(item, path)
    return reference ? [{ ...reference, name: name ?? '' }] : []
  }

  #reference(item: PlainObject, path: FieldPath): readonly KesReference[] {
    this.#unknown(item, path, ITEM_FIELDS)
    const key = this.#text(item, path, 'key')
    if (key === undefined) {
      this.#obstacles.push(obstacle(path, 'has no key', 'give it one'))
      return []
    }
    const options = this.#texts(item, path, ['property', 'version', 'versionStage', 'versionId'])
    return [{ path, key, ...options, ...(item['isBinary'] === true && { isBinary: true }) }]
  }

  #texts<F extends string>(map: PlainObject, path: FieldPath, fields: readonly F[]): { readonly [N in F]?: string } {
    const texts: { [N in F]?: string } = {}
    for (const field of fields) {
      const text = this.#text(map, path, field)
      if (text !== undefined) texts[field] = text
    }
    return texts
  }

  /** Numbers are read as their text: versions are often written without quotes. */
  #text(map: PlainObject, path: FieldPath, field: string): string | undefined {
    const value = map[field]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'bigint') return String(value)
    this.#obstacles.push(obstacle([...path, field], 'is no text', 'put it in quotes'))
    return undefined
  }

  #unknown(map: PlainObject, path: FieldPath, known: ReadonlySet<string>): void {
    for (const field of Object.keys(map)) {
      if (known.has(field)) continue
      this.#obstacles.push(obstacle([...path, field], 'what this field means is not known here', 'see whether it can be removed'))
    }
  }
}
