import { type ByteText, textOf } from '../byte-text.ts'

export interface LineAndColumn {
  /** 1-based. */
  readonly line: number
  /** In bytes from the start of the line: 0-based, as Go counts it. */
  readonly offset: number
}

export function lineAndColumn(text: ByteText, position: number): LineAndColumn {
  const before = text.slice(0, position)
  const start = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, offset: position - start }
}

/** 1-based, in characters of the line: what an editor shows. */
export function columnOf(text: ByteText, position: number): number {
  const start = text.lastIndexOf('\n', position - 1) + 1
  return position === 0 ? 1 : textOf(text.slice(start, position)).length + 1
}
