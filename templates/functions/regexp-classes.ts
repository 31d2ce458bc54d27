/** Go's other names of Unicode categories (unicode.CategoryAliases), without what is not compared. */
const CATEGORIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    LC: 'Casedletter',
    Pe: 'Closepunctuation',
    M: 'Combiningmark Mark',
    Pc: 'Connectorpunctuation',
    Cc: 'Control Cntrl',
    Sc: 'Currencysymbol',
    Pd: 'Dashpunctuation',
    Nd: 'Decimalnumber Digit',
    Me: 'Enclosingmark',
    Pf: 'Finalpunctuation',
    Cf: 'Format',
    Pi: 'Initialpunctuation',
    L: 'Letter',
    Nl: 'Letternumber',
    Zl: 'Lineseparator',
    Ll: 'Lowercaseletter',
    Sm: 'Mathsymbol',
    Lm: 'Modifierletter',
    Sk: 'Modifiersymbol',
    Mn: 'Nonspacingmark',
    N: 'Number',
    Ps: 'Openpunctuation',
    C: 'Other',
    Lo: 'Otherletter',
    No: 'Othernumber',
    Po: 'Otherpunctuation',
    So: 'Othersymbol',
    Zp: 'Paragraphseparator',
    Co: 'Privateuse',
    P: 'Punctuation Punct',
    Z: 'Separator',
    Zs: 'Spaceseparator',
    Mc: 'Spacingmark',
    Cs: 'Surrogate',
    S: 'Symbol',
    Lt: 'Titlecaseletter',
    Cn: 'Unassigned',
    Lu: 'Uppercaseletter',
  }).flatMap(([category, names]) => names.split(' ').map((name) => [name, category] as const)),
)

export interface CanonicalPattern {
  readonly text: string
  /** An error text about {@link text} as one about the pattern as it was. */
  readonly original: (message: string) => string
}

/**
 * The pattern with the names in `\p{…}` as re2js has them. Go 1.25 and later compare them without case, `_`, `-` and spaces, and know the long
 * names of categories; so it does not find a script whose table has `_` in its name, such as `Old_Italic`.
 */
export function canonicalClasses(pattern: string): CanonicalPattern {
  const replaced = new Map<string, string>()
  const text = pattern.replaceAll(CLASS, (whole: string, letter?: string, negation?: string, name?: string) => {
    if (letter === undefined || name === undefined) return whole
    const canonical = `\\${letter}{${negation}${canonicalName(name)}}`
    if (canonical !== whole) replaced.set(canonical, whole)
    return canonical
  })
  const original = (message: string) =>
    [...replaced].reduce((restored, [canonical, whole]) => restored.replaceAll(canonical, () => whole), message)
  return { text, original }
}

/** Quoted runs and other escapes are passed over. */
const CLASS = /\\Q[^]*?(?:\\E|$)|\\([pP])\{(\^?)([^}]*)\}|\\[^]/g

function canonicalName(name: string): string {
  const joined = name.replaceAll(/[_\- ]/g, '')
  const canonical = joined.charAt(0).toUpperCase() + joined.slice(1).toLowerCase()
  return CATEGORIES.get(canonical) ?? canonical
}
