import { EVENT_ID, type Event } from 'js-yaml'
import type { FieldPath } from '../model/field-path.ts'
import { parseYaml } from './parse-yaml.ts'

/** Where a field stands in a text: index of its key, or of the item of a list. */
interface Field {
  readonly offset: number
  readonly children: ReadonlyMap<string | number, Field>
}

export interface FieldOffsets {
  /** What the offsets point into; its lines are those of the text that was given. */
  readonly text: string
  /** Where the field at `path` starts, or its nearest parent that is there. */
  offsetOf(path: FieldPath): number
}

/** The places of all fields of one document. One pass; a path is then found in as many steps as it has parts. Throws ReadingError. */
export function fieldOffsets(given: string): FieldOffsets {
  const { text, events } = parseYaml(given)
  const root = indexFields(text, events)
  return { text, offsetOf: (path) => nearest(root, path).offset }
}

function nearest(root: Field, path: FieldPath): Field {
  let field = root
  for (const part of path) {
    const child = field.children.get(part) ?? field.children.get(String(part))
    if (!child) break
    field = child
  }
  return field
}

interface Indexer {
  readonly text: string
  readonly events: readonly Event[]
  at: number
  readonly anchors: Map<string, ReadonlyMap<string | number, Field>>
}

const NO_FIELDS: ReadonlyMap<string | number, Field> = new Map()

function indexFields(text: string, events: readonly Event[]): Field {
  const indexer: Indexer = { text, events, at: 1, anchors: new Map() }
  const offset = startOf(events[1])
  return { offset: Math.max(offset, 0), children: childrenAt(indexer) }
}

/** The fields of the value at the indexer's place; moves behind the value. An alias has the fields of its anchor, and their places. */
function childrenAt(indexer: Indexer): ReadonlyMap<string | number, Field> {
  const event = indexer.events[indexer.at++]
  if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return NO_FIELDS
  if (event.type === EVENT_ID.ALIAS) return indexer.anchors.get(nameOf(indexer, event)) ?? NO_FIELDS
  if (event.type === EVENT_ID.SCALAR) return NO_FIELDS
  const children = event.type === EVENT_ID.SEQUENCE ? items(indexer, event.start) : entries(indexer, event.start)
  if (event.anchorStart !== -1) indexer.anchors.set(nameOf(indexer, event), children)
  return children
}

function nameOf(indexer: Indexer, event: { readonly anchorStart: number; readonly anchorEnd: number }): string {
  return indexer.text.slice(event.anchorStart, event.anchorEnd)
}

function items(indexer: Indexer, start: number): ReadonlyMap<number, Field> {
  const children = new Map<number, Field>()
  let offset = start
  for (let event = indexer.events[indexer.at]; event && event.type !== EVENT_ID.POP; event = indexer.events[indexer.at]) {
    offset = Math.max(offset, startOf(event))
    children.set(children.size, { offset, children: childrenAt(indexer) })
  }
  indexer.at++
  return children
}

function entries(indexer: Indexer, start: number): ReadonlyMap<string, Field> {
  const children = new Map<string, Field>()
  let offset = start
  for (let event = indexer.events[indexer.at]; event && event.type !== EVENT_ID.POP; event = indexer.events[indexer.at]) {
    offset = Math.max(offset, startOf(event))
    const key = keyText(indexer, event)
    childrenAt(indexer)
    children.set(key, { offset, children: childrenAt(indexer) })
  }
  indexer.at++
  return children
}

/** As it is written, which is what it means for every key of a Kubernetes object. */
function keyText({ text }: Indexer, event: Event): string {
  return event.type === EVENT_ID.SCALAR && event.valueStart !== -1 ? text.slice(event.valueStart, event.valueEnd) : ''
}

/** -1 for what takes no room: an empty value. */
function startOf(event: Event | undefined): number {
  if (event?.type === EVENT_ID.SCALAR) return event.valueStart
  if (event?.type === EVENT_ID.ALIAS) return event.anchorStart
  return event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING ? event.start : -1
}
