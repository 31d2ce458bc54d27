import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type DerElement, derChild, derElements, oidText, TAG } from '../../der.ts'
import { decryptPkcs12 } from './pkcs12-encryption.ts'

/** What a PKCS#12 file holds for us. */
export interface Pkcs12 {
  readonly key: KeyObject | undefined
  readonly certificates: readonly X509Certificate[]
}

/** RFC 7292 and RFC 5652. */
const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
} as const

/** A PKCS#12 file is one DER sequence that starts with version 3; PEM text never is. */
export function looksLikePkcs12(bytes: Uint8Array): boolean {
  try {
    const [file] = derElements(bytes)
    const version = file?.tag === TAG.sequence ? derChild(file, 0) : undefined
    return version?.tag === TAG.integer && version.content.length === 1 && version.content[0] === 3
  } catch {
    return false
  }
}

/** More parts than any tool writes; each costs a key derivation. */
const MAX_PARTS = 4

/**
 * Reads a PKCS#12 file (RFC 7292) without a password, as Key Vault exports certificates: its first key and all its certificates.
 * Its checksum is not checked: what it would protect is checked by the key belonging to the certificate. Throws Error for anything else.
 */
export function parsePkcs12(bytes: Uint8Array): Pkcs12 {
  const [file] = derElements(bytes)
  if (!file) throw new RangeError('nothing is there')
  const parts = children(contentOf(derChild(file, 1)))
  if (parts.length > MAX_PARTS) throw new RangeError('too many parts')
  const bags = parts.flatMap((part) => children(contentOf(part)))
  const keyBag = bags.find((bag) => typeOf(bag) === OID.keyBag || typeOf(bag) === OID.shroudedKeyBag)
  return {
    key: keyBag && keyOf(keyBag),
    certificates: bags
      .filter((bag) => typeOf(bag) === OID.certBag)
      .map((bag) => new X509Certificate(derChild(bag, 1, 0, 1, 0).content)),
  }
}

/** The bytes in a ContentInfo, decrypted. */
function contentOf(info: DerElement): Uint8Array {
  const content = derChild(info, 1, 0)
  if (typeOf(info) === OID.data) return content.content
  if (typeOf(info) !== OID.encryptedData) throw new RangeError('the content is of another kind')
  return decryptPkcs12(derChild(content, 1, 1), derChild(content, 1, 2).content)
}

function keyOf(bag: DerElement): KeyObject {
  const info = derChild(bag, 1, 0)
  const plain = typeOf(bag) === OID.keyBag ? info.bytes : decryptPkcs12(derChild(info, 0), derChild(info, 1).content)
  return createPrivateKey({ key: Buffer.from(plain), format: 'der', type: 'pkcs8' })
}

function typeOf(infoOrBag: DerElement): string {
  return oidText(derChild(infoOrBag, 0))
}

/** The elements of the one sequence in `bytes`. */
function children(bytes: Uint8Array): readonly DerElement[] {
  const [sequence] = derElements(bytes)
  return sequence ? derElements(sequence.content) : []
}
