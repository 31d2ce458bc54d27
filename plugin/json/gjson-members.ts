import type { ByteText } from './byte-text.ts'
import { endOfString } from './gjson-scan.ts'
import { type GjsonValue, nextValue } from './gjson-value.ts'

export interface GjsonMember {
  /** With its quotes; empty for an item of an array. */
  readonly key: ByteText
  readonly value: GjsonValue
}

/** The members of an object or the items of an array, in their order; a scalar is its own only item. */
export function* membersOf(value: GjsonValue): Generator<GjsonMember> {
  if (value.kind === 'missing') return
  if (value.kind !== 'json') {
    yield { key: '', value }
    return
  }
  const json = value.raw
  const isObject = json.startsWith('{')
  for (let index = 1; ; ) {
    const open = isObject ? json.indexOf('"', index) : index
    const keyEnd = isObject && open >= 0 ? endOfString(json, open) : open
    if (keyEnd === undefined || keyEnd < 0) return
    const found = nextValue(json, keyEnd)
    if (!found) return
    yield { key: isObject ? json.slice(open, keyEnd) : '', value: found.value }
    index = found.end
  }
}
