import { textOf } from '../byte-text.ts'
import { goSyntax } from './go-syntax.ts'
import type { MapNode, ScalarNode, YamlNode } from './node.ts'
import { parseDocument } from './parser.ts'
import { resolvePlain } from './resolve.ts'
import { meaningError } from './yaml-error.ts'
import { isYamlList, isYamlMap, type YamlScalar, type YamlValue } from './yaml-value.ts'

/** The first document of a text as go-yaml v2 understands it; null for an empty one. Throws YamlError. */
export function decodeYaml(text: string): YamlValue {
  const root = parseDocument(text)
  return root ? new Decoder().value(root) : null
}

const STANDARD = 'tag:yaml.org,2002:'
/** Tags that the text of a scalar has to agree with; all others make it a text. */
const RESOLVABLE = new Set(['bool', 'int', 'float', 'null', 'timestamp'])

/** go-yaml's bound on documents that grow by aliases: from 99 of 100 values in small ones down to 1 of 10 in large ones. */
const SMALL = 400_000
const LARGE = 4_000_000

class Decoder {
  #decoded = 0
  #fromAliases = 0
  #aliasDepth = 0
  readonly #open = new Set<YamlNode>()

  value(node: YamlNode): YamlValue {
    this.#count()
    if (node.kind === 'scalar') return scalarValue(node)
    if (node.kind === 'list') return node.items.map((item) => this.value(item))
    if (node.kind === 'alias') return this.#alias(node, (target) => this.value(target))
    const map = new Map<YamlScalar, YamlValue>()
    this.#fill(map, node)
    return map
  }

  #count(): void {
    this.#decoded += 1
    if (this.#aliasDepth > 0) this.#fromAliases += 1
    if (this.#fromAliases <= 100 || this.#decoded <= 1000) return
    const grown = Math.min(Math.max(this.#decoded - SMALL, 0) / (LARGE - SMALL), 1)
    if (this.#fromAliases / this.#decoded > 0.99 - 0.89 * grown) throw meaningError('document contains excessive aliasing')
  }

  #alias<T>(node: YamlNode & { kind: 'alias' }, use: (target: YamlNode) => T): T {
    if (this.#open.has(node)) throw meaningError(`anchor '${node.name}' value contains itself`)
    this.#open.add(node)
    this.#aliasDepth += 1
    const result = use(node.target)
    this.#aliasDepth -= 1
    this.#open.delete(node)
    return result
  }

  /** In the order of the text: what is merged wins over what stands before it. */
  #fill(map: Map<YamlScalar, YamlValue>, node: MapNode): void {
    for (const [keyNode, valueNode] of node.entries) {
      if (isMerge(keyNode)) {
        this.#merge(map, valueNode)
        continue
      }
      const key = this.value(keyNode)
      if (isYamlList(key) || isYamlMap(key)) throw meaningError(`invalid map key: ${goSyntax(key)}`)
      map.set(key, this.value(valueNode))
    }
  }

  #merge(map: Map<YamlScalar, YamlValue>, node: YamlNode): void {
    if (node.kind !== 'list') return this.#mergeMap(map, node)
    for (const item of node.items.toReversed()) this.#mergeMap(map, item)
  }

  #mergeMap(map: Map<YamlScalar, YamlValue>, node: YamlNode): void {
    const isMap = node.kind === 'map' || (node.kind === 'alias' && node.target.kind === 'map')
    if (!isMap) throw meaningError('map merge requires map or sequence of maps as the value')
    this.#count()
    if (node.kind === 'map') this.#fill(map, node)
    if (node.kind === 'alias') {
      this.#alias(node, (target) => {
        this.#count()
        if (target.kind === 'map') this.#fill(map, target)
      })
    }
  }
}

function isMerge(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && (node.implicit || node.tag === `${STANDARD}merge`)
}

function scalarValue({ value, tag, implicit }: ScalarNode): YamlScalar {
  if (tag === '') return implicit ? resolvePlain(value).value : value
  const type = tag.startsWith(STANDARD) ? tag.slice(STANDARD.length) : ''
  if (type === 'binary') return binaryValue(value)
  if (!RESOLVABLE.has(type)) return value
  const resolved = resolvePlain(value, { explicit: type !== 'timestamp' })
  if (resolved.type === type) return resolved.value
  const { value: number } = resolved
  if (type === 'float' && typeof number === 'bigint' && number < 2n ** 63n) return Number(number)
  throw meaningError(`cannot decode !!${resolved.type} \`${value}\` as a !!${type}`)
}

/** Base64 with padding; line breaks in it do not count. */
function binaryValue(text: string): string {
  const compact = text.replaceAll(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw meaningError('!!binary value contains invalid base64 data')
  }
  return textOf(Buffer.from(compact, 'base64').toString('latin1'))
}
