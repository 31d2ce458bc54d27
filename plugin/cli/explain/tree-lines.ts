/** A line and what belongs under it. */
export interface TreeNode {
  readonly text: string
  readonly children: readonly TreeNode[]
}

export function leaf(text: string): TreeNode {
  return { text, children: [] }
}

/** The lines of a tree, its root first, the others behind branches. */
export function treeLines({ text, children }: TreeNode): readonly string[] {
  return [
    text,
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1
      const [first = '', ...rest] = treeLines(child)
      return [`${isLast ? '└─' : '├─'} ${first}`, ...rest.map((line) => `${isLast ? '  ' : '│ '} ${line}`)]
    }),
  ]
}
