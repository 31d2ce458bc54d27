import { TemplateError } from '../engine.ts'
import type { Place } from './tree.ts'

/** A node of the parser's tree before anybody trusts it: its type, its place, and its other fields as they are. */
export interface RawNode {
  readonly type: string
  readonly place: Place
  readonly fields: Readonly<Record<string, unknown>>
}

export function rawNode(value: unknown): RawNode {
  if (!isRecord(value) || typeof value.type !== 'string') {
    throw new TemplateError('the parser gave something that is not a tree', { line: 1, column: 1, safe: true })
  }
  return { type: value.type, place: placeOf(value.loc), fields: value }
}

/** The nodes in a list; none when there is no list. */
export function rawNodes(node: RawNode, field: string): readonly RawNode[] {
  const list = node.fields[field]
  return Array.isArray(list) ? list.map(rawNode) : []
}

function placeOf(loc: unknown): Place {
  const start = isRecord(loc) && isRecord(loc.start) ? loc.start : {}
  const { line, column } = start
  return { line: typeof line === 'number' ? line : 1, column: typeof column === 'number' ? column + 1 : 1 }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
