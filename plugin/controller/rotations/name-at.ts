/**
 * A name as its provider compares it: those of Key Vault are the same in upper and lower case, and its events spell them their own way (Azure, About
 * keys, secrets and certificates).
 *
 * @param provider `spec.provider.<id>`
 */
export function nameAt(provider: string, name: string): string {
  return provider === 'azurekv' ? name.toLowerCase() : name
}
