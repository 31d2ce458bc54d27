import { runInNewContext } from 'node:vm'
import { stringify } from 'yaml'

/** An ExternalSecret of kubernetes-client.io, as far as the model goes. */
export interface KesObject {
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: KesModelSpec
}

export interface KesModelSpec {
  readonly backendType: string
  readonly data?: readonly KesModelDatum[]
  readonly dataFrom?: readonly string[]
  readonly dataFromWithOptions?: readonly KesModelDatum[]
  readonly template?: {
    readonly type?: string
    readonly metadata?: {
      readonly labels?: Readonly<Record<string, string>>
      readonly annotations?: Readonly<Record<string, string>>
    }
    readonly data?: Readonly<Record<string, string>>
    readonly stringData?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

interface KesModelDatum {
  readonly key: string
  readonly name?: string
  readonly property?: string
  readonly isBinary?: boolean
  readonly versionStage?: string
  readonly versionId?: string
  readonly version?: string
}

export interface KesSecret {
  readonly type: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Base64. */
  readonly data: Readonly<Record<string, string>>
}

/** What kubernetes-external-secrets 8 makes of an object, from its documented behaviour; `values` by key, with a version behind `@`. */
export function kesSecret({ spec }: KesObject, values: Readonly<Record<string, string>>): KesSecret {
  const fetched = new Map<string, Buffer<ArrayBuffer>>()
  const read = ({ key, versionStage, versionId, version }: KesModelDatum): string => {
    const wanted = versionId === undefined ? (versionStage ?? version) : `uuid/${versionId}`
    const text = values[wanted === undefined ? key : `${key}@${wanted}`]
    if (text === undefined) throw new Error('no such secret')
    return text
  }
  for (const whole of [...(spec.dataFrom ?? []).map((key) => ({ key })), ...(spec.dataFromWithOptions ?? [])]) {
    const members = JSON.parse(read(whole)) as Record<string, unknown>
    for (const [name, value] of Object.entries(members)) fetched.set(name, bytesOf(value))
  }
  for (const datum of spec.data ?? []) {
    const text = read(datum)
    const value = datum.property === undefined ? text : member(JSON.parse(text), datum.property)
    fetched.set(datum.name ?? '', datum.isBinary ? Buffer.from(String(value), 'base64') : bytesOf(value))
  }

  const scope = { data: Object.fromEntries(Array.from(fetched, ([name, bytes]) => [name, bytes.toString('utf8')])) }
  const { template = {} } = spec
  const texts = (map: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(map).map(([name, text]) => [name, lodashTemplate(text, scope)]))
  const data = new Map(Object.entries(texts(template.data)).map(([name, text]) => [name, Buffer.from(text, 'base64')]))
  for (const [name, bytes] of fetched) data.set(name, bytes)
  for (const [name, text] of Object.entries(texts(template.stringData))) data.set(name, Buffer.from(text, 'utf8'))
  return {
    type: template.type ?? 'Opaque',
    labels: texts(template.metadata?.labels),
    annotations: texts(template.metadata?.annotations),
    data: Object.fromEntries(Array.from(data, ([name, bytes]) => [name, bytes.toString('base64')])),
  }
}

function bytesOf(value: unknown): Buffer<ArrayBuffer> {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8')
}

/** As lodash's get: the whole as one name first. */
function member(value: unknown, property: string): unknown {
  if (Object.hasOwn(value as object, property)) return Reflect.get(value as object, property)
  return property
    .split(/[.[\]]+/)
    .reduce<unknown>((inner, name) => (name === '' ? inner : Reflect.get(inner as object, name)), value)
}

function lodashTemplate(text: string, scope: object): string {
  return text.replaceAll(/<%=([\s\S]+?)%>|\$\{([^\\}]*)\}/g, (_all, printed: string | undefined, interpolated: string) => {
    const yaml = { dump: (value: unknown) => stringify(value) }
    return String(runInNewContext(printed ?? interpolated, { ...scope, yaml, Buffer, JSON }) as string | number | boolean)
  })
}
