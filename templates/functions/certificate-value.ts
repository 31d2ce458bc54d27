import type { ByteText } from '../byte-text.ts'
import { type GoType, namedType } from '../go-type.ts'
import { GoObject, type TemplateValue } from '../value.ts'

/** Go's type of what `genCA` and its siblings give. */
export const certificateType: GoType = namedType('sprig.certificate', 'struct')

/** A certificate and its key, both in PEM. */
export class CertificateValue extends GoObject {
  readonly type = certificateType
  readonly certificate: ByteText
  readonly key: ByteText

  constructor(certificate: ByteText, key: ByteText) {
    super()
    this.certificate = certificate
    this.key = key
  }

  override fields(): ReadonlyMap<string, TemplateValue> {
    return new Map([
      ['Cert', this.certificate],
      ['Key', this.key],
    ])
  }

  equals(other: GoObject): boolean {
    return other instanceof CertificateValue && other.certificate === this.certificate && other.key === this.key
  }
}
