import { namedType, types } from '../go-type.ts'
import { parseConstraint } from './semver-constraint.ts'
import { parseVersion } from './semver-version.ts'
import type { TemplateFunction } from './template-function.ts'

/** In bytes; constraints are matched by patterns, which takes some microseconds a character. */
const COST_OF_CHARACTER = 64

export const semverFunctions: readonly TemplateFunction[] = [
  {
    name: 'semver',
    parameters: [{ name: 'version', type: types.string }],
    returns: namedType('*semver.Version', 'ptr'),
    doc: 'A version with `.Major`, `.Minor`, `.Patch`, `.Prerelease`, `.Metadata`, `.Compare`, `.IncMinor` and the like.',
    source: 'sprig',
    example: { go: '{{semver "v1.2"}}', gives: '1.2.0' },
    safeMessage: false,
    run: (call) => parseVersion(call.text(0)),
  },
  {
    name: 'semverCompare',
    parameters: [
      { name: 'constraint', type: types.string },
      { name: 'version', type: types.string },
    ],
    returns: types.bool,
    doc: 'Whether the version is within the constraint, such as `^1.2.0`, `~1.2 || >=3.0, <4.0` or `1.0 - 2.x`.',
    source: 'sprig',
    example: { go: '{{semverCompare "^1.2.0" "1.9.9"}}', gives: 'true' },
    safeMessage: false,
    run: (call) => {
      call.step(call.text(0).length * COST_OF_CHARACTER)
      const admits = parseConstraint(call.text(0))
      return admits(parseVersion(call.text(1)))
    },
  },
]
