import { asn1, struct } from './unmarshal.ts'

/** AlgorithmIdentifier (RFC 5280, 4.1.1.2). */
export const algorithmIdentifier = struct('AlgorithmIdentifier', (fields) => ({
  oid: fields.next(asn1.oid),
  parameters: fields.optional(asn1.raw),
}))
