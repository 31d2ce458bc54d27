import { type ByteText, byteTextOf } from '../byte-text.ts'
import { namedType } from '../go-type.ts'
import { type GoMethod, GoObject } from '../value.ts'
import type { TimeZone } from './time-zone.ts'

export const locationType = namedType('*time.Location', 'ptr')

/** Go's *time.Location: what `.Location` of a time gives and `.In` takes. */
export class GoLocation extends GoObject {
  override readonly type = locationType
  readonly zone: TimeZone

  constructor(zone: TimeZone) {
    super()
    this.zone = zone
  }

  override text(): ByteText {
    return byteTextOf(this.zone.name)
  }

  override methods(): ReadonlyMap<string, GoMethod> {
    return new Map([['String', { parameters: [], run: () => this.text() }]])
  }

  override equals(other: GoObject): boolean {
    return other instanceof GoLocation && other.zone.name === this.zone.name
  }
}

const known = new WeakMap<TimeZone, GoLocation>()

/** A zone has one location, since Go compares the pointers. */
export function locationOf(zone: TimeZone): GoLocation {
  const location = known.get(zone) ?? new GoLocation(zone)
  known.set(zone, location)
  return location
}
