import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { GoInt, int } from '../go-number.ts'
import { type GoType, namedType, types } from '../go-type.ts'
import { type GoMethod, GoObject, listOfBytes, type TemplateValue } from '../value.ts'
import { checkIdentifiers, comparePrereleases } from './semver-identifiers.ts'

const POINTER: GoType = namedType('*semver.Version', 'ptr')
const STRUCT: GoType = namedType('semver.Version', 'struct')

const LOOSE =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

interface Parts {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  readonly prerelease: ByteText
  readonly metadata: ByteText
  readonly original: ByteText
}

/** A version as Masterminds/semver 3.4 knows it: what `semver` gives is a pointer to one, `.IncMajor` and the like give one itself. */
export class SemverVersion extends GoObject {
  override readonly type: GoType
  readonly parts: Parts

  constructor(parts: Parts, type: GoType) {
    super()
    this.parts = parts
    this.type = type
  }

  override text(): ByteText {
    const { major, minor, patch, prerelease, metadata } = this.parts
    return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`
  }

  override json(): TemplateValue {
    return this.text()
  }

  override equals(other: GoObject): boolean {
    return other instanceof SemverVersion && other.text() === this.text() && other.parts.original === this.parts.original
  }

  override methods(): ReadonlyMap<string, GoMethod> {
    const own = new Map(Object.entries(this.#valueMethods()))
    return this.type === POINTER ? new Map([...own, ...Object.entries(this.#pointerMethods())]) : own
  }

  #valueMethods(): Readonly<Record<string, GoMethod>> {
    const { major, minor, patch, prerelease, metadata } = this.parts
    return {
      Major: getter(new GoInt(types.uint64, major)),
      Minor: getter(new GoInt(types.uint64, minor)),
      Patch: getter(new GoInt(types.uint64, patch)),
      Prerelease: getter(prerelease),
      Metadata: getter(metadata),
      String: getter(this.text()),
      Value: getter(this.text()),
      MarshalText: { parameters: [], run: () => listOfBytes(this.text()) },
      MarshalJSON: { parameters: [], run: () => listOfBytes(`"${this.text()}"`) },
      IncMajor: { parameters: [], run: () => this.#next({ major: major + 1n, minor: 0n, patch: 0n }) },
      IncMinor: { parameters: [], run: () => this.#next({ minor: minor + 1n, patch: 0n }) },
      IncPatch: { parameters: [], run: () => this.#next({ patch: prerelease === '' ? patch + 1n : patch }) },
      SetPrerelease: {
        parameters: [types.string],
        run: ([text]) => this.#next({ prerelease: checkIdentifiers(asText(text), 'prerelease'), metadata }),
      },
      SetMetadata: {
        parameters: [types.string],
        run: ([text]) => this.#next({ prerelease, metadata: checkIdentifiers(asText(text), 'metadata') }),
      },
    }
  }

  #pointerMethods(): Readonly<Record<string, GoMethod>> {
    return {
      Original: getter(this.parts.original),
      Compare: this.#comparison((order) => int(order)),
      Equal: this.#comparison((order) => order === 0),
      LessThan: this.#comparison((order) => order < 0),
      LessThanEqual: this.#comparison((order) => order <= 0),
      GreaterThan: this.#comparison((order) => order > 0),
      GreaterThanEqual: this.#comparison((order) => order >= 0),
    }
  }

  #comparison(result: (order: -1 | 0 | 1) => TemplateValue): GoMethod {
    return {
      parameters: [POINTER],
      run: ([other]) => {
        if (other instanceof SemverVersion) return result(compareVersions(this, other))
        throw new FunctionError('runtime error: invalid memory address or nil pointer dereference', true)
      },
    }
  }

  /** Keeps the `v` that the text began with. */
  #next(changes: Partial<Parts>): SemverVersion {
    const next = new SemverVersion({ ...this.parts, prerelease: '', metadata: '', ...changes }, STRUCT)
    const prefix = this.parts.original.startsWith('v') ? 'v' : ''
    return new SemverVersion({ ...next.parts, original: `${prefix}${next.text()}` }, STRUCT)
  }
}

/** `1.2.3`, but also `v1`, `1.2` and leading zeros. Throws FunctionError (Masterminds/semver 3.4, NewVersion). */
export function parseVersion(text: ByteText): SemverVersion {
  const match = LOOSE.exec(text)
  if (!match) throw new FunctionError('invalid semantic version', true)
  const [, major = '', minor = '0', patch = '0', prerelease = '', metadata = ''] = match
  const numbers = { major: segment(major), minor: segment(minor), patch: segment(patch) }
  checkIdentifiers(prerelease, 'prerelease')
  return new SemverVersion({ ...numbers, prerelease, metadata, original: text }, POINTER)
}

/** By number, then a prerelease before its release. Metadata do not count. */
export function compareVersions({ parts: a }: SemverVersion, { parts: b }: SemverVersion): -1 | 0 | 1 {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  }
  if (a.prerelease === b.prerelease) return 0
  if (a.prerelease === '') return 1
  return b.prerelease === '' ? -1 : comparePrereleases(a.prerelease, b.prerelease)
}

function segment(digits: string): bigint {
  const value = BigInt(digits)
  if (value < 2n ** 64n) return value
  throw new FunctionError(`error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`)
}

function getter(value: TemplateValue): GoMethod {
  return { parameters: [], run: () => value }
}

function asText(value: TemplateValue): ByteText {
  return typeof value === 'string' ? value : ''
}
