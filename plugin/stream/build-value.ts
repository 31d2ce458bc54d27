import {
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml'
import type { FieldPath } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import type { ManifestMapping, ManifestValue } from './manifest-document.ts'
import { mappingKey } from './mapping-key.ts'
import { plainScalar } from './plain-scalar.ts'
import { ReadingError } from './reading-error.ts'
import { readingLimits } from './reading-limits.ts'
import { taggedScalar, tagName } from './tagged-scalar.ts'

/** A key that stands twice in one mapping; the last one wins. */
export interface DuplicateKey {
  /** Of the second one, in the text. */
  readonly offset: number
  readonly path: FieldPath
}

export interface BuiltValue {
  readonly value: ManifestValue
  readonly duplicates: readonly DuplicateKey[]
}

/** Duplicates remembered; more of them say nothing new. */
const MAX_DUPLICATES = 1000

interface Anchor {
  readonly value: ManifestValue
  readonly nodes: number
  readonly characters: number
  /** Levels of collections in it. */
  readonly height: number
}

interface Builder {
  readonly text: string
  readonly events: readonly Event[]
  at: number
  readonly handles: Map<string, string>
  /** `undefined` while the anchored value is being built: an alias to it would contain itself. */
  readonly anchors: Map<string, Anchor | undefined>
  /** With all that aliases stand for. */
  nodes: number
  characters: number
  /** Collections around the current value, and the most that there were in the anchored value at hand. */
  depth: number
  deepest: number
  readonly path: (string | number)[]
  readonly duplicates: DuplicateKey[]
}

/**
 * The plain value of the first document of `events` (of js-yaml's parser), as go-yaml v2 builds it: the last of equal keys wins, a merge key
 * overrides what stands before it. One pass, `Object.hasOwn` is the check for duplicates. Throws {@link ReadingError}.
 */
export function buildValue(text: string, events: readonly Event[]): BuiltValue {
  const builder: Builder = {
    text,
    events,
    at: 0,
    handles: new Map(),
    anchors: new Map(),
    nodes: 0,
    characters: 0,
    depth: 0,
    deepest: 0,
    path: [],
    duplicates: [],
  }
  const document = events[builder.at++]
  if (document?.type !== EVENT_ID.DOCUMENT) return { value: null, duplicates: [] }
  for (const directive of document.directives) {
    if (directive.kind === 'tag') builder.handles.set(directive.handle, directive.prefix)
  }
  const value = build(builder)
  return { value, duplicates: builder.duplicates }
}

function build(builder: Builder): ManifestValue {
  const event = builder.events[builder.at++]
  if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return null
  if (event.type === EVENT_ID.ALIAS)
    return alias(builder, builder.text.slice(event.anchorStart, event.anchorEnd), event.anchorStart)
  if (event.anchorStart === -1) return content(builder, event)

  return anchored(builder, builder.text.slice(event.anchorStart, event.anchorEnd), event)
}

type Content = ScalarEvent | MappingEvent | SequenceEvent

function anchored(builder: Builder, name: string, event: Content): ManifestValue {
  const { nodes, characters, depth, deepest } = builder
  builder.anchors.set(name, undefined)
  builder.deepest = depth
  const value = content(builder, event)
  builder.anchors.set(name, {
    value,
    nodes: builder.nodes - nodes,
    characters: builder.characters - characters,
    height: builder.deepest - depth,
  })
  builder.deepest = Math.max(builder.deepest, deepest)
  return value
}

function content(builder: Builder, event: Content): ManifestValue {
  if (event.type === EVENT_ID.SCALAR) return scalar(builder, event)
  charge(builder, 1, 0, event.start)
  descend(builder, 1, event.start)
  builder.depth++
  const value = event.type === EVENT_ID.SEQUENCE ? sequence(builder) : mapping(builder)
  builder.depth--
  return value
}

/** Into collections that are no deeper than the limit, also where aliases stand for collections. */
function descend(builder: Builder, levels: number, offset: number): void {
  builder.deepest = Math.max(builder.deepest, builder.depth + levels)
  if (builder.deepest <= readingLimits.depth) return
  throw new ReadingError(`nested more than ${readingLimits.depth} levels deep`, offset, 'flatten the document')
}

function alias(builder: Builder, name: string, offset: number): ManifestValue {
  const anchor = builder.anchors.get(name)
  if (anchor) {
    charge(builder, anchor.nodes, anchor.characters, offset)
    descend(builder, anchor.height, offset)
    return anchor.value
  }
  const why = builder.anchors.has(name) ? 'contains itself' : 'has no anchor before it'
  throw new ReadingError(`the alias ${quoteName(name)} ${why}`, offset, 'anchor the value above the alias, or write it out')
}

function charge(builder: Builder, nodes: number, characters: number, offset: number): void {
  builder.nodes += nodes
  builder.characters += characters
  if (builder.nodes <= readingLimits.nodes && builder.characters <= readingLimits.characters) return
  throw new ReadingError(
    `the document is too large: more than ${readingLimits.nodes} nodes or ${readingLimits.characters} characters with its aliases`,
    offset,
    'split it into several documents, and write aliases out that repeat large parts',
  )
}

function scalar(builder: Builder, event: ScalarEvent): ManifestValue {
  const text = getScalarValue(builder.text, event)
  const offset = Math.max(event.valueStart, event.tagStart, 0)
  charge(builder, 1, text.length, offset)
  if (event.tagStart === -1) return event.style === SCALAR_STYLE.PLAIN ? finite(plainScalar(text), offset) : text

  const written = builder.text.slice(event.tagStart, event.tagEnd)
  const tagged = taggedScalar(tagName(written, builder.handles), text)
  if (tagged.ok) return finite(tagged.value, offset)
  throw new ReadingError(`the value is no ${tagged.wanted}`, offset, 'correct the value, or take its tag away')
}

/** JSON has no such number, so Kubernetes refuses the whole document. */
function finite(value: ManifestValue, offset: number): ManifestValue {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new ReadingError('infinity and NaN are no values of a Kubernetes object', offset, 'put quotes around it if it is a text')
}

function sequence(builder: Builder): readonly ManifestValue[] {
  const items: ManifestValue[] = []
  while (builder.events[builder.at]?.type !== EVENT_ID.POP) {
    builder.path.push(items.length)
    items.push(build(builder))
    builder.path.pop()
  }
  builder.at++
  return items
}

function mapping(builder: Builder): ManifestMapping {
  const object: Record<string, ManifestValue> = {}
  let merged: Set<string> | undefined
  for (let event = builder.events[builder.at]; event && event.type !== EVENT_ID.POP; event = builder.events[builder.at]) {
    if (isMergeKey(builder, event)) {
      builder.at++
      merged ??= new Set()
      merge(builder, object, merged, build(builder), event.valueStart)
      continue
    }
    const offset = offsetOf(event)
    const key = mappingKey(build(builder), offset)
    builder.path.push(key)
    if (Object.hasOwn(object, key) && !merged?.delete(key)) noteDuplicate(builder, offset)
    setOwn(object, key, build(builder))
    builder.path.pop()
  }
  builder.at++
  return object
}

/** `__proto__` is a key like any other, never the prototype. */
function setOwn(object: Record<string, ManifestValue>, key: string, value: ManifestValue): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

function noteDuplicate(builder: Builder, offset: number): void {
  if (builder.duplicates.length < MAX_DUPLICATES) builder.duplicates.push({ offset, path: [...builder.path] })
}

function isMergeKey(builder: Builder, event: Event): event is ScalarEvent {
  return (
    event.type === EVENT_ID.SCALAR &&
    event.style === SCALAR_STYLE.PLAIN &&
    event.valueEnd - event.valueStart === 2 &&
    event.tagStart === -1 &&
    builder.text.startsWith('<<', event.valueStart)
  )
}

/** Of several sources the first one wins (https://yaml.org/type/merge.html); against the mapping itself the place decides, as in go-yaml v2. */
function merge(
  builder: Builder,
  object: Record<string, ManifestValue>,
  merged: Set<string>,
  source: ManifestValue,
  offset: number,
): void {
  const sources: readonly ManifestValue[] = Array.isArray(source) ? source.toReversed() : [source]
  for (const item of sources) {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) {
      throw new ReadingError(
        'a merge key takes a mapping or a list of mappings',
        offset,
        'give it an alias of a mapping, as in <<: *defaults',
      )
    }
    for (const [key, value] of Object.entries(item)) {
      charge(builder, 1, 0, offset)
      setOwn(object, key, value)
      merged.add(key)
    }
  }
}

function offsetOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return Math.max(event.valueStart, event.tagStart, event.anchorStart, 0)
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart
  return event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE ? event.start : 0
}
