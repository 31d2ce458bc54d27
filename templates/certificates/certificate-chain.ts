import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { decodeAllPem } from './pem.ts'

/** Every block of the text as a certificate. Throws FunctionError where one is not. */
export function certificatesOfPem(text: ByteText): readonly Certificate[] {
  return decodeAllPem(text).blocks.map(({ bytes }) => parseCertificate(bytes))
}

/** Whether it says that it signed itself: no authority, or the authority is the subject. */
export function isRoot({ authorityKeyId, subjectKeyId }: Certificate): boolean {
  return authorityKeyId === undefined || keyText(authorityKeyId) === keyText(subjectKeyId)
}

/**
 * From the leaf to the root, by key identifiers alone (External Secrets, pem_chain.go): missing ones equal each other, the first certificate
 * with the right identifier is the parent, the only one that is nobody's parent is the leaf. Throws FunctionError.
 */
export function orderChain(certificates: readonly Certificate[]): readonly Certificate[] {
  const bySubject = Map.groupBy(certificates.keys(), (index) => keyText(certificates[index]?.subjectKeyId))
  const parents = certificates.map(({ authorityKeyId }, index) => {
    const [first, second] = bySubject.get(keyText(authorityKeyId)) ?? []
    return first === index ? second : first
  })
  const areParents = new Set(parents)
  const [leaf, another] = [...certificates.keys()].filter((index) => !areParents.has(index))
  if (another !== undefined) throw new FunctionError('found multiple leaf or disjunct certificates', true)
  if (leaf === undefined) throw new FunctionError('no leaf certificate found', true)
  const ordered: Certificate[] = []
  for (let index: number | undefined = leaf; index !== undefined; index = parents[index]) {
    if (ordered.length === certificates.length) throw new FunctionError('constructing chain resulted in cycle', true)
    ordered.push(...certificates.slice(index, index + 1))
  }
  return ordered
}

/** As Go's bytes.Equal compares them: missing is the same as empty. */
function keyText(identifier: Uint8Array | undefined): string {
  return Buffer.from(identifier ?? []).toString('hex')
}
