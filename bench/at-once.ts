/** Runs `work` over all items, so many at once. */
export async function atOnce<Item>(
  most: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<unknown>,
): Promise<void> {
  const turns = items.entries()
  const lane = async (): Promise<void> => {
    for (const [index, item] of turns) await work(item, index)
  }
  await Promise.all(Array.from({ length: most }, lane))
}
