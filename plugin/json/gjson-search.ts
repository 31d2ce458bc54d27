import type { ByteText } from './byte-text.ts'
import { applyLiteral, applyModifier } from './gjson-modifiers.ts'
import { nameOfPath, parseMultipath, type SubPath } from './gjson-multipath.ts'
import { type ArrayStep, arrayStep, objectStep, splitAtPipe } from './gjson-path.ts'
import { queryFits } from './gjson-query.ts'
import { endOfString } from './gjson-scan.ts'
import { endOfValue, type GjsonValue, kindAt, MISSING, parseGjson, textOfString } from './gjson-value.ts'
import type { GjsonWork } from './gjson-work.ts'
import { quoteAsGo } from './go-quote.ts'
import { isJson } from './is-json.ts'
import { matchesWildcard } from './wildcard.ts'

/** What `path` selects in `json` (the path language of the Go package tidwall/gjson 1.18). Throws SecretError InvalidSpec when the work is used up. */
export function searchGjson(json: ByteText, path: ByteText, work: GjsonWork): GjsonValue {
  work.spend(json.length + path.length)
  return work.deeper(() => {
    if (path.length < 2) return walk(json, path, work)
    if (path.startsWith('@') || path.startsWith('!')) {
      const made = path.startsWith('@') ? applyModifier(json, path, work, searchGjson) : applyLiteral(path)
      if (!made) return walk(json, path, work)
      work.spend(made.json.length)
      return /^[|.]/.test(made.rest) ? searchGjson(made.json, made.rest.slice(1), work) : parseGjson(made.json)
    }
    return /^[[{]/.test(path) ? multipath(json, path, work) : walk(json, path, work)
  })
}

/** A multipath that never closes, or that something else than a separator follows, leaves only what follows it as the path. */
function multipath(json: ByteText, path: ByteText, work: GjsonWork): GjsonValue {
  const parsed = parseMultipath(path)
  const rest = parsed?.rest ?? ''
  if (!parsed || (rest !== '' && !/^[|.]/.test(rest))) return walk(json, rest, work)
  const isObject = path.startsWith('{')
  const members = parsed.parts.flatMap((part) => {
    const value = searchGjson(json, part.path, work)
    if (value.kind === 'missing') return []
    work.spend(value.raw.length)
    return [isObject ? `${keyOf(part)}:${value.raw}` : value.raw]
  })
  const made: GjsonValue = { kind: 'json', raw: isObject ? `{${members.join(',')}}` : `[${members.join(',')}]` }
  return rest === '' ? made : searchGjson(made.raw, rest.slice(1), work)
}

function keyOf({ name, path }: SubPath): ByteText {
  if (!name) return quoteAsGo(nameOfPath(path))
  return name.startsWith('"') && isJson(name) ? name : quoteAsGo(name)
}

/** `..` at the start takes the text for JSON lines: an array without brackets. */
function walk(json: ByteText, path: ByteText, work: GjsonWork): GjsonValue {
  const search = new Search(json, work)
  if (path.startsWith('..')) {
    search.inArray(0, path.slice(2))
  } else {
    const open = json.search(/[{[]/)
    if (open >= 0) search.inside(open, path)
  }
  return search.pipe === undefined ? search.value : searchGjson(search.value.raw, search.pipe, work)
}

/** Whether the value was found, and where the walk stands. */
interface Walked {
  readonly hit: boolean
  readonly end: number
}

class Search {
  value: GjsonValue = MISSING
  /** What is still to be applied to {@link value}. */
  pipe: ByteText | undefined
  readonly #json: ByteText
  readonly #work: GjsonWork

  constructor(json: ByteText, work: GjsonWork) {
    this.#json = json
    this.#work = work
  }

  /** Follows `path` into the object or array whose bracket is at `open`. */
  inside(open: number, path: ByteText): Walked {
    return this.#work.deeper(() =>
      this.#json.charAt(open) === '{' ? this.#inObject(open + 1, path) : this.inArray(open + 1, path),
    )
  }

  #inObject(start: number, path: ByteText): Walked {
    const json = this.#json
    const step = objectStep(path)
    this.pipe = step.pipe ?? this.pipe
    for (let index = start; ; ) {
      const key = this.#nextKey(index)
      if (key.end === undefined) return { hit: false, end: key.start }
      const named = this.#isNamed(json.slice(key.start, key.end), step.name, step.isPattern)
      index = key.end
      while (index < json.length && !kindAt(json, index)) index++
      const kind = kindAt(json, index)
      if (!kind) return { hit: false, end: index }
      if (named && step.below !== undefined && kind === 'json') {
        const walked = this.inside(index, step.below)
        if (walked.hit) return walked
        index = walked.end
        continue
      }
      const end = endOfValue(json, index, kind)
      if (end === undefined) return { hit: false, end: json.length }
      if (named && step.below === undefined) return this.#found({ kind, raw: json.slice(index, end) }, end)
      index = end
    }
  }

  /** The next key at or behind `index`; without an end when the object or the text ends before it. */
  #nextKey(index: number): { readonly start: number; readonly end: number | undefined } {
    for (let start = index; start < this.#json.length; start++) {
      const character = this.#json.charAt(start)
      if (character === '}') return { start: start + 1, end: undefined }
      if (character !== '"') continue
      const end = endOfString(this.#json, start)
      return { start: end === undefined ? this.#json.length : start, end }
    }
    return { start: this.#json.length, end: undefined }
  }

  #isNamed(quoted: ByteText, name: ByteText, isPattern: boolean): boolean {
    const key = textOfString(quoted)
    if (!isPattern) return key === name
    this.#work.spend(key.length * name.length)
    return matchesWildcard(key, name)
  }

  #found(value: GjsonValue, end: number): Walked {
    this.value = value
    return { hit: true, end }
  }

  /** Follows `path` into the items that start at `start`. */
  inArray(start: number, path: ByteText): Walked {
    const json = this.#json
    const step = arrayStep(path)
    this.pipe = step.pipe ?? this.pipe
    const items: GjsonValue[] = []
    const matches: ByteText[] = []
    let count = 0
    for (let index = start; ; count++) {
      while (index < json.length && json.charAt(index) !== ']' && !kindAt(json, index)) index++
      const kind = kindAt(json, index)
      if (!kind) return this.#atEnd(step, { count, items, matches }, index + 1)
      const isWanted = step.kind === 'index' && step.index === count
      if (isWanted && step.below !== undefined && kind === 'json') {
        const walked = this.inside(index, step.below)
        if (walked.hit) return walked
        index = walked.end
        continue
      }
      const end = endOfValue(json, index, kind)
      if (end === undefined) return { hit: false, end: json.length }
      const item: GjsonValue = { kind, raw: json.slice(index, end) }
      if (step.kind === 'query' && this.#matches(step, item, matches)) return { hit: true, end }
      if (isWanted && step.below === undefined) return this.#found(item, end)
      if (step.kind === 'each') items.push(item)
      index = end
    }
  }

  /** Whether the search ends with this item. For a query that wants all, its result goes to `matches`. */
  #matches(step: ArrayStep, item: GjsonValue, matches: ByteText[]): boolean {
    const { query } = step
    if (item.kind !== 'json' && query.path !== '') return false
    const compared = item.kind === 'json' ? searchGjson(item.raw, query.path, this.#work) : item
    if (!queryFits(query, compared, this.#work)) return false
    const result = step.below === undefined ? item : searchGjson(item.raw, this.#belowPipe(step.below), this.#work)
    if (query.all) {
      if (result.raw !== '') matches.push(result.raw)
      return false
    }
    this.value = result
    return true
  }

  /** The part of `below` that each item gets; what comes behind a pipe is for all of them together. */
  #belowPipe(below: ByteText): ByteText {
    const split = splitAtPipe(below)
    if (!split) return below
    this.pipe = split.right
    return split.left
  }

  #atEnd(step: ArrayStep, seen: { count: number; items: GjsonValue[]; matches: ByteText[] }, end: number): Walked {
    if (step.kind === 'count') return this.#found({ kind: 'number', raw: String(seen.count) }, end)
    if (step.kind === 'each') {
      const path = this.#belowPipe(step.below ?? '')
      const results = seen.items.map((item) => searchGjson(item.raw, path, this.#work).raw).filter((raw) => raw !== '')
      return this.#found({ kind: 'json', raw: `[${results.join(',')}]` }, end)
    }
    if (this.value.kind === 'missing' && step.query.all) this.value = { kind: 'json', raw: `[${seen.matches.join(',')}]` }
    return { hit: false, end }
  }
}
