/** Algorithms of keys: RFC 8017, RFC 5480, RFC 8410, RFC 3279. */
export const KEY_OID = {
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  x25519: '1.3.101.110',
  dsa: '1.2.840.10040.4.1',
} as const
