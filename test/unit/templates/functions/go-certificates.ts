import { readFileSync } from 'node:fs'

/** Made by Go 1.26 and go-pkcs12 0.7.0 of throw-away keys; random bytes were 0, 1, 2, … at each draw. */
interface GoCertificates {
  /** PEM, as the others: Ed25519, each signed by the one before. */
  readonly root: string
  readonly intermediate: string
  readonly leaf: string
  readonly key: string
  /** Key stores in Base64 of the leaf, its key, and root and intermediate in this order. */
  readonly files: readonly { readonly name: string; readonly password: string; readonly file: string }[]
  /** Of root and leaf, with the password `changeit`. */
  readonly trustStore: string
}

export const goCertificates = JSON.parse(
  readFileSync(new URL('./go-certificates.json', import.meta.url), 'utf8'),
) as GoCertificates

/** Certificates with a wrong byte, in Base64, and what Go 1.26's x509.ParseCertificate says of them. */
export const brokenCertificates = JSON.parse(
  readFileSync(new URL('./go-broken-certificates.json', import.meta.url), 'utf8'),
) as readonly { readonly error: string; readonly certificate: string }[]
