/**
 * Whether a listing or single questions make fewer calls: a listing has all that is there, asked for or not, so only a listing tells what one costs.
 */
export class ListingCost {
  readonly #pageSize: number
  #pages: number | undefined

  /** `pageSize`: the most that one page of the backend holds. */
  constructor(pageSize: number) {
    this.#pageSize = pageSize
  }

  /** Whether to ask for `count` keys one by one. */
  questionsAreFewer(count: number): boolean {
    return count <= (this.#pages ?? Math.ceil(count / this.#pageSize))
  }

  /** Whether to go on to the next page of a listing for `count` keys, `missing` of them not found yet, after `pages`. */
  isWorthAnotherPage({
    count,
    missing,
    pages,
  }: {
    readonly count: number
    readonly missing: number
    readonly pages: number
  }): boolean {
    return missing > 0 && pages < count
  }

  /** The pages that a listing took, or was not worth. */
  note(pages: number): void {
    this.#pages = pages
  }
}
