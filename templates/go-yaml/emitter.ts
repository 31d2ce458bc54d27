import { floatText } from '../go-format/float-text.ts'
import { float64 } from '../go-number.ts'
import { isBreak } from './characters.ts'
import { compareKeys } from './key-order.ts'
import { hasBreaks, isPrintable, type ScalarStyle, textStyle } from './scalar-style.ts'
import { isYamlList, isYamlMap, type YamlList, type YamlMap, type YamlScalar, type YamlValue } from './yaml-value.ts'

/** A value as go-yaml v2 writes it, with a line break at the end. Keys must be texts. `onLine` is told how long each line is. */
export function emitYaml(value: YamlValue, onLine: (characters: number) => void): string {
  const emitter = new Emitter(onLine)
  emitter.document(value)
  return emitter.text
}

const INDENT = 2
/** Columns; a plain or quoted scalar is broken at the first single space behind. */
const WIDTH = 80
/** In bytes: longer keys are written with a question mark. */
const LONGEST_SIMPLE_KEY = 128

class Emitter {
  text = ''
  #column = 0
  /** Nothing but white space since the last token. */
  #afterSpace = true
  /** Nothing but indentation and indicators on this line. */
  #atIndentation = true
  readonly #onLine: (characters: number) => void

  constructor(onLine: (characters: number) => void) {
    this.#onLine = onLine
  }

  document(value: YamlValue): void {
    this.#node(value, -1, 'root')
    this.#indentTo(0)
  }

