import { type GoKind, type GoType, types } from './go-type.ts'

/** A Go integer of any size. The value wraps around as Go's does. */
export class GoInt {
  readonly type: GoType
  readonly value: bigint

  constructor(type: GoType, value: bigint) {
    this.type = type
    this.value = isUnsigned(type) ? BigInt.asUintN(bitsOf(type), value) : BigInt.asIntN(bitsOf(type), value)
  }
}

const BITS: ReadonlyMap<GoKind, number> = new Map([
  ['int8', 8],
  ['uint8', 8],
  ['int16', 16],
  ['uint16', 16],
  ['int32', 32],
  ['uint32', 32],
])

function bitsOf({ kind }: GoType): number {
  return BITS.get(kind) ?? 64
}

function isUnsigned({ kind }: GoType): boolean {
  return kind.charCodeAt(0) === 0x75
}

/** `float64` or `float32`. */
export class GoFloat {
  readonly type: GoType
  readonly value: number

  constructor(type: GoType, value: number) {
    this.type = type
    this.value = type.kind === 'float32' ? Math.fround(value) : value
  }
}

/** Only literals such as `1i` make one. */
export class GoComplex {
  readonly type: GoType = types.complex128
  readonly real: number
  readonly imaginary: number

  constructor(real: number, imaginary: number) {
    this.real = real
    this.imaginary = imaginary
  }
}

/** A Go `int`. */
export function int(value: number | bigint): GoInt {
  return new GoInt(types.int, BigInt(value))
}

export function int64(value: number | bigint): GoInt {
  return new GoInt(types.int64, BigInt(value))
}

export function float64(value: number): GoFloat {
  return new GoFloat(types.float64, value)
}
