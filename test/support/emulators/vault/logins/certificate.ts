import { X509Certificate } from 'node:crypto'
import type { TokenOptions } from '../token-store.ts'
import { VaultFailure } from '../vault-exchange.ts'
import { expectLogin, type LoginMethod, textField } from './login-method.ts'

export interface CertificateRole extends TokenOptions {
  /** PEM of the authority whose certificates are accepted. */
  readonly authority: string
  readonly allowedCommonNames?: readonly string[]
}

/** Needs an emulator with TLS that asks for client certificates. Without `name` in the request any role that fits is taken. */
export function certificateLogin(roles: Readonly<Record<string, CertificateRole>>): LoginMethod {
  return {
    type: 'cert',
    login(request, path) {
      expectLogin(request, path)
      const refused = new VaultFailure(400, 'invalid certificate or no client certificate supplied')
      if (request.clientCertificate === undefined) throw refused
      const shown = new X509Certificate(request.clientCertificate)
      const wanted = textField(request, 'name')
      const candidates = Object.entries(roles).filter(([name]) => wanted === '' || name === wanted)
      const [name, role] = candidates.find(([, candidate]) => vouchesFor(candidate, shown)) ?? []
      if (!role) throw refused
      return {
        token: { displayName: `cert-${name}`, ...role },
        metadata: { cert_name: name ?? '', common_name: commonName(shown) },
      }
    },
  }
}

function vouchesFor(role: CertificateRole, shown: X509Certificate): boolean {
  const authority = new X509Certificate(role.authority)
  const named = role.allowedCommonNames?.includes(commonName(shown)) ?? true
  return named && shown.checkIssued(authority) && shown.verify(authority.publicKey)
}

function commonName(certificate: X509Certificate): string {
  return /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? ''
}
