/**
 * At most how many instructions the program of a regular expression has, counted from its text before anything is compiled: `x{1000}`
 * repeats what is before it. Never less than RE2's own count by more than a few.
 */
export function programSizeOf(pattern: string): number {
  const counter = new Counter()
  for (const token of pattern.matchAll(TOKEN)) counter.add(token)
  return counter.total()
}

/** A quoted run, an escaped character, a class, the start (with its name) or end of a group, a counted repetition, any other character. */
export const TOKEN =
  /(?<quoted>\\Q[^]*?(?:\\E|$))|\\[^]|(?<set>\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]?)|(?<open>\((?:\?P?<(?<name>\w+)>)?)|(?<close>\))|\{(?<least>\d+)(?:(?<range>,)(?<most>\d*))?\}|[^]/g

class Counter {
  /** Of each open group what came before it. */
  readonly #outer: number[] = []
  #sum = 1
  #last = 0

  add({ 0: text, groups = {} }: RegExpMatchArray): void {
    if (groups.open !== undefined) this.#open()
    else if (groups.close !== undefined) this.#close()
    else if (groups.least !== undefined) this.#repeat(Number(groups.most || groups.least) + 1)
    else this.#atom(groups.quoted === undefined && groups.set === undefined ? 2 : text.length)
  }

  total(): number {
    while (this.#outer.length > 0) this.#close()
    return this.#sum
  }

  #atom(size: number): void {
    this.#sum += size
    this.#last = size
  }

  #repeat(times: number): void {
    this.#sum += this.#last * times
    this.#last *= times + 1
  }

  #open(): void {
    this.#outer.push(this.#sum)
    this.#sum = 0
  }

  #close(): void {
    const size = this.#sum + 2
    this.#sum = (this.#outer.pop() ?? 0) + size
    this.#last = size
  }
}