  #node(value: YamlValue, indent: number, place: 'root' | 'item' | 'key' | 'value'): void {
    if (isYamlList(value)) this.#list(value, indent, place)
    else if (isYamlMap(value)) this.#map(value, indent)
    else this.#scalar(value, indent < 0 ? INDENT : indent + INDENT, place === 'key' ? 'key' : 'value')
  }

  /** A list is as deep as its key, unless the key stands behind a dash or a question mark. */
  #list(list: YamlList, indent: number, place: string): void {
    if (list.length === 0) return this.#indicator('[]', 'inline')
    const isFlat = (place === 'value' || place === 'key') && !this.#atIndentation
    const inner = indent < 0 ? 0 : isFlat ? indent : indent + INDENT
    for (const item of list) {
      this.#indentTo(inner)
      this.#indicator('-', 'indentation')
      this.#node(item, inner, 'item')
    }
  }

  #map(map: YamlMap, indent: number): void {
    if (map.size === 0) return this.#indicator('{}', 'inline')
    const inner = indent < 0 ? 0 : indent + INDENT
    const entries = [...map].toSorted(([one], [other]) => compareKeys(String(one), String(other)))
    for (const [key, value] of entries) {
      this.#indentTo(inner)
      const isSimple = !hasBreaks(String(key)) && Buffer.byteLength(String(key)) <= LONGEST_SIMPLE_KEY
      if (isSimple) {
        this.#node(key, inner, 'key')
        this.#indicator(':', 'attached')
      } else {
        this.#indicator('?', 'indentation')
        this.#node(key, inner, 'value')
        this.#indentTo(inner)
        this.#indicator(':', 'indentation')
      }
      this.#node(value, inner, 'value')
    }
  }

  #scalar(value: YamlScalar, indent: number, role: 'key' | 'value'): void {
    if (typeof value !== 'string') return this.#plain(plainText(value), indent, role)
    const style: ScalarStyle = textStyle(value, role)
    if (style === 'plain') this.#plain(value, indent, role)
    else if (style === 'single') this.#single(value, indent, role)
    else if (style === 'double') this.#double(value, indent, role)
    else this.#literal(value, indent)
  }

  #plain(text: string, indent: number, role: 'key' | 'value'): void {
    if (!this.#afterSpace) this.#put(' ')
    this.#folded(text, indent, role, 'plain')
    this.#afterSpace = false
    this.#atIndentation = false
  }

  #single(text: string, indent: number, role: 'key' | 'value'): void {
    this.#indicator("'", 'inline')
    this.#folded(text, indent, role, 'single')
    this.#put("'")
    this.#afterSpace = false
    this.#atIndentation = false
  }

  /** Text on as many lines as it takes; a break that it has itself becomes two. */
  #folded(text: string, indent: number, role: 'key' | 'value', style: 'plain' | 'single'): void {
    const characters = Array.from(text)
    let afterSpaces = false
    let afterBreaks = false
    characters.forEach((character, index) => {
      if (character === ' ') {
        const inside = style === 'plain' || (index > 0 && index < characters.length - 1)
        const folds = role === 'value' && !afterSpaces && this.#column > WIDTH && inside && characters[index + 1] !== ' '
        if (folds) this.#indentTo(indent)
        else this.#put(character)
        afterSpaces = true
      } else if (isBreak(character)) {
        if (!afterBreaks && character === '\n') this.#break()
        this.#putBreak(character)
        afterBreaks = true
      } else {
        if (afterBreaks) this.#indentTo(indent)
        this.#put(style === 'single' && character === "'" ? "''" : character)
        this.#atIndentation = false
        afterSpaces = false
        afterBreaks = false
      }
    })
  }

  #double(text: string, indent: number, role: 'key' | 'value'): void {
    this.#indicator('"', 'inline')
    const characters = Array.from(text)
    // go-yaml's is_bom looks at the start of the text for every character of it, and a mark is escaped.
    const areMarks = text.startsWith('\ufeff')
    let afterSpaces = false
    characters.forEach((character, index) => {
      if (areMarks || character !== ' ') {
        this.#put(isPrintable(character) && !areMarks ? (ESCAPES.get(character) ?? character) : escape(character))
        afterSpaces = false
        return
      }
      const inside = index > 0 && index < characters.length - 1
      if (role === 'value' && !afterSpaces && this.#column > WIDTH && inside) {
        this.#indentTo(indent)
        if (characters[index + 1] === ' ') this.#put('\\')
      } else {
        this.#put(character)
      }
      afterSpaces = true
    })
    this.#put('"')
    this.#afterSpace = false
    this.#atIndentation = false
  }

  #literal(text: string, indent: number): void {
    this.#indicator(`|${literalHints(text)}`, 'inline')
    this.#break()
    this.#atIndentation = true
    this.#afterSpace = true
    let afterBreaks = true
    for (const character of text) {
      if (isBreak(character)) {
        this.#putBreak(character)
        afterBreaks = true
      } else {
        if (afterBreaks) this.#indentTo(indent)
        this.#put(character)
        this.#atIndentation = false
        afterBreaks = false
      }
    }
  }

  /** To a column, on a new line unless this one has nothing but indentation up to there. */
  #indentTo(column: number): void {
    if (!this.#atIndentation || this.#column > column || (this.#column === column && !this.#afterSpace)) this.#break()
    if (this.#column < column) this.#put(' '.repeat(column - this.#column))
    this.#afterSpace = true
    this.#atIndentation = true
  }

  /** `attached` follows what is before it without a space; behind `indentation` a collection may begin on the same line. */
  #indicator(text: string, kind: 'inline' | 'attached' | 'indentation'): void {
    if (kind !== 'attached' && !this.#afterSpace) this.#put(' ')
    this.#put(text)
    this.#afterSpace = false
    this.#atIndentation = this.#atIndentation && kind === 'indentation'
  }

  #put(text: string): void {
    this.text += text
    this.#column += text.length
  }

  #break(): void {
    this.#onLine(this.#column)
    this.text += '\n'
    this.#column = 0
  }

  #putBreak(character: string): void {
    this.#onLine(this.#column)
    this.text += character
    this.#column = 0
    this.#atIndentation = true
  }
}

function plainText(value: null | boolean | bigint | number): string {
  if (value === null) return 'null'
  if (typeof value !== 'number') return String(value)
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return floatText(float64(value))
}

/** Indentation where the first line does not show it, and what becomes of the line breaks at the end. */
function literalHints(text: string): string {
  const indentation = text.startsWith(' ') || isBreak(text.charAt(0)) ? String(INDENT) : ''
  if (!isBreak(text.at(-1) ?? '')) return `${indentation}-`
  return text.length === 1 || isBreak(text.at(-2) ?? '') ? `${indentation}+` : indentation
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\u001b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0085', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
])

function escape(character: string): string {
  const named = ESCAPES.get(character)
  if (named !== undefined) return named
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
