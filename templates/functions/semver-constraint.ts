import { RE2JS } from 're2js'
import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { comparePrereleases } from './semver-identifiers.ts'
import { compareVersions, parseVersion, type SemverVersion } from './semver-version.ts'

/** What is left open in the version of a term: all of it (`*`), from the minor number on (`1`), the patch number (`1.2`), or nothing. */
type Open = 'all' | 'minor' | 'patch' | 'nothing'

interface Term {
  readonly operator: string
  readonly version: SemverVersion
  readonly open: Open
}

/** Terms that must all hold. */
interface Group {
  readonly terms: readonly Term[]
  /** Versions with a prerelease can match, since a term has one. */
  readonly admitsPrereleases: boolean
}

const IDENTIFIERS = '[0-9A-Za-z\\-]+(?:\\.[0-9A-Za-z\\-]+)*'
const NUMBER = '[0-9|xX*]+'
const VERSION = `v?${NUMBER}(?:\\.${NUMBER})?(?:\\.${NUMBER})?(?:-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?`
const OPERATOR = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^'
const TERM = `(?:${OPERATOR})\\s*${VERSION}`

/** In RE2, which takes linear time: white space between terms could be shared out in many ways. */
const HYPHEN_RANGE = RE2JS.compile(`\\s*(${VERSION})\\s+-\\s+(${VERSION})\\s*`)
const GROUP = RE2JS.compile(`^\\s*${TERM}\\s*(?:(?:\\s+|,\\s*)${TERM}\\s*)*$`)
const EACH_TERM = RE2JS.compile(TERM)
const PARTS = RE2JS.compile(
  `^(${OPERATOR})\\s*(v?(${NUMBER})(\\.${NUMBER})?(\\.${NUMBER})?(-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?)$`,
)

/**
 * Whether the version lies within the constraint: groups between `||` of terms that must all hold. Throws FunctionError for a text that is no
 * constraint (Masterminds/semver 3.4; templates.md, Appendix H).
 */
export function parseConstraint(constraint: ByteText): (version: SemverVersion) => boolean {
  const groups = withoutHyphenRanges(constraint).split('||').map(parseGroup)
  return (version) =>
    groups.some(({ terms, admitsPrereleases }) => {
      if (version.parts.prerelease !== '' && !admitsPrereleases) return false
      return terms.every((term) => holds(term, version))
    })
}

/** `A - B` is `>= A, <= B`. */
function withoutHyphenRanges(constraint: string): string {
  const found: (readonly [range: string, replacement: string])[] = []
  const matcher = HYPHEN_RANGE.matcher(constraint)
  while (matcher.find()) found.push([matcher.group(0) ?? '', `>= ${matcher.group(1)}, <= ${matcher.group(2)} `])
  return found.reduce((text, [range, replacement]) => text.replace(range, () => replacement), constraint)
}

function parseGroup(group: string): Group {
  if (!GROUP.matcher(group).find()) throw new FunctionError(`improper constraint: ${group}`)
  const terms: Term[] = []
  const matcher = EACH_TERM.matcher(group)
  while (matcher.find()) terms.push(parseTerm(matcher.group(0) ?? ''))
  return { terms, admitsPrereleases: terms.some(({ version }) => version.parts.prerelease !== '') }
}

function parseTerm(term: string): Term {
  const matcher = PARTS.matcher(term)
  if (!matcher.find()) throw new FunctionError(`improper constraint: ${term}`)
  const [operator, whole, major, minor, patch, prerelease] = [1, 2, 3, 4, 5, 6].map((group) => matcher.group(group) ?? '')
  const open = isWildcard(major) ? 'all' : isWildcard(minor) ? 'minor' : isWildcard(patch) ? 'patch' : 'nothing'
  const filled = { all: '0.0.0', minor: `${major}.0.0`, patch: `${major}${minor}.0` }
  return { operator: operator ?? '', version: versionOf(open === 'nothing' ? `${whole}` : `${filled[open]}${prerelease}`), open }
}

function versionOf(text: string): SemverVersion {
  try {
    return parseVersion(text)
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError('constraint parser error', true) : error
  }
}

function isWildcard(part: string | undefined): boolean {
  return part === undefined || /^\.?[xX*]?$/.test(part)
}

function holds(term: Term, version: SemverVersion): boolean {
  switch (term.operator) {
    case '!=':
      return differs(term, version)
    case '>':
      return isBeyond(term, version)
    case '<':
      return compareVersions(version, term.version) < 0
    case '>=':
    case '=>':
      return compareVersions(version, term.version) >= 0
    case '<=':
    case '=<':
      return isUpTo(term, version)
    case '~':
    case '~>':
      return isNear(term, version)
    case '^':
      return isCompatible(term, version)
    default:
      return term.open === 'nothing' ? compareVersions(version, term.version) === 0 : isNear(term, version)
  }
}

function differs({ version: { parts: wanted }, version: exact, open }: Term, version: SemverVersion): boolean {
  const { parts } = version
  if (open === 'nothing' || open === 'all') return compareVersions(version, exact) !== 0
  if (wanted.major !== parts.major) return true
  if (open === 'minor') return false
  return wanted.minor !== parts.minor || comparePrereleases(parts.prerelease, wanted.prerelease) !== 0
}

/** `>1` begins at 2.0.0, `>1.2` at 1.3.0. */
function isBeyond({ version: wanted, open }: Term, version: SemverVersion): boolean {
  if (open === 'nothing' || open === 'all') return compareVersions(version, wanted) > 0
  if (version.parts.major !== wanted.parts.major) return version.parts.major > wanted.parts.major
  return open === 'patch' && version.parts.minor > wanted.parts.minor
}

/** `<=1` admits all of 1.x, `<=1.2` all of 1.2.x. */
function isUpTo({ version: wanted, open }: Term, version: SemverVersion): boolean {
  if (open === 'nothing') return compareVersions(version, wanted) <= 0
  if (version.parts.major !== wanted.parts.major) return version.parts.major < wanted.parts.major
  return open === 'minor' || version.parts.minor <= wanted.parts.minor
}

/** `~`: from the version on, within its minor number, or within its major number if that is all there is. */
function isNear({ version: wanted, open }: Term, version: SemverVersion): boolean {
  if (compareVersions(version, wanted) < 0) return false
  const { major, minor, patch } = wanted.parts
  const isZero = major === 0n && minor === 0n && patch === 0n
  if (isZero && open !== 'minor' && open !== 'patch') return true
  return version.parts.major === major && (open === 'minor' || version.parts.minor === minor)
}

/** `^`: from the version on, up to a change of its first number that is not 0. */
function isCompatible({ version: wanted, open }: Term, version: SemverVersion): boolean {
  if (compareVersions(version, wanted) < 0) return false
  const { major, minor, patch } = wanted.parts
  if (version.parts.major !== major) return false
  if (major > 0n || open === 'minor') return true
  if (version.parts.minor !== minor) return false
  return minor > 0n || open === 'patch' || version.parts.patch === patch
}
