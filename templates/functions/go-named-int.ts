import { GoInt } from '../go-number.ts'
import type { GoType } from '../go-type.ts'
import { type GoMethod, GoObject } from '../value.ts'

/** A Go integer with a name of its own and a String method: a month, a weekday, a duration. */
export abstract class GoNamedInt extends GoObject {
  abstract override readonly type: GoType
  readonly value: bigint

  constructor(value: bigint) {
    super()
    this.value = value
  }

  override methods(): ReadonlyMap<string, GoMethod> {
    return new Map([['String', { parameters: [], run: () => this.text() }]])
  }

  override underlying(): GoInt {
    return new GoInt(this.type, this.value)
  }

  override json(): GoInt {
    return this.underlying()
  }

  override equals(other: GoObject): boolean {
    return other instanceof GoNamedInt && other.type === this.type && other.value === this.value
  }
}
