import { nestsTooDeeply } from '../function-error.ts'
import type { ListNode, MapNode, ScalarNode, YamlNode } from './node.ts'
import { Scanner } from './scanner.ts'
import type { Token } from './token.ts'
import { meaningError, parserError, type YamlError } from './yaml-error.ts'

/** Collections inside each other. go-yaml stops at 10000; nothing that is meant comes near. */
const DEEPEST = 1000

/** The first document of a text, or undefined for a text that has none. Throws YamlError. What follows the document is not looked at. */
export function parseDocument(text: string): YamlNode | undefined {
  return new Parser(text).document()
}

type Kind = Token['kind']

const WITHOUT_CONTENT: ReadonlySet<Kind> = new Set([
  'version',
  'tag directive',
  'document start',
  'document end',
  'stream end',
] as const)
const DIRECTIVES: ReadonlySet<Kind> = new Set(['version', 'tag directive'] as const)

const EMPTY: ScalarNode = { kind: 'scalar', value: '', tag: '', implicit: true }

interface Properties {
  readonly anchor?: string
  readonly tag?: string
}

class Parser {
  readonly #scanner: Scanner
  readonly #anchors = new Map<string, YamlNode>()
  #handles: ReadonlyMap<string, string> = new Map()
  #depth = 0

  constructor(text: string) {
    this.#scanner = new Scanner(text)
  }

  document(): YamlNode | undefined {
    const first = this.#kind()
    if (first === 'stream end') return undefined
    this.#handles = this.#directives()
    const isExplicit = first === 'document start' || DIRECTIVES.has(first)
    if (isExplicit && this.#kind() !== 'document start') throw this.#error('did not find expected <document start>')
    if (isExplicit) this.#scanner.next()
    const root = isExplicit && this.#is(WITHOUT_CONTENT) ? EMPTY : this.#node('block')
    this.#scanner.peek()
    return root
  }

  #kind(): Kind {
    return this.#scanner.peek().kind
  }

  #is(kinds: ReadonlySet<Kind>): boolean {
    return kinds.has(this.#kind())
  }

  #take(kind: Kind): boolean {
    if (this.#kind() !== kind) return false
    this.#scanner.next()
    return true
  }

  #error(problem: string): YamlError {
    return parserError(problem, this.#scanner.peek().line)
  }

