import { type ByteText, runesOf } from '../byte-text.ts'
import { caseOf, isUpper, mapRunes, runeText } from './runes.ts'
import { isConnector, splitWords, type Word, type WordKind } from './split-words.ts'

const NOTHING: Word = { kind: 'invalid', text: '' }
const JOINED_BY_THEMSELVES: ReadonlySet<WordKind> = new Set(['connectors', 'punctuation'])

/** The words of a name in small letters with `connector` between (sprig's snakecase and kebabcase, which are xstrings 1.5). */
export function connectWords(name: ByteText, connector: '_' | '-'): ByteText {
  const connected = new ConnectedWords(splitWords(name), connector)
  return connected.text()
}

/** Where a connector comes is decided at each word by the one or two that follow: a number belongs to the word before it, unless small letters come after. */
class ConnectedWords {
  readonly #words: readonly Word[]
  readonly #connector: string
  readonly #parts: ByteText[] = []
  #read = 0
  #word: Word = NOTHING

  constructor(words: readonly Word[], connector: string) {
    this.#words = words
    this.#connector = connector
  }

  text(): ByteText {
    this.#advance()
    while (this.#read < this.#words.length) {
      const before = this.#word
      this.#write(before)
      this.#advance()
      if (before.kind === 'number') this.#afterNumber()
      else if (before.kind !== 'connectors' && before.kind !== 'punctuation') this.#afterLetters()
    }
    this.#write(this.#word)
    return this.#parts.join('')
  }

  #advance(): void {
    this.#word = this.#words[this.#read] ?? NOTHING
    this.#read += 1
  }

  #afterNumber(): void {
    this.#writeLettersAndNumbers()
    if (this.#word !== NOTHING) this.#connect()
  }

  #afterLetters(): void {
    const number = this.#word
    if (number.kind !== 'number') return this.#connect()
    if (this.#read === this.#words.length) return
    this.#advance()
    if (this.#word.kind !== 'letters') {
      this.#write(number)
      return this.#connect()
    }
    this.#parts.push(this.#connector)
    this.#write(number)
    this.#afterNumber()
  }

  #writeLettersAndNumbers(): void {
    while (this.#word.kind === 'letters' || this.#word.kind === 'number') {
      this.#write(this.#word)
      this.#advance()
    }
  }

  #connect(): void {
    if (!JOINED_BY_THEMSELVES.has(this.#word.kind)) this.#parts.push(this.#connector)
  }

  #write({ kind, text }: Word): void {
    if (kind !== 'capitals' && kind !== 'connectors') this.#parts.push(text)
    else this.#parts.push(mapRunes(text, (rune) => (isConnector(rune) ? this.#connector.charCodeAt(0) : small(rune))))
  }
}

function small(codePoint: number): number {
  return isUpper(codePoint) ? caseOf(codePoint, 'lower') : codePoint
}

/**
 * Each word with a capital and nothing between (sprig's camelcase, which is xstrings' ToPascalCase): of several connectors one is dropped,
 * those at the start stay, and a word that starts with a capital has small letters up to its first that is none.
 */
export function capitalizeWords(name: ByteText): ByteText {
  const runes = Array.from(runesOf(name), ({ codePoint }) => codePoint)
  const start = runes.findIndex((rune) => !isConnector(rune))
  if (start === -1) return mapRunes(name, (rune) => rune) + lastRune(runes)
  const out = runes.slice(0, start)
  let previous = caseOf(runes[start] ?? 0, 'upper')
  let shrinks = isUpper(runes[start] ?? 0)
  for (const rune of runes.slice(start + 1)) {
    let current = rune
    if (isConnector(previous)) {
      if (isConnector(rune)) out.push(previous)
      else {
        shrinks = isUpper(rune)
        current = caseOf(rune, 'upper')
      }
    } else {
      shrinks &&= isUpper(rune)
      if (shrinks) current = caseOf(rune, 'lower')
      out.push(previous)
    }
    previous = current
  }
  return [...out, previous].map(runeText).join('')
}

/** Of a name of nothing but connectors xstrings writes the last one twice. */
function lastRune(runes: readonly number[]): ByteText {
  const last = runes.at(-1)
  return last === undefined ? '' : runeText(last)
}
