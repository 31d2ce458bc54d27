import { TOKEN } from './regexp-cost.ts'

export interface DistinctPattern {
  readonly text: string
  /** Names that stand for another one. */
  readonly originals: ReadonlyMap<string, string>
}

const NAMED = /\(\?P?<(\w+)>/g

/** The pattern with every group name used once: re2js refuses what Go lets pass. */
export function distinctGroups(pattern: string): DistinctPattern {
  const names = Array.from(pattern.matchAll(NAMED), ([, name]) => name)
  const used = new Set(names)
  const originals = new Map<string, string>()
  if (used.size === names.length) return { text: pattern, originals }
  const seen = new Set<string>()
  const parts = Array.from(pattern.matchAll(TOKEN), ({ 0: token, groups = {} }) => {
    const name = groups.name
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name)
      return token
    }
    const distinct = unused(name, used)
    used.add(distinct)
    originals.set(distinct, name)
    return token.replace(`<${name}>`, () => `<${distinct}>`)
  })
  return { text: parts.join(''), originals }
}

function unused(name: string, used: ReadonlySet<string | undefined>): string {
  let count = 2
  while (used.has(`${name}_${count}`)) count++
  return `${name}_${count}`
}