  #directives(): ReadonlyMap<string, string> {
    const handles = new Map<string, string>()
    let version: string | undefined
    for (let token = this.#scanner.peek(); DIRECTIVES.has(token.kind); token = this.#scanner.peek()) {
      if (token.kind === 'version') {
        if (version !== undefined) throw this.#error('found duplicate %YAML directive')
        if (token.version !== '1.1') throw this.#error('found incompatible YAML document')
        version = token.version
      } else if (token.kind === 'tag directive') {
        if (handles.has(token.handle)) throw this.#error('found duplicate %TAG directive')
        handles.set(token.handle, token.prefix)
      }
      this.#scanner.next()
    }
    return new Map([['!', '!'], ['!!', 'tag:yaml.org,2002:'], ...handles])
  }

  /** `item`: a value or key of a block map, where a list need not be indented. */
  #node(where: 'block' | 'item' | 'flow'): YamlNode {
    const token = this.#scanner.peek()
    if (token.kind === 'alias') return this.#alias(token.name)
    const { anchor, tag } = this.#properties()
    const next = this.#scanner.peek()
    if (next.kind === 'scalar') {
      this.#scanner.next()
      return this.#anchored(anchor, scalarOf(next.value, tag ?? '', next.plain))
    }
    const fill = this.#collection(next.kind, where)
    if (fill) return this.#deeper(() => fill(anchor))
    if (anchor === undefined && tag === undefined) throw this.#error('did not find expected node content')
    return this.#anchored(anchor, { ...EMPTY, tag: tag ?? '', implicit: tag === undefined })
  }

  #collection(kind: Kind, where: 'block' | 'item' | 'flow'): ((anchor: string | undefined) => YamlNode) | undefined {
    if (kind === 'flow list') return (anchor) => this.#flowList(anchor)
    if (kind === 'flow map') return (anchor) => this.#flowMap(anchor)
    if (where === 'flow') return undefined
    if (kind === 'block entry' && where === 'item') return (anchor) => this.#flatList(anchor)
    if (kind === 'block list') return (anchor) => this.#blockList(anchor)
    return kind === 'block map' ? (anchor) => this.#blockMap(anchor) : undefined
  }

  #deeper<T>(inner: () => T): T {
    if (this.#depth === DEEPEST) throw nestsTooDeeply('YAML', DEEPEST)
    this.#depth += 1
    const result = inner()
    this.#depth -= 1
    return result
  }

  #alias(name: string): YamlNode {
    const target = this.#anchors.get(name)
    if (!target) throw meaningError(`unknown anchor '${name}' referenced`)
    this.#scanner.next()
    return { kind: 'alias', name, target }
  }

  #anchored<T extends YamlNode>(anchor: string | undefined, node: T): T {
    if (anchor !== undefined) this.#anchors.set(anchor, node)
    return node
  }

  /** An anchor and a tag, in either order. */
  #properties(): Properties {
    const first = this.#scanner.peek()
    if (first.kind === 'anchor') {
      this.#scanner.next()
      return { anchor: first.name, ...this.#tag() }
    }
    const tag = this.#tag()
    const second = this.#scanner.peek()
    if (tag.tag === undefined || second.kind !== 'anchor') return tag
    this.#scanner.next()
    return { ...tag, anchor: second.name }
  }

  #tag(): Properties {
    const token = this.#scanner.peek()
    if (token.kind !== 'tag') return {}
    this.#scanner.next()
    if (token.handle === '') return { tag: token.suffix }
    const prefix = this.#handles.get(token.handle)
    // The next token is read before the handle is looked up, and may be what is complained about.
    this.#scanner.peek()
    if (prefix === undefined) throw parserError('found undefined tag handle', token.line)
    return { tag: prefix + token.suffix }
  }

  #blockList(anchor: string | undefined): ListNode {
    this.#scanner.next()
    const list = this.#anchored(anchor, emptyList())
    while (this.#take('block entry')) {
      list.items.push(this.#is(BLOCK_ENTRY_ENDS) ? EMPTY : this.#node('block'))
    }
    if (!this.#take('block end')) throw this.#error("did not find expected '-' indicator")
    return list
  }

  /** A list as deep as the key that it belongs to. */
  #flatList(anchor: string | undefined): ListNode {
    const list = this.#anchored(anchor, emptyList())
    while (this.#take('block entry')) {
      list.items.push(this.#is(FLAT_ENTRY_ENDS) ? EMPTY : this.#node('block'))
    }
    return list
  }

  #blockMap(anchor: string | undefined): MapNode {
    this.#scanner.next()
    const map = this.#anchored(anchor, emptyMap())
    while (this.#take('key')) {
      const key = this.#is(BLOCK_KEY_ENDS) ? EMPTY : this.#node('item')
      const hasValue = this.#take('value') && !this.#is(BLOCK_KEY_ENDS)
      map.entries.push([key, hasValue ? this.#node('item') : EMPTY])
    }
    if (!this.#take('block end')) throw this.#error('did not find expected key')
    return map
  }

  #flowList(anchor: string | undefined): ListNode {
    this.#scanner.next()
    const list = this.#anchored(anchor, emptyList())
    while (!this.#take('flow list end')) {
      if (list.items.length > 0 && !this.#take('flow entry')) throw this.#error("did not find expected ',' or ']'")
      if (this.#take('flow list end')) break
      list.items.push(this.#take('key') ? this.#pair() : this.#node('flow'))
    }
    return list
  }

  /** A map of one entry, written as an item of a flow list. */
  #pair(): MapNode {
    const map = emptyMap()
    const key = this.#is(PAIR_KEY_ENDS) ? this.#emptyPairKey() : this.#node('flow')
    const hasValue = this.#take('value') && !this.#is(PAIR_VALUE_ENDS)
    map.entries.push([key, hasValue ? this.#node('flow') : EMPTY])
    return map
  }

  /** go-yaml passes over what stands instead of the key. */
  #emptyPairKey(): ScalarNode {
    this.#scanner.next()
    return EMPTY
  }

  #flowMap(anchor: string | undefined): MapNode {
    this.#scanner.next()
    const map = this.#anchored(anchor, emptyMap())
    while (!this.#take('flow map end')) {
      if (map.entries.length > 0 && !this.#take('flow entry')) throw this.#error("did not find expected ',' or '}'")
      if (this.#take('flow map end')) break
      map.entries.push(this.#take('key') ? this.#flowEntry() : [this.#node('flow'), EMPTY])
    }
    return map
  }

  #flowEntry(): readonly [YamlNode, YamlNode] {
    const key = this.#is(FLOW_KEY_ENDS) ? EMPTY : this.#node('flow')
    const hasValue = this.#take('value') && !this.#is(FLOW_VALUE_ENDS)
    return [key, hasValue ? this.#node('flow') : EMPTY]
  }
}

const BLOCK_ENTRY_ENDS: ReadonlySet<Kind> = new Set(['block entry', 'block end'] as const)
const FLAT_ENTRY_ENDS: ReadonlySet<Kind> = new Set(['block entry', 'key', 'value', 'block end'] as const)
const BLOCK_KEY_ENDS: ReadonlySet<Kind> = new Set(['key', 'value', 'block end'] as const)
const PAIR_KEY_ENDS: ReadonlySet<Kind> = new Set(['value', 'flow entry', 'flow list end'] as const)
const PAIR_VALUE_ENDS: ReadonlySet<Kind> = new Set(['flow entry', 'flow list end'] as const)
const FLOW_KEY_ENDS: ReadonlySet<Kind> = new Set(['value', 'flow entry', 'flow map end'] as const)
const FLOW_VALUE_ENDS: ReadonlySet<Kind> = new Set(['flow entry', 'flow map end'] as const)

function emptyList(): ListNode {
  return { kind: 'list', items: [] }
}

function emptyMap(): MapNode {
  return { kind: 'map', entries: [] }
}

/** The tag `!` leaves a scalar to its text, or so libyaml says; go-yaml then takes it for the text. */
function scalarOf(value: string, tag: string, plain: boolean): ScalarNode {
  return { kind: 'scalar', value, tag, implicit: tag === '' ? plain : tag === '!' }
}
