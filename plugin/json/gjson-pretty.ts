import type { ByteText } from './byte-text.ts'
import { membersOf } from './gjson-members.ts'
import { endOfNumber, endOfString } from './gjson-scan.ts'
import { isTrueish, MISSING, numberOf, parseGjson, textOfString, textOfValue } from './gjson-value.ts'
import type { GjsonWork } from './gjson-work.ts'

/** JSON without white space outside strings. */
export function uglyGjson(json: ByteText): ByteText {
  let text = ''
  for (let index = 0; index < json.length; ) {
    const isString = json.charAt(index) === '"'
    const end = isString ? (endOfString(json, index) ?? json.length) : index + 1
    if (isString || json.charCodeAt(index) > 0x20) text += json.slice(index, end)
    index = end
  }
  return text
}

interface PrettyOptions {
  /** An array that fits into so many columns stays on one line. */
  readonly width: number
  readonly prefix: ByteText
  readonly indent: ByteText
  readonly sortKeys: boolean
}

/** JSON on lines, as the Go package tidwall/pretty 1.2 writes it; the argument is a JSON object of its options. */
export function prettyGjson(json: ByteText, argument: ByteText, work: GjsonWork): ByteText {
  const options = optionsOf(argument)
  const printer = new Printer(json, options, work)
  printer.text = options.prefix
  printer.value(0, 0, undefined)
  return printer.text === '' ? '' : `${printer.text}\n`
}

function optionsOf(argument: ByteText): PrettyOptions {
  const given = new Map(Array.from(membersOf(parseGjson(argument)), ({ key, value }) => [textOfString(key), value]))
  const text = (name: string, otherwise: ByteText) => {
    const value = given.get(name)
    return value ? onlySpace(textOfValue(value)) : otherwise
  }
  const width = given.get('width')
  return {
    width: width ? Math.trunc(numberOf(width)) : 80,
    prefix: text('prefix', ''),
    indent: text('indent', '  '),
    sortKeys: isTrueish(given.get('sortKeys') ?? MISSING),
  }
}

function onlySpace(text: ByteText): ByteText {
  return text.replaceAll(/[^ \t\n\r]/g, '')
}

/** Where the printer stands behind a value, and whether the value may be on one line. */
interface Printed {
  readonly end: number
  readonly fits: boolean
}

class Printer {
  text = ''
  readonly #json: ByteText
  readonly #options: PrettyOptions
  readonly #work: GjsonWork
  /** Where the current line starts, as tidwall/pretty counts it. */
  #lineStart = 0

  constructor(json: ByteText, options: PrettyOptions, work: GjsonWork) {
    this.#json = json
    this.#options = options
    this.#work = work
  }

  /** Prints the value at or behind `start`. With `room` it is part of an array on one line, which objects never fit into. */
  value(start: number, depth: number, room: number | undefined): Printed {
    const json = this.#json
    let index = start
    while (index < json.length && json.charCodeAt(index) <= 0x20) index++
    const first = json.charAt(index)
    if (first === '{' || first === '[') return this.#work.deeper(() => this.#container(index, depth, room))
    if (first === '"') return this.#copy(index, endOfString(json, index) ?? json.length)
    if (/[-+\diIN]/.test(first) || (first === 'n' && json.charAt(index + 1) !== 'u'))
      return this.#copy(index, endOfNumber(json, index))
    const word = ['true', 'false', 'null'].find((word) => first !== '' && word.startsWith(first))
    if (word === undefined) return first === '' ? { end: index, fits: true } : this.value(index + 1, depth, room)
    this.text += word
    return { end: index + word.length, fits: true }
  }

  #copy(start: number, end: number): Printed {
    this.text += this.#json.slice(start, end)
    return { end, fits: true }
  }

  #container(open: number, depth: number, room: number | undefined): Printed {
    const { width } = this.#options
    const isArray = this.#json.charAt(open) === '['
    if (width > 0 && room !== undefined && !isArray) return { end: open, fits: false }
    if (width > 0 && room === undefined && isArray) {
      const left = width - (this.text.length - this.#lineStart)
      const printed = left > 3 ? this.#onOneLine(open, depth, left) : undefined
      if (printed) return printed
    }
    return isArray ? this.#items(open, depth, room) : this.#members(open, depth, room)
  }

  #onOneLine(open: number, depth: number, room: number): Printed | undefined {
    const { text } = this
    const printed = this.#items(open, depth, room)
    if (printed.fits && this.text.length - text.length <= room) return printed
    this.text = text
    return undefined
  }

  #items(open: number, depth: number, room: number | undefined): Printed {
    const json = this.#json
    const isOnLines = room === undefined
    let count = 0
    this.text += '['
    for (let index = open + 1; index < json.length; index++) {
      const character = json.charAt(index)
      if (character <= ' ' || character === ',') continue
      if (character === ']') {
        if (isOnLines && count > 0) this.#newLine(depth)
        this.text += ']'
        return { end: index + 1, fits: true }
      }
      if (count > 0) this.text += isOnLines ? ',' : ', '
      if (isOnLines) this.#newLine(depth + 1)
      // An array's comma is followed by a space that becomes the line break: the line starts one later than elsewhere.
      if (isOnLines) this.#lineStart = this.text.length - this.#tabs(depth + 1).length - (count > 0 ? 0 : 1)
      const printed = this.value(index, depth + 1, room)
      if (!isOnLines && !printed.fits) return printed
      index = printed.end - 1
      count += 1
    }
    return { end: json.length, fits: true }
  }

  #members(open: number, depth: number, room: number | undefined): Printed {
    const json = this.#json
    const members: { readonly key: ByteText; readonly text: ByteText }[] = []
    this.text += '{'
    const before = this.text
    let index = open + 1
    for (; index < json.length && json.charAt(index) !== '}'; index++) {
      if (json.charAt(index) !== '"') continue
      const keyEnd = endOfString(json, index) ?? json.length
      const key = json.slice(index, keyEnd)
      const start = this.text.length
      if (members.length > 0) this.text += ','
      this.#newLine(depth + 1)
      this.#lineStart = this.text.length - this.#tabs(depth + 1).length - 1
      this.text += `${key}: `
      index = this.value(keyEnd, depth + 1, room).end - 1
      members.push({ key, text: this.text.slice(start + (members.length > 0 ? 1 : 0)) })
    }
    if (this.#options.sortKeys && members.length > 1) this.text = before + sorted(members).join(',')
    if (members.length > 0) this.#newLine(depth)
    this.text += '}'
    return { end: index + 1, fits: false }
  }

  #newLine(depth: number): void {
    this.#lineStart = this.text.length
    this.text += `\n${this.#tabs(depth)}`
  }

  #tabs(depth: number): ByteText {
    return this.#options.prefix + this.#options.indent.repeat(depth)
  }
}

function sorted(members: readonly { readonly key: ByteText; readonly text: ByteText }[]): readonly ByteText[] {
  const named = members.map(({ key, text }) => ({ name: textOfString(key), text }))
  return named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).map(({ text }) => text)
}
